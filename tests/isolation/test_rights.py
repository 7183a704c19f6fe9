"""A4: a right taken away is gone within five seconds, on a session or key that is in use, on API and page alike."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
import web
from rights import API, EMAIL, MARK, Rita, opened, page, places, settle, soon, written
from world import MODULES, PASSWORD, Client, World, until

pytestmark = pytest.mark.xdist_group("stack")


@pytest.fixture(scope="module")
def rita(world: World) -> Rita:
    return settle(world)


@pytest.fixture
def session(rita: Rita) -> Iterator[Client]:
    """Rita logged in, seeing her records everywhere; afterwards she may come in again."""
    client = rita.logs_in()
    until(lambda: rita.shown(client) == places(), seconds=20)
    yield client
    rita.is_now(support_end_on=None, manager=False)


@pytest.fixture
def admin(rita: Rita) -> Client:
    return rita.tenant.login("ada@rights.example", audience="console")


def all_gone(rita: Rita, client: Client) -> None:
    soon(lambda: client.get("/me").status_code in (401, 404))
    assert rita.shown(client) == set()
    for name in ("cases", "documents", "invoices", "projects"):
        assert {answer.status_code for answer in rita.look(client, name).values()} <= {303, 401, 404}


def yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def test_a_contact_who_is_disabled_sees_nothing_more_and_all_again_once_enabled(rita: Rita, session: Client) -> None:
    """F022."""
    rita.is_now(portal_enabled=False)
    all_gone(rita, session)
    rita.is_now(portal_enabled=True)
    again = rita.logs_in()
    until(lambda: rita.shown(again) == places(), seconds=20)


def test_a_support_window_that_ended_yesterday_ends_the_session(rita: Rita, session: Client) -> None:
    """F052."""
    rita.is_now(support_end_on=yesterday().isoformat())
    all_gone(rita, session)
    rita.is_now(support_end_on=None)
    assert rita.shown(rita.logs_in(), "cases") == places("cases")


def test_another_password_ends_the_sessions_of_the_old_one(rita: Rita, session: Client) -> None:
    """F033."""
    rita.world.set_password(rita.tenant, EMAIL)
    all_gone(rita, session)
    assert rita.shown(rita.logs_in(), "cases") == places("cases")


def test_logging_out_ends_the_session_at_once_for_every_copy_of_its_cookie(rita: Rita, session: Client) -> None:
    """F032: the token itself is worth nothing afterwards, not only gone from the browser that logged out."""
    other, copy = rita.logs_in(), Client(session.root, dict(session.headers))
    root = session.root.removesuffix("/api/v1")
    left = web.post(f"{root}/logout", headers=session.headers)
    assert left.status_code == 303
    for client in (session, copy):
        assert client.get("/me").status_code == 401
        assert page(client, "/cases").headers["location"].split("?")[0].endswith("/login")
        assert rita.shown(client) == set()
    assert rita.shown(other, "cases") == places("cases")


# A file belongs to the conversation, too: its own address works as long as cases are open (F139).
STAYS = {"documents": {"/documents/{document}", "page /documents/{document}"}}


def switched(admin: Client, modules: list[str]) -> None:
    """The portal's modules, as its admin sets them."""
    now = admin.get("/portal-settings").json()
    change = {name: now[name] for name in ("name", "accent", "support_email", "scopes")} | {"modules": modules}
    answer = admin.put("/portal-settings", change, headers={"if-match": f'"{now["version"]}"'})
    assert answer.status_code == 200, answer.text


@pytest.fixture
def modules(admin: Client) -> Iterator[None]:
    """Whatever a test switches off is on again after it."""
    yield
    switched(admin, MODULES)


@pytest.mark.usefixtures("modules")
@pytest.mark.parametrize("module", MODULES)
def test_a_module_switched_off_is_gone_from_menu_page_and_api_and_comes_back(
    rita: Rita, session: Client, admin: Client, module: str
) -> None:
    """F018: on a live session; what is switched on again is all there, for nothing was deleted."""
    link = f'href="{session.root.removeprefix(rita.tenant.origin).removesuffix("/api/v1")}/{module}"'
    assert link in page(session, "/").text
    switched(admin, [name for name in MODULES if name != module])
    soon(lambda: rita.shown(session, module) == STAYS.get(module, set()) and link not in page(session, "/").text)
    gone = {name: answer.status_code for name, answer in rita.look(session, module).items()}
    assert gone == {name: 200 if name in STAYS.get(module, ()) else 404 for name in places(module)}
    others = [name for name in API if name != module]
    assert rita.shown(session, *others) == places(*others)
    switched(admin, MODULES)
    soon(lambda: rita.shown(session, module) == places(module) and link in page(session, "/").text)


