"""No way in takes a service more than four statements, whichever way it is."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pyotp
import pytest
from counting import Ran
from sqlalchemy.event import listen

from identity.main import build
from identity.settings import IdentitySettings
from identity.testing import ADMIN_PASSWORD, ORIGIN, PASSWORD, Site, new_site, told
from kit.caller import Caller
from kit.db import Database
from kit.ids import new_id
from kit.testing import PUBLIC_KEY, SEALING_KEY, As, served
from stack import databases

ADA = {"email": "ada@northwind.example", "audience": "console", "password": ADMIN_PASSWORD}
PIN = "295183"


@pytest.fixture
async def counted(service_database: Callable[[str], databases.Database]) -> AsyncIterator[tuple[Site, Ran]]:
    """A tenant that offers every way in, over one connection, and the statements that connection ran."""
    database = Database(service_database("identity").app_url, pool_size=1)
    settings = IdentitySettings(
        database_url=database.url,
        amqp_url="amqp://localhost:1",
        caller_public_key=PUBLIC_KEY,
        portal_origin=ORIGIN,
        mail_keys=SEALING_KEY,
        vault_keys=SEALING_KEY,
    )
    ran = Ran()

    def note(query: Any) -> None:
        ran.note_commit(query.query)
        if not query.query.startswith(("BEGIN", "ROLLBACK")) and not query.query.endswith("COMMIT"):
            ran.append(query.query)

    async with served(build(settings, database), "identity") as app:
        site = await new_site(app, database)
        await site.put_organisation("acme")
        await site.put_contact("ann")
        await site.sql("UPDATE contacts SET can_sign = true")
        access = """'{"magic_link": true, "staff_second_factor": true}'"""
        await site.sql(f"UPDATE portal_settings SET access = {access}")
        async with database.transaction(None) as tx:
            tx.info["driver"].add_query_logger(note)
        listen(database._engine.sync_engine, "before_cursor_execute", lambda *given: ran.append(given[2]))
        yield site, ran
    await database.close()


def code(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * later)


class Counting:
    """Asks, and says how many statements it took."""

    def __init__(self, site: Site, ran: list[str]) -> None:
        self._site, self._ran = site, ran
        self.most: dict[str, int] = {}

    async def __call__(self, by: As, method: str, path: str, json: Any = None, *, status: int = 200) -> Any:
        self._ran.clear()
        answer = await by(method, path, json=json)
        assert answer.status_code == status, (path, answer.text)
        name = f"{method} {path}"
        self.most[name] = max(self.most.get(name, 0), len(self._ran))
        return answer.json() if answer.content else None


async def test_no_way_in_takes_more_than_four_statements(counted: tuple[Site, list[str]]) -> None:
    site, ran = counted
    ask, gateway = Counting(site, ran), site.gateway
    step = {"tenant_id": str(site.tenant_id), "ip": "192.0.2.1"}
    caller = Caller.model_validate((await site.resolve(await site.token())).json()["caller"])
    ann, ada = site.app.by(caller), site.app.by(site.admin)
    for path in ("/me/sessions", "/me/security", "/me/passkeys", "/me/pin"):
        await ask(ann, "GET", path)
    await ask(ann, "POST", "/me/sessions/end-others")
    await ask(ann, "POST", f"/me/sessions/{new_id()}/end", status=404)
    await ask(ann, "POST", "/me/passkeys/options", {"origin": ORIGIN})
    begun = await ask(ann, "POST", "/me/second-factor/totp")
    confirm = {"setup": begun["setup"], "code": code(begun["secret"], -1)}
    await ask(ann, "POST", "/me/second-factor/totp/confirm", confirm, status=201)
    login = step | {"audience": "portal", "email": "ann@acme.example", "password": PASSWORD}
    ticket = (await ask(gateway, "POST", "/internal/sessions", login, status=202))["ticket"]
    second = step | {"ticket": ticket, "code": code(begun["secret"])}
    await ask(gateway, "POST", "/internal/sessions/second", second, status=201)
    renewed = {"password": PASSWORD}
    codes = await ask(ann, "POST", "/me/second-factor/recovery-codes", renewed, status=201)
    ticket = (await ask(gateway, "POST", "/internal/sessions", login, status=202))["ticket"]
    second = step | {"ticket": ticket, "code": codes["codes"][0]}
    await ask(gateway, "POST", "/internal/sessions/second", second, status=201)
    await ask(ann, "POST", "/me/second-factor/totp/remove", {"password": PASSWORD}, status=204)
    await ask(gateway, "POST", "/internal/magic", step | {"email": "ann@acme.example"}, status=202)
    token = (await told(site))[-1]["path"].removeprefix("/magic/")
    await ask(gateway, "POST", "/internal/magic/peek", {"tenant_id": str(site.tenant_id), "token": token})
    await ask(gateway, "POST", "/internal/sessions/magic", step | {"token": token}, status=201)
    await ask(ann, "PUT", "/me/pin", {"pin": PIN, "password": PASSWORD})
    await ask(ann, "PUT", "/me/pin", {"pin": "718264", "current_pin": PIN})
    shown = {"tenant_id": str(site.tenant_id), "person_id": str(caller.id), "pin": "718264"}
    await ask(gateway, "POST", "/internal/pin/check", shown)
    for _ in range(5):
        await ask(gateway, "POST", "/internal/pin/check", shown | {"pin": PIN}, status=403)
    await ask(ada, "POST", f"/contacts/{caller.id}/unlock-pin", status=204)
    provider = {
        "issuer": "https://id.acme.example",
        "client_id": "p",
        "client_secret": "s",
        "domains": ["acme.example"],
    }
    path = f"/organisations/{caller.organisation_id}/identity-provider"
    for _ in range(2):
        await ask(ada, "PUT", path, provider)
    await ask(ada, "GET", path)
    await ask(ada, "GET", "/identity-providers")
    await ask(ada, "POST", f"{path}/check", {"issuer": "https://127.0.0.1"})
    await ask(ada, "DELETE", path, status=204)
    ticket = (await ask(gateway, "POST", "/internal/sessions", step | ADA, status=202))["ticket"]
    which = {"tenant_id": str(site.tenant_id), "ticket": ticket}
    begun = await ask(gateway, "POST", "/internal/sessions/enrolment", which)
    enrol = step | {"ticket": ticket, "setup": begun["setup"], "code": code(begun["secret"])}
    await ask(gateway, "POST", "/internal/sessions/enrol", enrol, status=201)
    assert {name: most for name, most in ask.most.items() if most > 4} == {}


async def test_a_link_by_mail_is_as_much_work_for_an_address_nobody_has(counted: tuple[Site, Ran]) -> None:
    """Uniform answers: the same status, body and number of statements; and no letter."""
    site, ran = counted
    works: dict[str, Any] = {}
    for email in ("ann@acme.example", "nobody@acme.example") * 2:  # the first time a connection learns types
        ran.clear()
        asked = {"tenant_id": str(site.tenant_id), "email": email, "ip": "192.0.2.1"}
        answer = await site.gateway.post("/internal/magic", asked)
        works[email] = (answer.status_code, answer.content, len(ran), ran.rows_with_commit)
    known, unknown = works.values()
    assert known == unknown == (202, b"null", 3, 1)
    assert {letter["email"] for letter in await told(site)} == {"ann@acme.example"}


async def test_a_link_is_good_once_for_its_owner_and_only_where_the_tenant_offers_it(
    counted: tuple[Site, list[str]],
) -> None:
    site, _ = counted
    asked = {"tenant_id": str(site.tenant_id), "email": "ann@acme.example", "ip": "192.0.2.1"}
    await site.gateway.post("/internal/magic", asked)
    used = {"tenant_id": str(site.tenant_id), "ip": "192.0.2.1"}
    used |= {"token": (await told(site))[-1]["path"].removeprefix("/magic/")}
    await site.sql("UPDATE portal_settings SET access = '{}'")
    assert (await site.gateway.post("/internal/sessions/magic", used)).status_code == 404
    await site.sql("""UPDATE portal_settings SET access = '{"magic_link": true}'""")
    answer = await site.gateway.post("/internal/sessions/magic", used)
    assert (answer.status_code, (await site.gateway.post("/internal/sessions/magic", used)).status_code) == (201, 404)
    [line] = await site.sql("SELECT method FROM sessions ORDER BY created_at DESC LIMIT 1")
    assert line["method"] == "magic"
    await site.put_contact("ann", support_start_on="2019-01-01", support_end_on="2020-01-01")
    await site.gateway.post("/internal/magic", asked)
    used["token"] = (await told(site))[-1]["path"].removeprefix("/magic/")
    assert (await site.gateway.post("/internal/sessions/magic", used)).status_code == 403
