"""Ways in where one thing changes another: a second factor, a manager's word, an organisation that was chosen."""

from typing import Any
from uuid import UUID

from test_identity_enabling import ada, choose, do
from test_identity_ways_in import NEW, activate, change, invited

from identity.testing import ADMIN_PASSWORD, Site
from kit.testing import contact


async def test_an_invitation_leads_whoever_has_an_app_to_its_code(acme: Site) -> None:
    """F040, F032: the password is chosen, and the second step comes next, as after any first one."""
    token = await invited(acme)
    person = "(SELECT id FROM contacts)"
    await acme.sql(
        "INSERT INTO totps (tenant_id, person_id, sealed, last_step, created_at)"
        f" VALUES ($1, {person}, 'sealed', 0, now())",
        acme.tenant_id,
    )
    answer = await activate(acme, token)
    assert answer.status_code == 202, answer.text
    assert answer.json()["step"] == "second_factor"
    assert await acme.sql("SELECT 1 FROM sessions") == []
    assert (await acme.log_in(password=NEW)).status_code == 202


async def test_asking_staff_for_a_second_factor_ends_their_sessions_without_one(acme: Site) -> None:
    """F032: an app or a passkey keeps a session; whoever has neither comes in again, and adds one."""
    login = {"email": "ada@northwind.example", "audience": "console", "password": ADMIN_PASSWORD}
    plain, by_passkey = await acme.token(**login), await acme.token(**login)
    await acme.sql(
        "UPDATE sessions SET method = 'passkey' WHERE id ="
        " (SELECT id FROM sessions WHERE audience = 'console' ORDER BY id DESC LIMIT 1)"
    )
    mine = await acme.token()
    await choose(acme, staff_second_factor=True)
    assert [(await acme.resolve(one)).status_code for one in (plain, by_passkey, mine)] == [404, 200, 200]
    assert (await acme.log_in(**login)).json()["step"] == "enrol"
    await choose(acme, staff_second_factor=False)
    assert (await acme.resolve(plain)).status_code == 200


async def test_another_password_leaves_one_acting_for_whom_one_acted(acme: Site) -> None:
    """F033: one person, many organisations."""
    zeta = await acme.put_organisation("zeta")
    answer = await acme.crm.put("/contacts/by-external-id/ann/memberships/by-external-id/zeta", {})
    assert answer.status_code in (200, 201), answer.text
    token = await acme.token()
    switched = await acme.gateway_in.post("/internal/sessions/switch", {"token": token, "organisation_id": zeta["id"]})
    assert switched.status_code == 200, switched.text
    kept = (await change(acme, token)).json()["token"]
    assert (await acme.resolve(kept)).json()["caller"]["organisation_id"] == zeta["id"]


async def shut_by_bob(site: Site) -> Any:
    """Bob manages Acme, and shuts Ann out."""
    bob = await site.put_contact("bob", manager=True)
    [row] = await site.sql("SELECT id, version, organisation_id FROM contacts WHERE external_id = 'ann'")
    caller = contact(site.tenant_id, row["organisation_id"], id=UUID(bob["id"]))
    manager = site.app.by(caller.model_copy(update={"permissions": frozenset({"organisation.manage"})}))
    version = {"if-match": f'"{row["version"]}"'}
    answer = await manager.patch(f"/colleagues/{row['id']}", {"access": False}, headers=version)
    assert answer.status_code in (200, 204), answer.text
    return manager


async def let_in_again(site: Site, manager: Any) -> int:
    [row] = await site.sql("SELECT id, version FROM contacts WHERE external_id = 'ann'")
    version = {"if-match": f'"{row["version"]}"'}
    return int((await manager.patch(f"/colleagues/{row['id']}", {"access": True}, headers=version)).status_code)


async def test_what_staff_give_back_is_theirs_to_take_and_no_managers_to_give(acme: Site) -> None:
    """F022: staff let her in again, and shut her out: the manager who had shut her out before cannot undo that."""
    manager = await shut_by_bob(acme)
    [row] = await acme.sql("SELECT shut_by_manager FROM contacts WHERE external_id = 'ann'")
    assert row["shut_by_manager"] is True
    assert (await ada(acme).post(f"/contacts/{await ann(acme)}/enable", {})).status_code == 200
    [row] = await acme.sql("SELECT shut_by_manager FROM contacts WHERE external_id = 'ann'")
    assert row["shut_by_manager"] is False
    assert (await ada(acme).post(f"/contacts/{await ann(acme)}/disable")).status_code == 200
    assert await let_in_again(acme, manager) == 403


async def test_a_manager_who_shut_somebody_out_lets_them_in_again(acme: Site) -> None:
    manager = await shut_by_bob(acme)
    assert await let_in_again(acme, manager) in (200, 204)


async def test_what_the_crm_gives_back_is_no_managers_word_any_more(acme: Site) -> None:
    await shut_by_bob(acme)
    await acme.put_contact("ann", portal_enabled=True)
    [row] = await acme.sql("SELECT shut_by_manager FROM contacts WHERE external_id = 'ann'")
    assert row["shut_by_manager"] is False


async def test_a_session_the_crm_ended_does_not_come_back_with_access(acme: Site) -> None:
    """F022, A4: the CRM's word ends sessions as /disable does."""
    token = await acme.token()
    await acme.put_contact("ann", portal_enabled=False)
    assert (await acme.resolve(token)).status_code == 404
    await acme.put_contact("ann", portal_enabled=True)
    assert (await acme.resolve(token)).status_code == 404
    assert (await do(acme, "welcome")).status_code == 200


async def ann(site: Site) -> str:
    [row] = await site.sql("SELECT id FROM contacts WHERE external_id = 'ann'")
    return str(row["id"])
