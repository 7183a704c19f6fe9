"""The second step of a login: an authenticator app, recovery codes, and staff who must have one."""

import time
from typing import Any

import httpx
import pyotp
import pytest

from identity.testing import ADMIN_PASSWORD, PASSWORD, Site, told
from kit.caller import Caller
from kit.testing import As

ADA = {"email": "ada@northwind.example", "audience": "console", "password": ADMIN_PASSWORD}


async def person(site: Site, **values: Any) -> As:
    """The API as whoever logs in so."""
    token = await site.token(**values)
    return site.app.by(Caller.model_validate((await site.resolve(token)).json()["caller"]))


def code_of(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * later)


async def enrolled(site: Site, **values: Any) -> tuple[As, str, list[str]]:
    """Somebody with an app: the API as them, its secret, their recovery codes."""
    ann = await person(site, **values)
    begun = (await ann.post("/me/second-factor/totp")).json()
    confirm = {"setup": begun["setup"], "code": code_of(begun["secret"], -1)}
    answer = await ann.post("/me/second-factor/totp/confirm", confirm)
    assert answer.status_code == 201, answer.text
    return ann, begun["secret"], answer.json()["codes"]


async def show(site: Site, ticket: str, code: str, **values: Any) -> httpx.Response:
    step = {"tenant_id": str(site.tenant_id), "ticket": ticket, "code": code, "ip": "192.0.2.1"} | values
    return await site.gateway.post("/internal/sessions/second", step)


async def ticket(site: Site, **values: Any) -> str:
    answer = await site.log_in(**values)
    assert (answer.status_code, answer.headers["cache-control"]) == (202, "no-store"), answer.text
    assert answer.json()["step"] == "second_factor"
    return str(answer.json()["ticket"])


async def require(site: Site, **access: Any) -> None:
    admin = site.app.by(site.admin)
    current = (await admin.get("/portal-settings")).json()
    wanted = {name: current[name] for name in ("name", "accent", "support_email", "modules")} | {"access": access}
    answer = await admin.put("/portal-settings", wanted, headers={"if-match": f'"{current["version"]}"'})
    assert answer.status_code == 200, answer.text


async def test_with_an_app_the_password_opens_only_the_second_step_f032(acme: Site) -> None:
    _, secret, codes = await enrolled(acme)
    first = await ticket(acme)
    assert (await acme.resolve(first)).status_code == 404
    answer = await show(acme, first, code_of(secret))
    assert answer.status_code == 201, answer.text
    assert (await acme.resolve(answer.json()["token"])).json()["caller"]["name"] == "Ann Archer"
    assert len(set(codes)) == 10
    [line] = await acme.sql("SELECT changes FROM audit WHERE action = 'session.begun' ORDER BY number DESC LIMIT 1")
    assert line["changes"]["method"] == [None, "password+totp"]


async def test_a_code_lets_somebody_in_once_and_never_an_older_one(acme: Site) -> None:
    _, secret, _ = await enrolled(acme)
    now, before = code_of(secret), code_of(secret, -1)
    assert (await show(acme, await ticket(acme), now)).status_code == 201
    second = await ticket(acme)
    for code in (now, before):
        answer = await show(acme, second, code)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/code-refused")


async def test_a_ticket_is_used_up_and_another_tenants_is_worth_nothing(acme: Site, brightside: Site) -> None:
    _, secret, _ = await enrolled(acme)
    first = await ticket(acme)
    assert (await show(acme, first, code_of(secret), tenant_id=str(brightside.tenant_id))).status_code == 410
    assert (await show(acme, first, code_of(secret))).status_code == 201
    assert (await show(acme, first, code_of(secret, 1))).status_code == 410


async def test_five_wrong_codes_and_the_right_one_waits_too(acme: Site) -> None:
    _, secret, _ = await enrolled(acme)
    first = await ticket(acme)
    assert [(await show(acme, first, "000000")).status_code for _ in range(5)] == [422] * 5
    answer = await show(acme, first, code_of(secret))
    assert (answer.status_code, 0 < int(answer.headers["retry-after"]) <= 300) == (429, True)
    assert (await show(acme, first, code_of(secret), ip="192.0.2.2")).status_code == 201


async def test_thirty_wrong_codes_from_anywhere_are_the_end_of_it_for_an_hour(acme: Site) -> None:
    _, secret, _ = await enrolled(acme)
    first = await ticket(acme)
    for number in range(30):
        assert (await show(acme, first, "000000", ip=f"198.51.100.{number}")).status_code == 422
    assert (await show(acme, first, code_of(secret), ip="203.0.113.9")).status_code == 429


