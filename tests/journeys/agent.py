"""What Sam does in the console."""

import re

from customer import Case
from playwright.sync_api import expect
from windows import Window
from world import World, until

EMAIL = "sam@northwind.example"
OFF_DUTY = "olga@northwind.example"


def mails(world: World, to: str, case: Case) -> list[dict[str, str]]:
    """What somebody got about a case, newest first."""
    return [mail for mail in world.stack.messages(to) if case.reference in mail["subject"]]


def mail(world: World, to: str, case: Case, subject: str) -> dict[str, str]:
    """The mail with these words before the case's subject; waits for it."""

    def there() -> dict[str, str] | None:
        wanted = f"[{case.reference}] {subject}: {case.subject}"
        return next((one for one in mails(world, to, case) if one["subject"] == wanted), None)

    found: dict[str, str] = until(there, 30)
    return found


def link(text: str) -> str:
    """The first address in a mail's text."""
    found = re.search(r"https?://\S+", text)
    assert found, text
    return found.group()


def come_from_the_mail(window: Window, world: World, case: Case) -> None:
    """The link leads through the login to the case."""
    told = mail(world, EMAIL, case, "New case")
    window.open(link(told["text"]))
    assert window.page.url.startswith(f"{world.northwind.root}/console/login")
    window.log_in(EMAIL)
    assert window.page.url == f"{world.northwind.root}/console/cases/{case.reference}"


def find_in_the_queue(window: Window, world: World, case: Case) -> None:
    """From the console's first page to the case."""
    window.open(f"{world.northwind.root}/console")
    row = window.page.get_by_role("row").filter(has_text=case.reference)
    expect(row).to_contain_text("Acme Ltd")
    row.get_by_role("link", name=case.subject).click()
    window.page.wait_for_url(re.compile(case.reference))
    window.look()


def write(window: Window, words: str, *, to: str) -> None:
    """A note: `to` is "Internal note" or "Reply to customer"."""
    page = window.page
    form = page.locator("form").filter(has=page.get_by_role("group", name="Who reads it"))
    form.locator("label").filter(has_text=to).click()
    expect(form.get_by_role("radio", name=to)).to_be_checked()
    form.get_by_role("textbox").fill(words)
    window.look()
    form.get_by_role("button", name=re.compile("^(Send|Keep)")).click()
    page.wait_for_url(re.compile("done="))
    expect(page.get_by_role("list", name="Conversation")).to_contain_text(words)
    window.look()
