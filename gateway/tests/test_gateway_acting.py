"""One person, two organisations: which one is said on every page, switched by a form, and never mixed."""

from typing import Any

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response

from gateway.testing import ACME, ANNS, CASE_ID, NORTHWIND, Portal, Services, case_view, contact, session

ROOT = "/portal/northwind"
ZETA = "018f0000-0000-7000-8000-0000000000bb"
OMEGA = "018f0000-0000-7000-8000-0000000000cc"
BOTH = [{"id": ACME, "name": "Acme Ltd"}, {"id": ZETA, "name": "Zeta & Söhne"}]
EMPTY: dict[str, Any] = {"items": [], "next": None, "total": {"count": 0, "capped": False}}


class Identity:
    """Ann acts for Acme until she switches; whoever asks for another of hers is told of that."""

    def __init__(self) -> None:
        self.acting_for = ACME
        self.organisations = BOTH
        self.asked: list[dict[str, Any]] = []

    async def resolve(self, request: Request) -> Response:
        asked = orjson.loads(await request.body())
        self.asked.append(asked)
        wanted = asked.get("organisation_id") or self.acting_for
        if asked["token"] != ANNS or wanted not in [each["id"] for each in self.organisations]:
            return Response(b"{}", 404)
        caller = contact(NORTHWIND, "Ann Archer") | {"organisation_id": wanted}
        found = session("northwind", "portal", caller) | {"organisations": self.organisations}
        return Response(orjson.dumps(found), media_type="application/json")

    async def switch(self, request: Request) -> Response:
        self.acting_for = orjson.loads(await request.body())["organisation_id"]
        return Response(b"{}", media_type="application/json")


@pytest.fixture
def identity(services: Services) -> Identity:
    found = Identity()
    services.answers[("POST", "/internal/sessions/resolve")] = found.resolve
    services.answers[("POST", "/internal/sessions/switch")] = found.switch
    for module in ("cases", "articles", "invoices"):
        services.answers[("GET", f"/api/v1/{module}")] = (200, EMPTY)
    return found


def zetas(services: Services, portal: Portal) -> None:
    """The case is Zeta's: it is there for whoever acts for it, and for nobody else."""

    async def read(request: Request) -> Response:
        caller = portal.verifiers["cases"].read(request.headers["x-portico-caller"])
        if str(caller.organisation_id) != ZETA:
            return Response(b'{"title": "Nothing here.", "status": 404}', 404)
        return Response(orjson.dumps(case_view()), media_type="application/json")

    services.answers[("GET", "/api/v1/cases/CASE-1042")] = read
    services.answers[("GET", "/api/v1/documents")] = (200, EMPTY)


async def test_every_page_says_for_whom_one_acts_and_offers_the_others(portal: Portal, identity: Identity) -> None:
    page = await (await portal.get(f"{ROOT}/")).text()
    assert '<span class="acting-name">Acme Ltd</span>' in page
    assert f'name="organisation_id" value="{ZETA}"' in page
    assert "Zeta &amp; Söhne" in page


async def test_with_one_organisation_there_is_nothing_to_switch(portal: Portal, identity: Identity) -> None:
    identity.organisations = BOTH[:1]
    page = await (await portal.get(f"{ROOT}/")).text()
    assert "/account/organisation" not in page


async def test_switching_is_a_form_and_the_next_page_is_the_other_organisations(
    portal: Portal, identity: Identity
) -> None:
    await portal.get(f"{ROOT}/")
    answer = await portal.post(f"{ROOT}/account/organisation", {"organisation_id": ZETA})
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/")
    mark = answer.headers["set-cookie"].split(";")[0]
    headers = portal.browser() | {"cookie": f"__Host-portal-northwind={ANNS}; {mark}"}
    page = await (await portal.get(f"{ROOT}/", headers=headers)).text()
    assert '<span class="acting-name">Zeta &amp; Söhne</span>' in page


@pytest.mark.parametrize("wanted", [OMEGA, "", "../me"])
async def test_nobody_switches_to_what_is_not_theirs(portal: Portal, identity: Identity, wanted: str) -> None:
    answer = await portal.post(f"{ROOT}/account/organisation", {"organisation_id": wanted})
    assert (answer.status, identity.acting_for) == (404, ACME)


async def test_another_site_cannot_switch_anybody(portal: Portal, identity: Identity) -> None:
    headers = portal.browser() | {"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"}
    answer = await portal.post(f"{ROOT}/account/organisation", {"organisation_id": ZETA}, headers=headers)
    assert (answer.status, identity.acting_for) == (403, ACME)