async def test_each_recovery_code_stands_in_once_and_its_owner_hears_of_it(acme: Site) -> None:
    _, _, codes = await enrolled(acme)
    assert (await show(acme, await ticket(acme), f" {codes[0].upper()} ")).status_code == 201
    assert (await show(acme, await ticket(acme), codes[0])).status_code == 422
    assert [letter["change"] for letter in await told(acme)] == ["totp_added", "code_used"]
    actions = [line["action"] for line in await acme.sql("SELECT action FROM audit WHERE action LIKE 'security.%'")]
    assert actions == ["security.totp_added", "security.code_used"]


async def test_neither_the_secret_nor_a_code_lies_open_in_the_database(acme: Site) -> None:
    _, secret, codes = await enrolled(acme)
    rows = await acme.sql("SELECT sealed AS kept FROM totps UNION ALL SELECT hash::text FROM recovery_codes")
    rows += await acme.sql("SELECT changes::text AS kept FROM audit UNION ALL SELECT body FROM outbox")
    assert not [row for row in rows for known in (secret, *codes) if known in row["kept"]]


async def test_an_app_is_added_only_with_its_own_code_and_by_whoever_began(acme: Site) -> None:
    await acme.put_contact("bob")
    ann, bob = await person(acme), await person(acme, email="bob@acme.example")
    begun = (await ann.post("/me/second-factor/totp")).json()
    path = "/me/second-factor/totp/confirm"
    assert (await ann.post(path, {"setup": begun["setup"], "code": "000000"})).status_code == 422
    stolen = await bob.post(path, {"setup": begun["setup"], "code": code_of(begun["secret"])})
    assert (stolen.status_code, stolen.json()["type"]) == (422, "/problems/setup-over")
    assert (await ann.get("/me/security")).json()["totp_since"] is None


async def test_it_is_removed_with_the_password_and_not_without(acme: Site) -> None:
    ann, _, _ = await enrolled(acme)
    assert (await ann.post("/me/second-factor/totp/remove", {"password": "something else"})).status_code == 422
    assert (await ann.get("/me/security")).json()["codes_left"] == 10
    assert (await ann.post("/me/second-factor/totp/remove", {"password": PASSWORD})).status_code == 204
    assert (await acme.log_in()).status_code == 201
    assert await acme.sql("SELECT 1 FROM recovery_codes") == []


async def test_the_password_is_not_found_out_by_asking_there(acme: Site) -> None:
    ann, _, _ = await enrolled(acme)
    path = "/me/second-factor/recovery-codes"
    tries = [(await ann.post(path, {"password": "wrong"})).status_code for _ in range(6)]
    assert tries == [422] * 5 + [429]
    assert (await acme.log_in()).status_code == 202


async def test_new_recovery_codes_end_the_old_ones(acme: Site) -> None:
    ann, _, old = await enrolled(acme)
    new = (await ann.post("/me/second-factor/recovery-codes", {"password": PASSWORD})).json()["codes"]
    assert (await show(acme, await ticket(acme), old[0])).status_code == 422
    assert (await show(acme, await ticket(acme), new[0])).status_code == 201


async def test_staff_who_must_have_one_are_led_to_it_and_get_nowhere_without(acme: Site) -> None:
    await require(acme, staff_second_factor=True)
    answer = await acme.log_in(**ADA)
    assert (answer.status_code, answer.json()["step"]) == (202, "enrol")
    where = {"tenant_id": str(acme.tenant_id), "ticket": answer.json()["ticket"]}
    assert (await show(acme, where["ticket"], "123456")).status_code == 410
    begun = (await acme.gateway.post("/internal/sessions/enrolment", where)).json()
    step = where | {"setup": begun["setup"], "code": code_of(begun["secret"], -1), "ip": "192.0.2.1"}
    assert (await acme.gateway.post("/internal/sessions/enrol", step | {"code": "000000"})).status_code == 422
    done = await acme.gateway.post("/internal/sessions/enrol", step)
    assert (done.status_code, len(done.json()["codes"])) == (201, 10)
    ada = acme.app.by(Caller.model_validate((await acme.resolve(done.json()["token"])).json()["caller"]))
    assert (await ada.post("/me/second-factor/totp/remove", {"password": ADMIN_PASSWORD})).status_code == 409
    assert (await acme.gateway.post("/internal/sessions/enrol", step)).status_code == 410
    assert (await show(acme, await ticket(acme, **ADA), code_of(begun["secret"]))).status_code == 201


async def test_contacts_are_not_asked_for_what_only_staff_must_have(acme: Site) -> None:
    await require(acme, staff_second_factor=True)
    assert (await acme.log_in()).status_code == 201


@pytest.mark.parametrize("path", ["/me/security", "/me/sessions"])
async def test_a_key_has_no_ways_in_of_its_own(acme: Site, path: str) -> None:
    assert (await acme.crm.get(path)).status_code == 404
