"""How many statements each route takes, counted one by one: a route that takes another number is told."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from identity.service import tokens
from identity.service.tokens import Addressee
from identity.testing import MODULES, PASSWORD, Site
from identity.testing import told as letters
from kit.testing import As, contact, staff

NEW_ADDRESS = {"email": "ann.new@acme.example"}
Counted = tuple[int, str, Callable[[], Any]]
"""How many statements, of which route, and what asks it."""


async def test_no_route_takes_more_than_four_statements(counted: tuple[Site, list[str]]) -> None:
    site, ran = counted
    ada = site.app.by(site.admin)
    [ann] = (await site.app.by(staff(site.tenant_id)).get("/contacts")).json()["items"]
    routes = await _of_the_edge(site, ada) + _of_the_portal(site, ada) + await _of_people(site, ann)
    routes += _of_colleagues(site, ada, ann)
    routes += _of_access(site, ada, ann, ran) + _of_notified(site, ran) + _of_imports(ada)
    told: list[str] = []
    for most, route, asked in routes:
        ran.clear()
        answer = await asked()
        assert answer.status_code < 300 or route.endswith("logo"), (route, answer.text)
        if len(ran) != most:
            told.append(f"{route}: {len(ran)}, not {most}: {[one.strip()[:50] for one in ran]}")
    assert not told, "\n".join(told)


async def _of_the_edge(site: Site, ada: As) -> list[Counted]:
    """Sessions, tenants and keys, as the gateway asks for them; what comes first makes what comes later."""
    token, edge = await site.token(), site.gateway
    made = (await ada.post("/keys", {"name": "k", "scopes": ["crm.write"]})).json()
    login = {"tenant_id": str(site.tenant_id), "audience": "portal", "email": "ann@acme.example", "ip": "192.0.2.1"}
    secret, tenant = {"key": made["secret"]}, f"/internal/tenants/{site.tenant_id}"
    return [
        (4, "POST /internal/sessions", lambda: edge.post("/internal/sessions", login | {"password": PASSWORD})),
        (1, "POST /internal/sessions/resolve", lambda: site.resolve(token)),
        (1, "POST /internal/tenants/resolve", lambda: edge.post("/internal/tenants/resolve", {"slug": site.slug})),
        (1, "POST /internal/keys/resolve", lambda: edge.post("/internal/keys/resolve", secret)),
        (1, "POST /internal/sessions/end", lambda: edge.post("/internal/sessions/end", {"token": token})),
        (1, "GET /internal/tenants/{id}/logo", lambda: edge.get(f"{tenant}/logo")),
        (1, "GET /keys", lambda: ada.get("/keys")),
        (1, "POST /keys", lambda: ada.post("/keys", {"name": "k", "scopes": ["crm.write"]})),
        (2, "POST /keys/{id}/revoke", lambda: ada.post(f"/keys/{made['id']}/revoke")),
    ]


def _of_the_portal(site: Site, ada: As) -> list[Counted]:
    """How it is set, and where it is reached."""
    by = site.app.by(staff(site.tenant_id))
    settings = {"name": "N", "accent": "#000000", "support_email": "a@b.example", "modules": MODULES}
    return [
        (0, "GET /me", lambda: by.get("/me")),
        (1, "GET /portal-settings", lambda: by.get("/portal-settings")),
        (3, "PUT /portal-settings", lambda: ada.put("/portal-settings", settings, headers={"if-match": "1"})),
        (1, "GET /portal/checks", lambda: ada.get("/portal/checks")),
        (3, "POST /portal/install", lambda: ada.post("/portal/install", {"anyway": True})),
        (1, "GET /hosts", lambda: ada.get("/hosts")),
        (2, "POST /hosts", lambda: ada.post("/hosts", {"host": f"{site.slug}.example"})),
        (2, "DELETE /hosts/{host}", lambda: ada("DELETE", f"/hosts/{site.slug}.example")),
    ]


async def _of_people(site: Site, ann: Any) -> list[Counted]:
    """Organisations, contacts and who is a member where."""
    by, trail = site.app.by(staff(site.tenant_id)), site.app.by(staff(site.tenant_id, "people.edit", "audit.read"))
    person = {"name": "Bob", "email": "bob@acme.example", "organisation_external_id": "acme"}
    parent, above = {"name": "Acme", "parent_external_id": "parent"}, await site.put_organisation("parent")
    member = f"/contacts/{ann['id']}/memberships/{above['id']}"
    return [
        (2, "GET /organisations", lambda: by.get("/organisations?q=ac")),
        (1, "GET /organisations/{id}", lambda: by.get(f"/organisations/{ann['organisation_id']}")),
        (3, "PUT /organisations", lambda: site.crm.put("/organisations/by-external-id/acme", parent)),
        (2, "GET /contacts", lambda: _manager(site, ann).get("/contacts?q=an")),
        (4, "GET /contacts/{id}/overview", lambda: trail.get(f"/contacts/{ann['id']}/overview")),
        (3, "GET /organisations/{id}/overview", lambda: trail.get(f"/organisations/{above['id']}/overview")),
        (1, "GET /contacts/{id}", lambda: by.get(f"/contacts/{ann['id']}")),
        (3, "PUT /contacts (new)", lambda: site.crm.put("/contacts/by-external-id/bob", person)),
        (3, "PUT /contacts", lambda: site.crm.put("/contacts/by-external-id/bob", person | {"name": "Bob Barnes"})),
        (3, "PUT /contacts/{id}/memberships", lambda: site.crm.put(member, {})),
        (1, "GET /contacts/{id}/memberships", lambda: site.crm.get(f"/contacts/{ann['id']}/memberships")),
        (3, "DELETE /contacts/{id}/memberships", lambda: site.crm("DELETE", member)),
    ]


def _manager(site: Site, ann: Any, **more: Any) -> As:
    """Somebody who may manage Ann's organisation."""
    rights = frozenset({"organisation.manage"})
    return site.app.by(contact(site.tenant_id, ann["organisation_id"], permissions=rights, **more))


