"""F054: requests of people who are not logged in, from the form to who opens the case."""

import asyncio
from typing import Any

from dirty_equals import IsPartialDict
from sqlalchemy.event import listen

from identity.testing import MODULES, Site
from kit.seal import Seal
from kit.testing import SEALING_KEY, contact, guest, key, staff

SEAL = Seal(SEALING_KEY)
TEXT = {"name": "Stranger Strong", "email": "Stranger@elsewhere.example", "subject": "No tone", "body": "It is dead."}


async def _open(site: Site, **access: Any) -> None:
    settings = {"name": "Northwind", "accent": "#0a7d4f", "support_email": "help@n.example", "modules": MODULES}
    settings["access"] = {"guest_requests": True} | access
    by = site.app.by(site.admin)
    version = (await by.get("/portal-settings")).headers["etag"]
    assert (await by.put("/portal-settings", settings, headers={"if-match": version})).status_code == 200


def _gateway(site: Site) -> Any:
    from kit.caller import Caller

    return site.app.by(Caller(kind="system", tenant_id=site.tenant_id, name="gateway"))


async def _ask(site: Site, **text: Any) -> Any:
    return await _gateway(site).post("/internal/requests", TEXT | {"ip": "192.0.2.7", "proven": True} | text)


async def _letters(site: Site) -> list[dict[str, Any]]:
    found = [said["data"] for said in await site.said() if said["type"] == "access.issued.v1"]
    return [each | SEAL.open(each["sealed"]) for each in found if each["template"] == "request_confirm"]


async def _token(site: Site) -> str:
    return str((await _letters(site))[-1]["path"]).removeprefix("/request/confirm/")


async def test_a_letter_goes_out_first_and_nothing_else_happens_f054(acme: Site) -> None:
    await _open(acme)
    assert (await _ask(acme)).status_code == 202
    [letter] = await _letters(acme)
    assert letter == IsPartialDict(email="stranger@elsewhere.example", about="No tone", person_kind="stranger")
    for _ in range(2):
        looked = await _gateway(acme).post("/internal/requests/look", {"token": await _token(acme)})
        assert looked.json() == {"email": "stranger@elsewhere.example", "subject": "No tone"}
    assert await acme.sql("SELECT 1 FROM contacts WHERE kind = 'lead'") == []


async def test_a_contact_sends_it_as_themselves_with_or_without_access_f054(acme: Site) -> None:
    await _open(acme)
    ann = await acme.put_contact("ann", name="Ann Archer", portal_enabled=False)
    await _ask(acme, email="ANN@acme.example", name="Somebody")
    done = (await _gateway(acme).post("/internal/requests/confirm", {"token": await _token(acme)})).json()
    assert done == IsPartialDict(subject="No tone", body="It is dead.", email="ann@acme.example")
    opener = IsPartialDict(kind="contact", id=ann["id"], name="Ann Archer", organisation_id=ann["organisation_id"])
    assert done["caller"] == opener
    assert (done["caller"]["modules"], done["caller"]["permissions"]) == (["cases"], [])


async def test_a_stranger_becomes_a_lead_without_access_f026_f054(acme: Site) -> None:
    await _open(acme)
    await _ask(acme)
    done = (await _gateway(acme).post("/internal/requests/confirm", {"token": await _token(acme)})).json()
    [lead] = await acme.sql("SELECT * FROM contacts WHERE kind = 'lead'")
    assert (str(lead["id"]), lead["portal_enabled"]) == (done["caller"]["id"], False)
    [home] = await acme.sql("SELECT id, kind FROM organisations WHERE kind = 'prospect'")
    assert str(home["id"]) == done["caller"]["organisation_id"]
    said = [each["type"] for each in await acme.said()]
    assert {"contact.changed.v1", "organisation.changed.v1"} <= set(said)
    [line] = await acme.sql("SELECT actor_kind, actor_name FROM audit WHERE subject_kind = 'lead'")
    assert tuple(line) == ("guest", "Stranger Strong")
    await _ask(acme, subject="Again")
    again = (await _gateway(acme).post("/internal/requests/confirm", {"token": await _token(acme)})).json()
    assert again["caller"]["id"] == done["caller"]["id"]


async def test_a_link_is_good_once_and_its_own_key_gets_the_same_answer_again_f054(acme: Site) -> None:
    await _open(acme)
    await _ask(acme)
    which, once = {"token": await _token(acme)}, {"idempotency-key": "request-1"}
    by = _gateway(acme)
    first = await by.post("/internal/requests/confirm", which, headers=once)
    assert (await by.post("/internal/requests/confirm", which, headers=once)).json() == first.json()
    assert (await by.post("/internal/requests/confirm", which)).status_code == 404
    assert (await by.post("/internal/requests/look", which)).status_code == 404
    await _ask(acme, email="other@elsewhere.example")
    which = {"token": await _token(acme)}
    answers = await asyncio.gather(*(by.post("/internal/requests/confirm", which) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404]


async def test_known_and_unknown_addresses_cost_the_same_and_are_answered_alike_f054(acme: Site) -> None:
    await _open(acme)
    ran: list[str] = []
    listen(acme.database._engine.sync_engine, "before_cursor_execute", lambda *given: ran.append(given[2]))
    answers, counts = [], []
    for email in ("ann@acme.example", "nobody@acme.example"):
        ran.clear()
        answers.append((await _ask(acme, email=email)).text)
        counts.append(len(ran))
    assert answers[0] == answers[1]
    assert counts[0] == counts[1] <= 4
    assert len(await _letters(acme)) == 2


async def test_it_is_not_there_where_the_tenant_takes_none_or_for_another_tenant_f054(
    acme: Site, brightside: Site
) -> None:
    assert (await _ask(acme)).status_code == 404
    await _open(acme)
    await _ask(acme)
    token = {"token": await _token(acme)}
    await _open(brightside)
    for path in ("look", "confirm"):
        assert (await _gateway(brightside).post(f"/internal/requests/{path}", token)).status_code == 404
    await _open(acme, guest_requests=False)
    assert (await _gateway(acme).post("/internal/requests/confirm", token)).status_code == 404
    await _open(acme)
    assert (await _gateway(acme).post("/internal/requests/confirm", token)).status_code == 200


async def test_only_the_gateway_asks_f054(acme: Site) -> None:
    await _open(acme)
    others = (guest(acme.tenant_id), contact(acme.tenant_id, acme.tenant_id), staff(acme.tenant_id))
    for caller in (*others, key(acme.tenant_id, "crm.write")):
        by = acme.app.by(caller)
        assert (await by.post("/internal/requests", TEXT | {"ip": "192.0.2.7"})).status_code == 404
        assert (await by.post("/internal/requests/confirm", {"token": "x"})).status_code == 404


async def test_a_flood_is_slowed_down_and_one_address_gets_three_letters_f054(acme: Site) -> None:
    await _open(acme)
    statuses = [(await _ask(acme, proven=False)).status_code for _ in range(6)]
    assert statuses == [202] * 5 + [429]
    assert len(await _letters(acme)) == 3
