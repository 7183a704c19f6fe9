"""One case travels the whole house: Ann reports, Sam answers, Ann closes. With JavaScript and without."""

import agent
import customer
import feed
import pytest
from customer import Case
from playwright.sync_api import expect
from windows import OpenWindow, Window
from world import World, until

# Some thirty pages, each looked at in light and dark: a busy machine takes its time.
pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.timeout(600)]

INTERNAL = "Third time this month: offer them a new one."
REPLY = "Please switch it off for ten seconds."
HALF = "Well, I have tried"
ANSWER = "Well, I have tried that and it prints again."


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_a_case_goes_from_the_public_link_to_its_end(open_window: OpenWindow, world: World, scripts: bool) -> None:
    """F108, F109: what the customer adds is before the agent's eyes; J3 and J4 as far as the Foundation goes."""
    ann, sam = open_window(scripts=scripts), open_window(scripts=scripts)
    customer.arrive(ann, world.northwind)
    customer.log_in(ann, world.northwind)
    case = customer.report(ann, "first" if scripts else "second")
    the_file_hangs_on_it(ann)
    only_those_on_duty_are_told(world, case)
    agent.come_from_the_mail(sam, world, case)
    agent.find_in_the_queue(sam, world, case)
    the_customer_sees_replies_but_no_internal_note(ann, sam, world, case)
    customer.answer(ann, ANSWER)
    the_agent_sees_it(sam)
    customer.close(ann)
    nothing_can_be_added_by_hand(world, case)
    for outsider in ("eve", "mallory"):
        it_is_not_there_for(open_window(scripts=scripts), world, case, outsider)


def the_file_hangs_on_it(ann: Window) -> None:
    def shown() -> bool:
        ann.page.reload()
        return ann.page.get_by_role("link", name=customer.PHOTO["name"]).count() > 0

    until(shown, 20, every=0.5)
    with ann.page.expect_download() as download:
        ann.page.get_by_role("link", name=customer.PHOTO["name"]).first.click()
    assert download.value.path().read_bytes() == customer.PHOTO["buffer"]


def only_those_on_duty_are_told(world: World, case: Case) -> None:
    told = agent.mail(world, agent.EMAIL, case, "New case")
    assert agent.link(told["text"]) == f"{world.northwind.root}/console/cases/{case.reference}"
    receipt = agent.mail(world, customer.EMAIL, case, "We have your request")
    assert agent.link(receipt["text"]) == case.address
    assert not agent.mails(world, agent.OFF_DUTY, case)


def the_customer_sees_replies_but_no_internal_note(ann: Window, sam: Window, world: World, case: Case) -> None:
    if ann.scripts:
        expect(ann.page.get_by_text("Live", exact=True)).to_be_visible()
        ann.page.get_by_label("Something to add?").fill(HALF)
    agent.write(sam, INTERNAL, to="Internal note")
    agent.write(sam, REPLY, to="Reply to customer")
    if not ann.scripts:
        ann.open(case.address)
    # Sooner than the page would ask by itself.
    expect(customer.conversation(ann)).to_contain_text(REPLY, timeout=10_000)
    if ann.scripts:
        expect(ann.page.get_by_label("Something to add?")).to_have_value(HALF)
    ann.look()
    told = agent.mail(world, customer.EMAIL, case, "New on your case")
    assert REPLY in told["text"]
    assert agent.link(told["text"]) == case.address
    assert INTERNAL not in ann.page.content()
    assert INTERNAL not in world.as_("ann").get(f"/cases/{case.reference}").text
    assert all(INTERNAL not in one["text"] + one["html"] for one in agent.mails(world, customer.EMAIL, case))


def the_agent_sees_it(sam: Window) -> None:
    if not sam.scripts:
        sam.page.reload()
    expect(sam.page.get_by_role("list", name="Conversation")).to_contain_text(ANSWER, timeout=10_000)


def nothing_can_be_added_by_hand(world: World, case: Case) -> None:
    late = world.as_("ann").post(f"/cases/{case.reference}/notes", {"body": "One more thing", "document_ids": []})
    assert late.status_code == 409
    assert late.json()["type"] == "/problems/case-closed"
    assert late.json()["detail"].endswith(".")


def it_is_not_there_for(window: Window, world: World, case: Case, who: str) -> None:
    tenant = world.brightside if who == "mallory" else world.northwind
    document = world.as_("ann").get("/documents", params={"q": customer.PHOTO["name"]}).json()["items"][0]["id"]
    invoice = world.as_("ann").get("/invoices", params={"q": feed.INVOICE}).json()["items"][0]["id"]
    window.open(f"{tenant.root}/login")
    window.log_in("mallory@globex.example" if who == "mallory" else "eve@zeta.example")
    for path in (f"/cases/{case.reference}", f"/documents/{document}", f"/invoices/{invoice}"):
        assert window.open(tenant.root + path).status == 404, path
        expect(window.page.get_by_text(case.subject)).to_have_count(0)
