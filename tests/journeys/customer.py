"""What Ann does in the portal."""

import re
from dataclasses import dataclass

import feed
from playwright.sync_api import FilePayload, Locator, expect
from windows import Window
from world import Tenant

EMAIL = "ann@acme.example"
EMPTY = FilePayload(name="empty.txt", mimeType="text/plain", buffer=b"")
PHOTO = FilePayload(name="printer-log.txt", mimeType="text/plain", buffer=b"The light blinks red.\n" * 20_000)
STORY = "It blinks red since Monday."
# Bytes per second; slow enough for the file above to be seen on its way.
SLOW = 300_000


@dataclass(frozen=True)
class Case:
    """The case as its page names it."""

    reference: str
    subject: str
    address: str


def arrive(window: Window, tenant: Tenant) -> None:
    """By the public link to the tenant's own login page."""
    window.open(f"{tenant.origin}/account/login?api_key={tenant.pk}")
    page = window.page
    assert page.url == f"{tenant.root}/login"
    expect(page).to_have_title(re.compile("Northwind Telecom"))
    mark = page.get_by_role("img", name="Northwind Telecom")
    assert mark.evaluate("one => one.complete && one.naturalWidth > 0"), "the logo is not shown"
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_have_css("background-color", "rgb(11, 110, 79)")


def log_in(window: Window, tenant: Tenant) -> None:
    """To the home page."""
    window.log_in(EMAIL)
    assert window.page.url == f"{tenant.root}/"
    expect(window.page.get_by_role("heading", name="Hello, Ann")).to_be_visible()


def report(window: Window, floor: str) -> Case:
    """A new case: with suggestions, an empty file that is refused, and a file that is kept."""
    window.follow("New case")
    page, subject = window.page, f"prnter ofline on the {floor} floor"
    _see_suggestions(window)
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("What happened?").fill(STORY)
    if window.scripts:
        _attach_with_progress(window)
    else:
        _attach_plainly(window)
    expect(page.get_by_label("What happened?")).to_have_value(STORY)
    window.press("Send case")
    page.wait_for_url(re.compile(r"/cases/CASE-\d+"))
    window.look()
    reference = page.url.split("?")[0].rsplit("/", 1)[1]
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    expect(page.get_by_text(reference, exact=True).first).to_be_visible()
    return Case(reference, subject, page.url.split("?")[0])


def _see_suggestions(window: Window) -> None:
    page = window.page
    if window.scripts:
        page.get_by_label("Subject").press_sequentially("prnter ofline")
    else:
        page.get_by_label("Subject").fill("prnter ofline")
        window.press("Check for answers")
        expect(page.get_by_label("Subject")).to_have_value("prnter ofline")
    answers = page.get_by_role("complementary", name="Do these answer it?")
    expect(answers.get_by_role("link", name=feed.ARTICLE)).to_be_visible()
    window.look()


def _attach_with_progress(window: Window) -> None:
    page = window.page
    page.get_by_label("Files (optional)").set_input_files(EMPTY)
    row = page.get_by_role("listitem").filter(has_text=EMPTY["name"])
    expect(row).to_contain_text("This file is empty.")
    window.look()
    row.get_by_role("button", name=f"Remove: {EMPTY['name']}").click()
    _slow_down(window, SLOW)
    page.get_by_label("Files (optional)").set_input_files(PHOTO)
    row = page.get_by_role("listitem").filter(has_text=PHOTO["name"])
    expect(row.get_by_role("progressbar")).to_be_visible()
    expect(row).to_contain_text(re.compile(r"[1-9]\d? %"))
    _slow_down(window, -1)
    expect(row).to_contain_text("Uploaded")
    expect(row.get_by_role("progressbar")).to_be_hidden()


def _slow_down(window: Window, speed: int) -> None:
    connection = window.page.context.new_cdp_session(window.page)
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed}
    connection.send("Network.enable")
    connection.send("Network.emulateNetworkConditions", limits)


def _attach_plainly(window: Window) -> None:
    page = window.page
    page.get_by_label("Files (optional)").set_input_files(EMPTY)
    window.press("Send case")
    expect(page.get_by_role("alert")).to_contain_text(f"{EMPTY['name']}: This file is empty.")
    window.look()
    page.get_by_label("Files (optional)").set_input_files(PHOTO)


def answer(window: Window, words: str) -> None:
    """Something to add."""
    window.page.get_by_label("Something to add?").fill(words)
    window.press("Send")
    window.page.wait_for_url(re.compile("done="))
    expect(conversation(window)).to_contain_text(words)
    window.look()


def conversation(window: Window) -> Locator:
    """What was said."""
    return window.page.get_by_role("list", name="Conversation")


def close(window: Window) -> None:
    """Mark the case as closed: the box for comments goes."""
    page = window.page
    window.press("Mark as closed")
    expect(page.get_by_role("heading", name=re.compile("^Close "))).to_be_visible()
    window.look()
    window.press("Close the case")
    page.wait_for_url(re.compile("done="))
    expect(page.get_by_text("This case is closed.")).to_be_visible()
    expect(page.get_by_label("Something to add?")).to_have_count(0)
    window.look()