def made_key(admin: Client, **new: object) -> dict[str, str]:
    answer = admin.post("/keys", {"name": "Short-lived"} | new)
    assert answer.status_code == 201, answer.text
    key: dict[str, str] = answer.json()
    return key


def revoked(admin: Client, key: dict[str, str]) -> None:
    assert admin.post(f"/keys/{key['id']}/revoke").status_code == 200


def test_a_revoked_secret_key_is_refused_everywhere(rita: Rita, admin: Client) -> None:
    key = made_key(admin, scopes=["crm.write"])
    crm = Client(rita.tenant.crm.root, {"authorization": f"Bearer {key['secret']}"})
    inside = Client(rita.tenant.guest.root, crm.headers)
    writes = [("/organisations/by-external-id/initech", {"name": "Initech Ltd"})]
    writes += [("/contacts/by-external-id/nobody", {}), ("/invoices/by-external-id/rita", {})]
    assert [client.put(*writes[0]).status_code for client in (crm, inside)] == [200, 200]
    revoked(admin, key)
    soon(lambda: crm.put(*writes[0]).status_code == 401)
    assert {client.put(*write).status_code for client in (crm, inside) for write in writes} == {401}


def test_a_key_reads_what_staff_write_among_themselves_with_the_right_for_that_alone(
    rita: Rita, session: Client, admin: Client
) -> None:
    """F110: it takes the right to read cases and that one; Rita sees none of it."""
    address, secret = f"/cases/{rita.records['case']}", f"{MARK} among ourselves"
    assert admin.post(f"{address}/notes", {"body": secret, "visibility": "internal"}).status_code == 201
    shown = {}
    for scopes in (["cases.read", "internal.read"], ["cases.read"], ["internal.read"], ["internal.read", "crm.write"]):
        bearer = f"Bearer {made_key(admin, scopes=scopes)['secret']}"
        answer = Client(rita.tenant.crm.root, {"authorization": bearer}).get(address)
        shown[" ".join(scopes)] = answer.status_code, secret in answer.text
    assert list(shown.values()) == [(200, True), (200, False), (404, False), (404, False)]
    assert secret not in session.get(address).text


def test_a_revoked_publishable_key_is_no_link_to_any_portal(rita: Rita, admin: Client) -> None:
    """F001: it gets the very page that a key nobody ever had gets."""

    def link(key: str) -> httpx.Response:
        asked = {"accept": "text/html"}
        return web.get(f"{rita.tenant.origin}/account/login", params={"api_key": key}, headers=asked)

    key = made_key(admin, kind="publishable")
    assert link(key["secret"]).status_code == 303
    revoked(admin, key)
    soon(lambda: link(key["secret"]).status_code == 404)
    assert link(key["secret"]).text == link("pk_" + "A" * 40).text


def test_a_contact_who_moved_loses_the_old_organisations_records(rita: Rita, session: Client) -> None:
    """F067: a manager saw a colleague's case and the invoices; of the next organisation's portal she sees neither."""
    world, email = rita.world, "cole@initech.example"
    world.contact(rita.tenant, "initech", "Cole Cain", email)
    world.set_password(rita.tenant, email)
    case = until(lambda: opened(rita.tenant.login(email, password=PASSWORD), f"{MARK} of Cole"))
    places_of_case = (f"/cases/{case['id']}", "/cases?q=Cole")

    def seen() -> list[bool]:
        found = [session.get(path) for path in places_of_case]
        found.append(page(session, f"/cases/{case['reference']}"))
        return ["of Cole" in answer.text for answer in found]

    rita.is_now(manager=True)
    soon(lambda: all(seen()))
    rita.is_now("hooli")
    soon(lambda: not any(seen()) and not rita.shown(session, "invoices"))
    assert {session.get(places_of_case[0]).status_code, page(session, f"/cases/{case['reference']}").status_code} == {
        404
    }
    rita.is_now("initech", manager=False)
    soon(lambda: rita.shown(session, "invoices") == places("invoices"))
    assert not any(seen()), "she came back as no manager"


@pytest.mark.parametrize("changed", [{"state": "archived"}, {"state": "draft"}, {"audience": "internal"}])
def test_an_article_taken_back_is_gone_for_those_who_were_reading(
    rita: Rita, session: Client, changed: dict[str, str]
) -> None:
    """F188, F191."""
    written(rita.tenant, **changed)
    soon(lambda: not rita.shown(session, "articles"))
    found = rita.look(session, "articles")
    assert {found[name].status_code for name in ("/articles/{article}", "page /articles/{article}")} == {404}
    assert MARK not in session.get(f"/articles/suggestions?q={MARK}").text
    written(rita.tenant)
    soon(lambda: rita.shown(session, "articles") == places("articles"))
