"""J8: files: Sam shows and hides them, Ann adds one, and the folders hold what their rules say."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import web
from playwright.sync_api import FilePayload, Page, Route, expect
from windows import OpenWindow, Window
from world import Client, Tenant, World, until

from stack import clamd

pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.timeout(600)]

PUBLISHERS = """UPDATE staff SET roles = '{agent,document_publisher}'
    WHERE tenant_id = $1 AND name = 'Sam Stone' RETURNING id"""
SAY = "INSERT INTO outbox (tenant_id, id, type, body, trace) VALUES ($1, $2, 'project.changed.v1', $3, '') RETURNING id"
PLAN = FilePayload(name="floor-plan.txt", mimeType="text/plain", buffer=b"The second floor.\n")
ANN = "ann@acme.example"


@pytest.fixture(scope="module", autouse=True)
def tenant(world: World, fed: Any) -> Tenant:
    """Fabrikam, where Sam may publish and Olga may not; Ann is flagged, and Ada hears of uploads.

    Made before the browser, which keeps an event loop running in this thread.
    """
    tag = uuid4().hex[:6]
    made = world.tenant(f"fabrikam-{tag}", f"fabrikam-{tag}", "Fabrikam")
    for key, name in (("acme", "Acme Ltd"), ("zeta", "Zeta GmbH")):
        world.organisation(made, key, name)
    world.contact(made, "acme", "Ann Archer", ANN, notify_team=True)
    world.contact(made, "zeta", "Eve Eaton", "eve@zeta.example")
    for email in (ANN, "eve@zeta.example"):
        world.set_password(made, email)
    assert len(world.rows("identity", PUBLISHERS, made.id)) == 1
    ada = staff(made, "ada")
    settings = {"quota_bytes": None, "tell_id": ada.get("/me").json()["caller"]["id"]}
    assert ada.put("/documents/settings", settings, headers={"if-match": '"0"'}).status_code == 200
    return made


def staff(tenant: Tenant, name: str) -> Client:
    return tenant.login(f"{name}@{tenant.slug}.example", audience="console")


def upload(client: Client, name: str, content: bytes, **about: Any) -> httpx.Response:
    """A file through the API, to its commit."""
    new = {"file_name": name, "content_type": "text/plain", "size": len(content)} | about
    announced = client.post("/documents/uploads", new)
    assert announced.status_code == 201, announced.text
    target = announced.json()["upload"]
    web.put(target["url"], content=content, headers=target["headers"]).raise_for_status()
    return client.post(f"/documents/{announced.json()['document_id']}/commit")


def say(world: World, tenant: Tenant, **project: Any) -> str:
    """A project, as its owner tells of it on the bus. Returns its id."""
    event, project_id = str(uuid4()), str(uuid4())
    data = {"project_id": project_id, "reference": "PRJ-1001", "on_portal": True, "documents_on_portal": True}
    data |= {"organisation_id": tenant.ids["acme"], "contact_ids": [tenant.ids["ann"]], "archived": False} | project
    envelope = {"id": event, "type": "project.changed.v1", "tenant_id": str(tenant.id), "version": 1, "data": data}
    envelope["occurred_at"] = "2026-11-20T08:00:00Z"
    with ThreadPoolExecutor(1) as aside:
        aside.submit(world.rows, "cases", SAY, tenant.id, event, json.dumps(envelope)).result()
    return project_id


def arrive(window: Window, tenant: Tenant, door: str, email: str) -> None:
    window.open(f"{tenant.root}{door}")
    window.log_in(email)


def names(window: Window, tenant: Tenant, folder: str = "") -> list[str]:
    """The files that a folder's page lists."""
    window.open(f"{tenant.root}/documents?folder={folder}")
    window.look()
    return [one.strip() for one in window.page.locator("tbody .c-file a").all_inner_texts()]


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_a_customer_adds_a_document_and_those_who_want_to_are_told(
    open_window: OpenWindow, world: World, tenant: Tenant, scripts: bool
) -> None:
    """F142-F148: with title and description, linked to Ann and Acme; PFN staff and the configured user hear of it."""
    ann, title = open_window(scripts=scripts), f"Floor plan {uuid4().hex[:6]}"
    arrive(ann, tenant, "/login", ANN)
    ann.tab("Documents")
    page = ann.page
    page.get_by_role("button", name="Add documents").click()
    ann.look()
    page.locator("input[type=file]").set_input_files(PLAN)
    if scripts:
        expect(page.get_by_role("listitem").filter(has_text=PLAN["name"])).to_contain_text("Uploaded")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Description").fill("With all sockets.")
    ann.press("Add")
    page.wait_for_url(re.compile("done=documents-added"))
    expect(page.get_by_text("Your documents were added.")).to_be_visible()
    ann.follow(title)
    expect(page.get_by_text("With all sockets.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").first.click()
    assert download.value.path().read_bytes() == PLAN["buffer"]
    listed = staff(tenant, "sam").get("/documents", params={"q": title}).json()["items"]
    shared = {(one["kind"], one["id"]) for one in listed[0]["shared_with"]}
    assert shared == {("contact", tenant.ids["ann"]), ("organisation", tenant.ids["acme"])}
    link = f"{tenant.root}/console/documents/{listed[0]['id']}"
    for who in ("ada", "sam"):
        until(lambda who=who: any(link in one["text"] for one in mails(world, tenant, who)), 30)
    assert not any(link in one["text"] for one in mails(world, tenant, "olga"))


def mails(world: World, tenant: Tenant, who: str) -> list[dict[str, str]]:
    return list(world.stack.messages(f"{who}@{tenant.slug}.example"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_sam_hides_a_file_and_anns_list_changes_at_once_olga_cannot(
    open_window: OpenWindow, tenant: Tenant, scripts: bool
) -> None:
    """F139-F141: by the pencil, then the tick or the cross; without the permission no pencil, and the API says 403."""
    name = f"tariff-{uuid4().hex[:6]}.txt"
    made = upload(tenant.login(ANN), name, b"Prices").json()
    ann, sam, olga = (open_window(scripts=scripts) for _ in range(3))
    arrive(ann, tenant, "/login", ANN)
    arrive(sam, tenant, "/console/login", f"sam@{tenant.slug}.example")
    arrive(olga, tenant, "/console/login", f"olga@{tenant.slug}.example")
    for word, shown in (("Hide from portal", []), ("Show on portal", [name])):
        sam.open(f"{tenant.root}/console/documents?q={name}")
        row = sam.page.get_by_role("row").filter(has_text=name)
        row.locator("summary").click()
        sam.look()
        row.get_by_role("button", name=word).click()
        sam.page.wait_for_url(re.compile("done="))
        sam.look()
        assert [one for one in names(ann, tenant) if one == name] == shown
    olga.open(f"{tenant.root}/console/documents?q={name}")
    olga.look()
    expect(olga.page.get_by_role("row").filter(has_text=name)).to_contain_text("Shown")
    expect(olga.page.locator("details.toggle")).to_have_count(0)
    path = f"/documents/{made['id']}"
    version = {"if-match": f'"{staff(tenant, "olga").get(path).json()["version"]}"'}
    refused = staff(tenant, "olga").patch(path, {"on_portal": False}, headers=version)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/may-not-publish")


def test_the_folders_hold_what_their_rules_say(open_window: OpenWindow, world: World, tenant: Tenant) -> None:
    """F149-F154: Public for all, Private for Ann, My Documents by project, of a project that itself is hidden, too."""
    sam, tag = staff(tenant, "sam"), uuid4().hex[:6]
    project = say(world, tenant, name="Handover", kind="documents")
    until(lambda: sam.post("/documents/uploads", _on(project)).status_code == 201, 30)
    for_ann = [{"kind": "contact", "id": tenant.ids["ann"]}]
    upload(sam, f"public-{tag}.txt", b"Terms", folder="public", on_portal=True)
    upload(sam, f"private-{tag}.txt", b"Offer", folder="private", on_portal=True, records=for_ann)
    upload(sam, f"mine-{tag}.txt", b"Keys", on_portal=True, project_id=project)
    upload(sam, f"hidden-{tag}.txt", b"Draft", folder="public")
    ann, eve = open_window(), open_window()
    arrive(ann, tenant, "/login", ANN)
    arrive(eve, tenant, "/login", "eve@zeta.example")
    for folder in ("public", "private", "mine"):
        assert [one for one in names(ann, tenant, folder) if tag in one] == [f"{folder}-{tag}.txt"]
        if folder == "mine":
            expect(ann.page.get_by_role("heading", name="Handover")).to_be_visible()
        theirs = [one for one in names(eve, tenant, folder) if tag in one]
        assert theirs == ([f"public-{tag}.txt"] if folder == "public" else [])


def _on(project: str) -> dict[str, Any]:
    return {"file_name": "a.txt", "size": 1, "project_id": project}


def test_a_file_travels_as_an_attachment_and_what_is_no_document_does_not_stay(tenant: Tenant) -> None:
    """F157: attachment disposition, from the file origin and never as a page; a program is refused for good."""
    ann = tenant.login(ANN)
    made = upload(ann, "page.txt", b"Only words").json()
    away = ann.get(f"/documents/{made['id']}/download")
    file = web.get(away.headers["location"])
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["content-type"] == "application/octet-stream"
    refused = upload(ann, "photo.png", b"MZ" + bytes(98))
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/type-refused")
    assert not ann.get("/documents", params={"q": "photo.png"}).json()["items"]


def test_a_large_file_goes_on_after_a_broken_part_and_a_reload(
    open_window: OpenWindow, tenant: Tenant, tmp_path: Path
) -> None:
    """F143, F147, F156: paused and gone on with; only what had not arrived is sent again; its page shows the text."""
    large, ann = tmp_path / f"protocol-{uuid4().hex[:6]}.txt", open_window()
    large.write_bytes(b"A line of a long protocol.\n" * 1_300_000)
    arrive(ann, tenant, "/login", ANN)
    ann.open(f"{tenant.root}/documents?add=1")
    sent, arrived = _first_part_alone(ann.page)
    ann.page.locator("input[type=file]").set_input_files(large)
    row = ann.page.get_by_role("listitem").filter(has_text=large.name)
    until(lambda: ann.page.wait_for_timeout(1_500) is None and arrived == ["1"] and "2" in sent, 60)
    assert sent.count("1") == 2
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("Paused")
    ann.look()
    ann.page.unroute_all()
    ann.page.reload()
    again = _counted_parts(ann.page)
    ann.page.locator("input[type=file]").set_input_files(large)
    expect(ann.page.get_by_role("listitem").filter(has_text=large.name)).to_contain_text("Uploaded", timeout=60_000)
    assert "1" not in again
    ann.press("Add")
    ann.page.wait_for_url(re.compile("done=documents-added"))
    ann.follow(large.name)
    expect(ann.page.get_by_role("region", name="What the file begins with")).to_contain_text("A line of a long")


def _first_part_alone(page: Page) -> tuple[list[str], list[str]]:
    """Storage takes the first part at its second try, and of the others nothing arrives: what is sent, what arrives."""
    sent, arrived = list[str](), list[str]()

    def decide(route: Route) -> None:
        number = re.search("partNumber=([0-9]+)", route.request.url)
        assert number
        sent.append(number[1])
        if number[1] == "1":
            route.abort() if sent.count("1") == 1 else route.continue_()

    page.route(re.compile("partNumber="), decide)
    page.on("requestfinished", lambda request: arrived.extend(re.findall("partNumber=([0-9]+)", request.url)))
    return sent, arrived


def _counted_parts(page: Page) -> list[str]:
    sent: list[str] = []
    page.on("request", lambda asked: sent.extend(re.findall("partNumber=([0-9]+)", asked.url)))
    return sent


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_a_virus_is_refused_with_a_sentence_and_stays_nowhere(
    open_window: OpenWindow, world: World, tenant: Tenant, tmp_path: Path, scripts: bool
) -> None:
    """F147, J8: the virus-test file through the browser against a real clamd."""
    virus = FilePayload(name=f"eicar-{uuid4().hex[:6]}.txt", mimeType="text/plain", buffer=clamd.EICAR)
    with clamd.running(tmp_path) as address:
        world.stack.start("documents", PORTICO_CLAMD=address)
        try:
            ann = open_window(scripts=scripts)
            arrive(ann, tenant, "/login", ANN)
            ann.open(f"{tenant.root}/documents?add=1")
            ann.page.locator("input[type=file]").set_input_files(virus)
            if not scripts:
                ann.press("Add")
            expect(ann.page.get_by_text("The virus scanner found something harmful").first).to_be_visible()
            ann.look()
        finally:
            world.stack.start("documents")
    assert not staff(tenant, "sam").get("/documents", params={"q": virus["name"]}).json()["items"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_sam_asks_ann_for_a_document_and_gets_the_right_one_at_the_second_try(
    open_window: OpenWindow, world: World, tenant: Tenant, scripts: bool
) -> None:
    """F143, F146: asked with a day, brought, sent back with a reason, brought again, closed; each with its letter."""
    sam, ann, title = open_window(scripts=scripts), open_window(scripts=scripts), f"Contract {uuid4().hex[:6]}"
    arrive(sam, tenant, "/console/login", f"sam@{tenant.slug}.example")
    sam.open(f"{tenant.root}/console/contacts/{tenant.ids['ann']}")
    sam.page.get_by_role("button", name="Ask for a document").click()
    sam.page.get_by_label("What is needed").fill(title)
    sam.page.get_by_label("Due on").fill("2030-01-31")
    sam.look()
    sam.press("Ask")
    sam.page.wait_for_url(re.compile("done=request-asked"))
    sam.look()
    arrive(ann, tenant, "/login", ANN)
    for word in ("draft", "signed"):
        ann.open(f"{tenant.root}/documents")
        ann.follow(title)
        ann.page.locator("input[type=file]").set_input_files(PLAN | {"name": f"{word}.txt"})
        if scripts:
            expect(ann.page.get_by_role("listitem").filter(has_text=f"{word}.txt")).to_contain_text("Uploaded")
        ann.press("Send")
        ann.page.wait_for_url(re.compile("done=request-answered"))
        ann.look()
        sam.open(f"{tenant.root}/console/documents/requests?state=received")
        sam.follow(title)
        if word == "draft":
            sam.page.get_by_label("What is wrong with it").fill("It is not signed.")
            sam.press("Send it back")
        else:
            sam.press("Close the request")
        sam.page.wait_for_url(re.compile("done=request-"))
        sam.look()
    until(lambda: sum(title in one["subject"] for one in world.stack.messages(ANN)) == 4, 30)