async def test_a_link_into_another_organisation_says_whose_it_is_and_offers_to_switch(
    portal: Portal, services: Services, identity: Identity
) -> None:
    zetas(services, portal)
    answer = await portal.get(f"{ROOT}/cases/CASE-1042?timeline=x")
    page = await answer.text()
    assert answer.status == 404
    assert "This belongs to Zeta &amp; Söhne" in page
    assert "No dial tone" not in page
    assert 'name="next" value="/cases/CASE-1042?timeline=x"' in page
    assert identity.acting_for == ACME
    form = {"organisation_id": ZETA, "next": "/cases/CASE-1042?timeline=x"}
    opened = await portal.post(f"{ROOT}/account/organisation", form)
    assert opened.headers["location"] == f"{ROOT}/cases/CASE-1042?timeline=x"


async def test_what_is_nowhere_is_not_there_and_few_are_asked(
    portal: Portal, services: Services, identity: Identity
) -> None:
    identity.organisations = [*BOTH, *({"id": f"{OMEGA[:-2]}{n:02}", "name": f"No {n}"} for n in range(10))]
    answer = await portal.get(f"{ROOT}/cases/CASE-1042")
    assert answer.status == 404
    assert "belongs to" not in await answer.text()
    assert len([asked for asked in identity.asked if asked.get("organisation_id")]) == 5
    assert [path for path in services.paths() if path.endswith("CASE-1042")] == ["GET /api/v1/cases/CASE-1042"] * 6


async def test_a_script_and_a_change_are_told_no_and_nothing_more(
    portal: Portal, services: Services, identity: Identity
) -> None:
    zetas(services, portal)
    programs = portal.browser() | {"accept": "application/json"}
    assert "belongs to" not in await (await portal.get(f"{ROOT}/cases/CASE-1042", headers=programs)).text()
    answer = await portal.post(f"{ROOT}/cases/CASE-1042/notes", {"body": "Hello"})
    assert answer.status == 404
    assert "belongs to" not in await answer.text()


async def test_a_form_drawn_for_one_organisation_is_not_taken_for_another(
    portal: Portal, services: Services, identity: Identity
) -> None:
    page = await (await portal.get(f"{ROOT}/cases/new")).text()
    assert f'name="acting_for" value="{ACME}"' in page
    identity.acting_for = ZETA
    headers = portal.browser() | {"cookie": f"__Host-portal-northwind={ANNS}; __Host-acting-northwind=00112233"}
    form = {"subject": "Acme's", "body": "secret", "acting_for": ACME}
    answer = await portal.post(f"{ROOT}/cases/new", form, headers=headers)
    assert answer.status == 409
    assert "You act for another organisation by now" in await answer.text()
    assert "POST /api/v1/cases" not in services.paths()


async def test_the_open_page_of_a_case_hears_nothing_more_after_switching(
    portal: Portal, services: Services, identity: Identity
) -> None:
    """F106: its stream ends, for the case is not there where its reader acts now."""

    async def read(request: Request) -> Response:
        caller = portal.verifiers["cases"].read(request.headers["x-portico-caller"])
        there = str(caller.organisation_id) == ACME
        return Response(orjson.dumps(case_view() if there else {"title": "No."}), 200 if there else 404)

    services.answers[("GET", "/api/v1/cases/CASE-1042")] = read
    services.answers[("GET", f"/api/v1/cases/{CASE_ID}")] = read
    async with portal.http.get(f"{portal.origin}{ROOT}/cases/CASE-1042/live", headers=portal.browser()) as stream:
        assert stream.status == 200
        identity.acting_for = ZETA
        said = (await stream.content.read()).decode()
    assert "changed" not in said


async def test_all_of_them_are_listed_and_one_is_chosen_for_the_next_login(
    portal: Portal, services: Services, identity: Identity
) -> None:
    mine = [
        {"id": ACME, "name": "Acme Ltd", "manager": True, "current": True, "default": True},
        {"id": ZETA, "name": "Zeta & Söhne", "manager": False, "current": False, "default": False},
    ]
    services.answers[("GET", "/api/v1/me/organisations")] = (200, {"items": mine})
    page = await (await portal.get(f"{ROOT}/account/organisations")).text()
    assert f"/account/organisations/{ZETA}/default" in page
    assert f"/account/organisations/{ACME}/default" not in page
    path = f"/api/v1/me/organisations/{ZETA}/default"
    services.answers[("POST", path)] = (200, {"items": mine})
    answer = await portal.post(f"{ROOT}/account/organisations/{ZETA}/default")
    assert answer.headers["location"] == f"{ROOT}/account/organisations?done=saved"
    assert services.last(path).method == "POST"