def _of_colleagues(site: Site, ada: As, ann: Any) -> list[Counted]:
    """What a manager sees and does among their own, and the staff."""
    manager, owner = _manager(site, ann), _manager(site, ann, id=UUID(ann["id"]))
    return [
        (1, "GET /me/organisations", lambda: manager.get("/me/organisations")),
        (1, "GET /me/company", lambda: manager.get("/me/company")),
        (1, "GET /colleagues", lambda: manager.get("/colleagues?q=a")),
        (1, "GET /colleagues/{id}", lambda: manager.get(f"/colleagues/{ann['id']}")),
        (3, "POST /colleagues", lambda: owner.post("/colleagues", {"name": "Nora", "email": "nora@acme.example"})),
        (1, "GET /staff", lambda: site.app.by(staff(site.tenant_id)).get("/staff")),
        (2, "PATCH /staff/me", lambda: ada.patch("/staff/me", {"on_duty": False})),
    ]


def _of_access(site: Site, ada: As, ann: Any, ran: list[str]) -> list[Counted]:
    """Enabling, inviting, passwords. What hashes takes two transactions."""
    at, source = f"/contacts/{ann['id']}", {"ip": "192.0.2.3"}

    async def look() -> Any:
        """With a token that the test knows, made aside."""
        async with site.database.transaction(site.tenant_id) as tx:
            to = Addressee("contact", UUID(ann["id"]), "Ann", ann["email"])
            secret = await tokens.issue(tx, "activate", to)
        ran.clear()
        return await site.gateway_in.post(
            "/internal/activations", {"token": secret, "password": PASSWORD + "s"} | source
        )

    async def forget(email: str) -> Any:
        asked = {"audience": "portal", "email": email} | source
        return await site.gateway_in.post("/internal/passwords/forgotten", asked)

    return [
        (1, "GET /contacts/{id}/access", lambda: ada.get(f"{at}/access")),
        (2, "POST /contacts/{id}/disable", lambda: ada.post(f"{at}/disable")),
        (2, "POST /contacts/{id}/enable", lambda: ada.post(f"{at}/enable", {})),
        (2, "POST /contacts/{id}/welcome", lambda: ada.post(f"{at}/welcome")),
        (4, "POST /internal/activations", look),
        (3, "POST /internal/passwords/forgotten (known)", lambda: forget("ann@acme.example")),
        # The fourth is the third once more, which is heard of once.
        (3, "POST /internal/passwords/forgotten (unknown)", lambda: forget("nobody@acme.example")),
    ]


