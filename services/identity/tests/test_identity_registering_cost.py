"""What registering costs: known and unknown addresses the same (F034), and every way little."""

from collections.abc import Callable
from typing import Any

import pytest
from counting import Ran
from registering import ask, choose, confirm, gateway, letters, secret

from identity.testing import Site
from kit.testing import staff

Counted = tuple[Site, Ran]


async def cost(ran: list[str], work: Callable[[], Any]) -> int:
    """How many statements this takes, beside what a new connection asks about its types."""
    ran.clear()
    answer = await work()
    assert answer.status_code < 300, answer.text
    return len([one for one in ran if not any(word in one for word in ("typeinfo", "pg_type", "'jit'"))])


@pytest.mark.parametrize(("mode", "most"), [("pre_enabled", 2), ("mapped", 2), ("open", 2)])
async def test_known_and_unknown_addresses_cost_the_same_f034(counted: Counted, mode: str, most: int) -> None:
    site, ran = counted
    await site.put_contact("bob", portal_enabled=False)
    await site.put_contact("cleo")
    await site.sql("DELETE FROM passwords WHERE person_id = (SELECT id FROM contacts WHERE name = 'Cleo')")
    await choose(site, register_mode=mode)
    known, enabled, new, nobody = ("ann", "bob", "cleo", "nobody")
    costs = {}
    for who in (known, enabled, new, nobody):
        statements = await cost(ran, lambda who=who: ask(site, email=f"{who}@acme.example"))
        costs[who] = statements, ran.rows_with_commit
    assert costs == dict.fromkeys(costs, (most, 1))


async def test_each_step_takes_few_statements(counted: Counted) -> None:
    """Making a lead or a contact with access writes an organisation, a person, a link and what is said of them."""
    site, ran = counted
    await site.sql("UPDATE staff SET roles = '{agent,registration_mapper}'")
    await choose(site, register_mode="mapped")
    sam = site.app.by(staff(site.tenant_id, "registrations.map"))
    await ask(site)
    await ask(site, email="other@acme.example")
    [first, second] = [secret(one) for one in await letters(site, "confirm")]
    look = {"token": first}
    assert await cost(ran, lambda: gateway(site).post("/internal/registrations/look", look)) == 1
    assert await cost(ran, lambda: confirm(site, first)) == 3
    await confirm(site, second)
    rows = await site.sql("SELECT id FROM registrations ORDER BY id")
    [organisation] = await site.sql("SELECT id FROM organisations WHERE kind = 'customer'")
    assert await cost(ran, lambda: sam.get("/registrations?q=rita")) == 2
    assert await cost(ran, lambda: sam.get(f"/registrations/{rows[0]['id']}")) == 1
    mapping = {"organisation_id": str(organisation["id"]), "new_contact": {"name": "Rita Roe"}}
    match = {"headers": {"if-match": "1"}}
    assert await cost(ran, lambda: sam.post(f"/registrations/{rows[0]['id']}/map", mapping, **match)) == 3
    refusal = {"reason": "No.", "tell": True}
    assert await cost(ran, lambda: sam.post(f"/registrations/{rows[1]['id']}/refuse", refusal, **match)) == 2
    await choose(site, register_mode="open", auto_invite=True)
    await ask(site, email="new@elsewhere.example")
    last = secret((await letters(site, "confirm"))[-1])
    assert await cost(ran, lambda: confirm(site, last)) == 3
    assert await cost(ran, lambda: site.crm.post("/invitations", {"email": "x@elsewhere.example"})) == 3
    solved = {"challenge": "c" * 32, "expires_at": "2099-01-01T00:00:00Z"}
    assert await cost(ran, lambda: gateway(site).post("/internal/captchas", solved)) == 1
