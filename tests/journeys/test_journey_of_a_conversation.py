"""J4: Ann, Bob, Eve and Sam over one case, from the first internal note to the day it is opened again.

With JavaScript and without.
"""

import re

import agent
import customer
import pytest
from customer import Case
from playwright.sync_api import expect
from windows import OpenWindow, Window
from world import World, until

pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.timeout(600)]

SECRET = "Offer them a new one before they ask."
REPLY = "Please switch it off, @Bob Barnes has the key."
ANSWER = "That worked, **thank you**."
BOB, EVE = "bob@acme.example", "eve@zeta.example"


def desk(world: World, **choices: object) -> None:
    """Ada sets choices of the desk."""
    ada = world.as_("ada")
    version = ada.get("/desk").json()["version"]
    answer = ada.patch("/desk", choices, headers={"if-match": f'"{version}"'})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_a_conversation_is_kept_apart_closed_and_opened_again_j4(
    open_window: OpenWindow, world: World, scripts: bool
) -> None:
    """F105-F108, F110, F111, F121-F126: what each of the four sees, is told, and may do."""
    desk(world, after_close="locked")
    ann, bob, eve, sam = (open_window(scripts=scripts) for _ in range(4))
    for window, email in ((ann, customer.EMAIL), (bob, BOB), (eve, EVE)):
        window.open(f"{world.northwind.root}/login")
        window.log_in(email)
    case = begin(world, ann, "cellar" if scripts else "attic")
    sam.open(f"{world.northwind.root}/console/login")
    sam.log_in(agent.EMAIL)
    sam.open(f"{world.northwind.root}/console/cases/{case.reference}")
    he_says_how_much_it_matters(sam)
    the_internal_note_is_seen_nowhere_else(world, ann, sam, case)
    the_reply_comes_live_and_whoever_is_named_is_mailed(world, ann, sam, case)
    she_answers_in_markdown_after_looking_at_it(ann, sam)
    whoever_follows_hears_of_it(world, case)
    the_manager_finds_it_under_all_and_not_under_mine(world, bob, case)
    for path in (f"/cases/{case.reference}", f"/cases/{case.reference}/edit"):
        assert eve.open(world.northwind.root + path).status == 404
    customer.close(ann)
    locked_means_locked(world, ann, case)
    she_says_how_well_it_was_solved(world, ann, sam, case)
    within_days_she_opens_it_again(world, ann, case)
    staff_always_can(world, ann, sam, case)


def begin(world: World, ann: Window, place: str) -> Case:
    new = {"subject": f"Fax offline in the {place}", "body": "It blinks."}
    made = world.as_("ann").post("/cases", new).json()
    case = Case(made["reference"], new["subject"], f"{world.northwind.root}/cases/{made['reference']}")
    ann.open(case.address)
    return case


def he_says_how_much_it_matters(sam: Window) -> None:
    """F107: on the page for what a case is about; the timeline tells it."""
    sam.page.get_by_role("complementary", name="About this case").get_by_role("link", name="Edit").click()
    sam.page.get_by_label("Priority").select_option(label="High")
    sam.look()
    sam.press("Save")
    sam.page.wait_for_url(re.compile("done=case-changed"))
    expect(sam.page.get_by_text("changed the priority from Normal to High")).to_be_visible()


def the_internal_note_is_seen_nowhere_else(world: World, ann: Window, sam: Window, case: Case) -> None:
    agent.write(sam, SECRET, to="Internal note")
    hers = world.as_("ann")
    for path in (f"/cases/{case.reference}", "/cases?q=new+one", "/cases/export", f"/documents?q={case.reference}"):
        assert SECRET not in hers.get(path).text
    ann.open(case.address)
    assert SECRET not in ann.page.content()


