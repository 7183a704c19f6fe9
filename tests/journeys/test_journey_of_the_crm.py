"""What a CRM pushes with its secret key is there for those whom it concerns, and for nobody with less than that."""

import feed
import pytest
import web
from feed import Fed
from playwright.sync_api import expect
from windows import OpenWindow
from world import Client, World

pytestmark = pytest.mark.xdist_group("stack")

LISTS = ("cases", "documents", "invoices", "organisations", "contacts", "staff", "keys", "mails", "changes")


@pytest.mark.parametrize("path", feed.RECORDS)
def test_it_may_push_again_and_nothing_is_doubled(world: World, fed: Fed, path: str) -> None:
    again = world.northwind.crm.put(path, feed.RECORDS[path]())
    assert again.status_code == 200, again.text


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_the_customer_sees_her_invoice_and_reads_the_article(
    open_window: OpenWindow, world: World, fed: Fed, scripts: bool
) -> None:
    ann = open_window(scripts=scripts)
    ann.open(f"{world.northwind.root}/login")
    ann.log_in("ann@acme.example")
    ann.tab("Invoices")
    ann.follow(feed.INVOICE)
    expect(ann.page.get_by_text("£120.00").first).to_be_visible()
    ann.tab("Articles")
    ann.follow(feed.ARTICLE)
    expect(ann.page.get_by_role("heading", name="What to check")).to_be_visible()
    ann.tab("Documents")


@pytest.mark.parametrize("path", LISTS)
def test_the_public_key_alone_reads_nothing(world: World, path: str) -> None:
    tenant = world.northwind
    answer = Client(tenant.crm.root, {"authorization": f"Bearer {tenant.pk}"}).get(f"/{path}")
    assert answer.status_code in (401, 403)
    assert "items" not in answer.json()


def test_a_wrong_key_leads_to_a_page_that_names_nobody(open_window: OpenWindow, world: World) -> None:
    for scripts in (True, False):
        window = open_window(scripts=scripts)
        answer = window.open(f"{world.stack.origin}/account/login?api_key=pk_{'x' * 32}")
        assert answer.status == 404
        assert not any(name in window.page.content() for name in ("Northwind", "Brightside"))


def test_an_address_of_the_portal_leads_to_the_login_first(world: World, fed: Fed) -> None:
    for path in ("/", "/cases", "/documents", f"/invoices/{fed.invoice}"):
        answer = web.get(world.northwind.root + path, headers={"accept": "text/html"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(
            (f"/portal/{world.northwind.slug}/login", f"{world.northwind.root}/login")
        )


def test_the_crm_hears_of_what_happens_while_it_waits(world: World, fed: Fed) -> None:
    """O+3: from where it began, each change once, through all that lies between; and nothing with the public key."""
    crm = world.northwind.crm
    since = crm.get("/changes?since=now").json()["next"]
    names = ["Followed", "Followed and renamed"]
    for name in names:
        assert crm.put("/organisations/by-external-id/followed", {"name": name}).is_success
    heard: list[str] = []
    while names[-1] not in heard:
        page = crm.get(f"/changes?since={since}&wait=20&types=organisation.changed.v1").json()
        assert page["items"], "nothing came within 20 seconds"
        heard += [row["data"]["name"] for row in page["items"] if row["data"]["external_id"] == "followed"]
        since = page["next"]
    assert heard == names