def _of_notified(site: Site, ran: list[str]) -> list[Counted]:
    """People whom the CRM brings where they get a letter by themselves; an address changed by its owner."""
    chosen = {"contacts_auto_notify": True, "leads_auto_notify": True, "window_required": True}

    async def put(path: str, **person: Any) -> Any:
        days = {"portal_enabled": True, "support_start_on": "2020-01-01", "support_end_on": "2099-01-01"}
        return await site.crm.put(path, {"name": "Nia", "email": f"{len(path)}@acme.example"} | days | person)

    async def choose() -> Any:
        await site.sql("UPDATE portal_settings SET access = access || $1", json.dumps(chosen))
        return await site.gateway.post("/internal/tenants/resolve", {"slug": site.slug})

    person, lead = "/contacts/by-external-id/nia", "/leads/by-external-id/leadnia"
    acme = {"organisation_external_id": "acme"}

    async def change_address() -> Any:
        [ann] = await site.sql("SELECT id, organisation_id FROM contacts WHERE external_id = 'ann'")
        known = {"id": UUID(str(ann["id"])), "email": "ann@acme.example"}
        await site.app.by(contact(site.tenant_id, ann["organisation_id"], **known)).post("/me/email", NEW_ADDRESS)
        token = (await letters(site))[-1]["path"].removeprefix("/confirm-address/")
        ran.clear()
        return await site.gateway_in.post("/internal/email-changes/confirm", {"token": token})

    return [
        (3, "POST /internal/email-changes/confirm", change_address),
        (2, "set auto-notify", choose),
        (3, "PUT /contacts (new, notified)", lambda: put(person, **acme)),
        (3, "PUT /contacts (shut out)", lambda: put(person, **acme | {"portal_enabled": False})),
        (3, "PUT /leads (new, notified)", lambda: put(lead)),
        (3, "PUT /leads (changed, renamed)", lambda: put(lead, company="Nia and Co", phone="1")),
    ]


def _of_imports(ada: As) -> list[Counted]:
    """A file of however many rows."""
    sheet = "external_id,name,email,wer\n" + "\n".join(f"i{n},N,i{n}@acme.example,acme" for n in range(50))
    made: dict[str, Any] = {}

    async def upload() -> Any:
        answer = await ada("POST", "/imports?kind=contacts", content=sheet.encode())
        made.update(answer.json())
        return answer

    async def choose() -> Any:
        columns = ["external_id", "name", "email", "organisation_external_id"]
        return await ada.put(f"/imports/{made['id']}/columns", {"columns": columns}, headers={"if-match": '"1"'})

    return [
        (3, "POST /imports", upload),
        (3, "PUT /imports/{id}/columns", choose),
        (1, "GET /imports", lambda: ada.get("/imports")),
        (1, "GET /imports/{id}", lambda: ada.get(f"/imports/{made['id']}")),
        (2, "GET /imports/{id}/rows", lambda: ada.get(f"/imports/{made['id']}/rows")),
        (2, "GET /imports/{id}/report", lambda: ada.get(f"/imports/{made['id']}/report")),
    ]