def the_reply_comes_live_and_whoever_is_named_is_mailed(world: World, ann: Window, sam: Window, case: Case) -> None:
    if ann.scripts:
        expect(ann.page.get_by_text("Live", exact=True)).to_be_visible()
    agent.write(sam, REPLY, to="Reply to customer")
    if not ann.scripts:
        ann.open(case.address)
    expect(customer.conversation(ann)).to_contain_text("has the key", timeout=10_000)
    for email in (customer.EMAIL, BOB):
        assert "has the key" in agent.mail(world, email, case, "New on your case")["text"]
        assert all(SECRET not in one["text"] + one["html"] for one in agent.mails(world, email, case))
    expect(ann.page.get_by_role("list", name="Told by e-mail")).to_contain_text("Bob Barnes")


def she_answers_in_markdown_after_looking_at_it(ann: Window, sam: Window) -> None:
    ann.page.get_by_label("Something to add?").fill(ANSWER)
    ann.press("Preview")
    expect(ann.page.get_by_role("region", name="Preview").locator("strong")).to_have_text("thank you")
    expect(ann.page.get_by_label("Something to add?")).to_have_value(ANSWER)
    ann.look()
    ann.press("Send")
    ann.page.wait_for_url(re.compile("done="))
    ann.look()
    if not sam.scripts:
        sam.page.reload()
    expect(sam.page.get_by_role("list", name="Conversation").locator("strong", has_text="thank you")).to_be_visible(
        timeout=10_000
    )


def whoever_follows_hears_of_it(world: World, case: Case) -> None:
    """F111: Bob was named, so he follows it; Ann is not mailed what she wrote herself."""
    until(lambda: any("thank you" in mail["text"] for mail in agent.mails(world, BOB, case)), 30)
    assert all("thank you" not in mail["text"] for mail in agent.mails(world, customer.EMAIL, case))


def the_manager_finds_it_under_all_and_not_under_mine(world: World, bob: Window, case: Case) -> None:
    bob.open(f"{world.northwind.root}/cases?scope=all")
    expect(bob.page.get_by_role("link", name=case.subject)).to_be_visible()
    bob.open(f"{world.northwind.root}/cases?scope=mine")
    expect(bob.page.get_by_role("link", name=case.subject)).to_have_count(0)
    bob.open(case.address)
    expect(bob.page.get_by_role("link", name="Mark as closed")).to_have_count(0)


def locked_means_locked(world: World, ann: Window, case: Case) -> None:
    expect(ann.page.get_by_text("open a new case and name")).to_be_visible()
    expect(ann.page.get_by_role("complementary", name="About this case")).to_contain_text("Closed")
    hers = world.as_("ann")
    for path in ("notes", "reopen"):
        refused = hers.post(f"/cases/{case.reference}/{path}", {"body": "One more"} if path == "notes" else None)
        assert refused.status_code == 409, refused.text
        assert refused.json()["detail"].endswith(".")


def she_says_how_well_it_was_solved(world: World, ann: Window, sam: Window, case: Case) -> None:
    ann.page.get_by_label("4: Well").check()
    ann.press("Send the rating")
    ann.page.wait_for_url(re.compile("done=rated"))
    ann.look()
    sam.open(f"{world.northwind.root}/console/cases/{case.reference}")
    expect(sam.page.get_by_text("4 of 5")).to_be_visible()


def within_days_she_opens_it_again(world: World, ann: Window, case: Case) -> None:
    desk(world, after_close="reopen_within_days", reopen_days=3)
    ann.open(case.address)
    expect(ann.page.get_by_text("you can open it again until")).to_be_visible()
    ann.press("Open it again")
    ann.page.wait_for_url(re.compile("done=case-reopened"))
    ann.look()
    expect(ann.page.get_by_label("Something to add?")).to_be_visible()


def staff_always_can(world: World, ann: Window, sam: Window, case: Case) -> None:
    desk(world, after_close="locked")
    customer.close(ann)
    sam.open(f"{world.northwind.root}/console/cases/{case.reference}")
    sam.press("Open it again")
    sam.page.wait_for_url(re.compile("done=case-reopened"))
    sam.look()
    until(lambda: world.as_("ann").get(f"/cases/{case.reference}").json()["status"]["key"] == "in_progress")
