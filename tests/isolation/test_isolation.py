"""Every route, every actor: what is not theirs is not there for them.

A foreign actor's answer never holds a mark of what they must not see, is never a 5xx, and for a record is the very
answer that a missing record gets. Afterwards nothing of the owner's has changed.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest
import routes
import web
from records import ANN, CUSTOMERS, INVOICE, STAFF, Records
from routes import Call
from world import Client, World

pytestmark = pytest.mark.xdist_group("stack")

PERSONAL = ("/me/sessions", "/account/security", "/account/sessions")
"""A person's own, whichever organisation they act for: Ann acting for Zeta would end Ann's sessions, which are hers."""

FORBIDDEN = {
    "mallory": (ANN, INVOICE, STAFF, CUSTOMERS),
    "brightside-ada": (ANN, INVOICE, STAFF, CUSTOMERS),
    "brightside-crm": (ANN, INVOICE, STAFF, CUSTOMERS),
    "guest": (ANN, INVOICE, STAFF, CUSTOMERS),
    "publishable-key": (ANN, INVOICE, STAFF, CUSTOMERS),
    "eve": (ANN, INVOICE, STAFF),
    "cleo": (ANN, STAFF),
    "ann-for-zeta": (ANN, INVOICE, STAFF),
}
REFUSED = {401, 403, 404}
HERS = {
    "cleo": ("{invoice_id}", "/account/organisations/", "/account/colleagues/"),
    "ann-for-zeta": ("/account/organisations/", "/account/colleagues/"),
    "eve": ("/account/colleagues/",),
}
"""Pages about what is not foreign to these: see `names_foreign`."""
BROWSERS = ("mallory", "brightside-ada", "guest", "eve", "cleo", "ann-for-zeta")


def client(world: World, who: str) -> Client:
    match who:
        case "brightside-crm":
            return world.brightside.crm
        case "guest":
            return world.northwind.guest
        case "publishable-key":
            return Client(world.northwind.crm.root, {"authorization": f"Bearer {world.northwind.pk}"})
    return world.as_(who)


def send(who: Client, method: str, call: Call, records: Records) -> httpx.Response:
    body = records.fill(call.body)
    return (
        who(method, records.fill(call.address), json=body, headers=call.headers)
        if body is not None
        else who(method, records.fill(call.address), headers=call.headers)
    )


def test_every_route_stands_in_the_table_and_every_entry_has_a_route() -> None:
    assert routes.api_routes() == set(routes.API)


def test_every_form_that_is_filled_exists() -> None:
    assert set(routes.FORMS) <= {path for _, path in routes.pages()}


def named(asked: list[tuple[str, str]]) -> list[Any]:
    """One test for each route, and in it every actor to whom it is not their own."""
    return [pytest.param(route, id=f"{route[0]}:{route[1].removeprefix('/api/v1')}") for route in asked]


def others(path: str, actors: Iterable[str]) -> list[str]:
    """Everybody to whom this is not their own."""
    personal = path.removeprefix("/api/v1").startswith(PERSONAL)
    return [who for who in actors if who != "ann-for-zeta" or not personal]


@pytest.mark.parametrize("route", named(list(routes.API)))
def test_no_route_shows_or_touches_what_is_not_the_actors(
    world: World, marked: Records, route: tuple[str, str]
) -> None:
    faults = [(who, said) for who in others(route[1], FORBIDDEN) for said in trespasses(world, marked, route, who)]
    assert not faults


def trespasses(world: World, marked: Records, route: tuple[str, str], who: str) -> Iterator[str]:
    """What is wrong with how a route answers somebody."""
    call, actor = routes.API[route], client(world, who)
    denied = send(actor, route[0], call, marked)
    if denied.status_code >= 500:
        yield f"{denied.status_code}: {denied.text[:500]}"
    if found := [mark for mark in FORBIDDEN[who] if mark in denied.text and mark not in call.address]:
        yield f"shows {found}: {denied.text[:500]}"
    if "{" in call.address and "?" not in call.address and names_foreign(call, who):
        missing = send(actor, route[0], call, marked.missing())
        if denied.status_code not in REFUSED:
            yield f"not refused: {denied.status_code}"
        if (denied.status_code, told(denied)) != (missing.status_code, told(missing)):
            yield f"{denied.status_code} {told(denied)} is not what is missing: {missing.status_code} {told(missing)}"


def names_foreign(call: Call, who: str) -> bool:
    """Cleo is of Acme too: its invoice, its organisation and her colleague are not foreign to her.

    Ann acting for Zeta may still choose Acme, which is hers, for the next login; all else of Acme is not there. And
    because she acts for Zeta, she is a colleague of Eve's there (F057).
    """
    if who in ("eve", "ann-for-zeta") and call.address.startswith("/colleagues/"):
        return False
    if who == "ann-for-zeta":
        return "/me/organisations/" not in call.address
    return who != "cleo" or not any(name in call.address for name in ("{invoice}", "{organisation}", "{contact}"))


def told(answer: httpx.Response) -> Any:
    return answer.json() if answer.headers.get("content-type") == "application/problem+json" else answer.text


@pytest.mark.parametrize("page", named(list(routes.pages())))
def test_no_page_shows_or_touches_what_is_not_the_actors(world: World, marked: Records, page: tuple[str, str]) -> None:
    faults = [(who, said) for who in others(page[1], BROWSERS) for said in trespasses_on(world, marked, page, who)]
    assert not faults


def trespasses_on(world: World, marked: Records, page: tuple[str, str], who: str) -> Iterator[str]:
    """What is wrong with how a page answers somebody."""
    method, path = page
    actor = client(world, who)
    root = actor.root.removesuffix("/api/v1")
    denied, missing = (visit(actor, root, method, path, records) for records in (marked, marked.missing()))
    if denied.status_code >= 500:
        yield f"{denied.status_code}: {denied.text[:500]}"
    if found := [mark for mark in FORBIDDEN[who] if mark in denied.text]:
        yield f"shows {found}"
    if "{" in path and not any(part in path for part in HERS.get(who, ())):
        if denied.status_code != missing.status_code:
            yield f"{denied.status_code} is not what is missing: {missing.status_code}"
        if denied.status_code not in {303, *REFUSED}:
            yield f"not refused: {denied.status_code}"


def test_no_search_of_staff_finds_what_is_another_tenants(world: World, marked: Records) -> None:
    """F091: group by group, by the very words of the records and by their references."""
    actor = client(world, "brightside-ada")
    root = actor.root.removesuffix("/api/v1")
    headers = actor.headers | {"accept": "text/html"}
    groups = [path for _, path in routes.pages() if path.startswith("/console/search")]
    for path in groups:
        for words in ("zq", marked.names["case_reference"], marked.names["project_reference"]):
            answer = web.request("GET", f"{root}{path}", headers=headers, params={"q": words})
            assert answer.status_code in (200, 303, 403), answer.text[:500]
            assert [mark for mark in FORBIDDEN["brightside-ada"] if mark in answer.text] == []


def visit(actor: Client, root: str, method: str, path: str, records: Records) -> httpx.Response:
    address = path
    for parameter, record in routes.RECORD_OF.items():
        address = address.replace("{" + parameter + "}", records.names[record])
    headers = actor.headers | {"accept": "text/html", "referer": f"{root}{path}"}
    form = records.fill(routes.FORMS.get(path, {})) if method == "POST" else None
    return web.request(method, root + address, headers=headers, data=form)


SNAPSHOTS = {
    "cases": (
        "SELECT id, status, priority, version FROM cases",
        "SELECT id, body, external_id FROM entries",
        "SELECT id, body, version FROM canned_replies",
        "SELECT id, name, query, version FROM saved_views",
        "SELECT case_id AS id, person_id FROM watchers",
        "SELECT case_id AS id, article_id FROM case_articles",
        "SELECT id, name, version FROM categories",
        "SELECT id, name, version FROM departments",
        "SELECT id, name, version FROM products",
        "SELECT id, name, version FROM groups",
        "SELECT id, name, version FROM request_templates",
        "SELECT tenant_id AS id, version FROM desks",
        "SELECT id, name, version FROM projects",
        "SELECT id, title, version FROM tasks",
        "SELECT id, title, version FROM milestones",
        "SELECT id, body FROM project_entries",
    ),
    "documents": (
        "SELECT id, state, title, folder, on_portal, version FROM documents",
        "SELECT document_id AS id, kind, record_id FROM record_links",
        "SELECT id, state, document_id, version FROM requests",
    ),
    "billing-view": ("SELECT id, number, version FROM invoices",),
    "knowledge": ("SELECT id, title, state, version FROM articles", "SELECT id, title, version FROM announcements"),
    "identity": (
        "SELECT id, name, version FROM organisations",
        "SELECT id, name, email, version FROM contacts",
        "SELECT id, name, revoked_at, expires_at FROM keys",
        "SELECT id, name, email, version FROM staff",
        "SELECT host AS id, host, token, verified_at FROM hosts",
        "SELECT id, state, version FROM registrations",
        "SELECT id, state, version, actor_name FROM imports",
        "SELECT contact_id AS id, organisation_id, manager FROM memberships",
    ),
}


def northwind(world: World) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for service, statements in SNAPSHOTS.items():
        for statement in statements:
            inside = f"{statement} WHERE tenant_id = '{world.northwind.id}' ORDER BY id"
            found[f"{service}: {statement}"] = world.rows(service, inside)
    return found


@pytest.mark.parametrize("who", ["mallory", "brightside-ada", "brightside-crm", "guest", "publishable-key"])
def test_nothing_an_outsider_sends_changes_a_row_of_the_tenant(world: World, marked: Records, who: str) -> None:
    before, actor = northwind(world), client(world, who)
    for (method, _), call in routes.API.items():
        if method != "GET":
            send(actor, method, call, marked)
    assert northwind(world) == before


def test_the_owner_reaches_what_the_others_do_not(world: World, marked: Records) -> None:
    ann = world.as_("ann")
    reached = {
        name: ann.get(marked.fill(address)).status_code
        for name, address in {
            "case": "/cases/{case}",
            "document": "/documents/{document}",
            "download": "/documents/{document}/download",
            "invoice": "/invoices/{invoice}",
            "project": "/projects/{project}",
            "task": "/projects/{project}/tasks/{task}",
            "milestone": "/projects/{project}/milestones/{milestone}",
        }.items()
    }
    assert reached == {"case": 200, "document": 200, "download": 303, "invoice": 200} | dict.fromkeys(
        ("project", "task", "milestone"), 200
    )
    assert ANN in ann.get("/cases?q=ZQANN").text
    assert STAFF not in ann.get(marked.fill("/cases/{case}")).text
    assert STAFF not in ann.get(marked.fill("/projects/{project}")).text
