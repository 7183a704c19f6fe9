"""F022-F031, F051, F052: portal access given and taken away, and the letters that bring it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from identity.testing import Site
from kit.ids import new_id, now
from kit.seal import Seal
from kit.testing import SEALING_KEY, As, contact, key, staff

SEAL = Seal(SEALING_KEY)


@pytest.fixture
async def acme(site: Site) -> Site:
    """Ann, whom the CRM knows and nobody has let in."""
    await site.put_organisation("acme")
    await site.put_contact("ann", portal_enabled=False)
    return site


def ada(site: Site) -> As:
    return site.app.by(site.admin)


async def ann(site: Site) -> str:
    [row] = await site.sql("SELECT id FROM contacts WHERE email_key = 'ann@acme.example'")
    return str(row["id"])


async def do(site: Site, verb: str, body: Any = None, *, by: As | None = None, **options: Any) -> httpx.Response:
    body = {} if verb == "enable" and body is None else body
    return await (by or ada(site)).post(f"/contacts/{await ann(site)}/{verb}", body, **options)


async def choose(site: Site, **access: Any) -> None:
    """The tenant's choices about the ways in."""
    current = (await ada(site).get("/portal-settings")).json()
    wanted = {name: current[name] for name in ("name", "accent", "support_email", "modules")}
    wanted["access"] = current["access"] | access
    answer = await ada(site).put("/portal-settings", wanted, headers={"if-match": f'"{current["version"]}"'})
    assert answer.status_code == 200, answer.text


async def letters(site: Site) -> list[dict[str, Any]]:
    """The letters that were asked for, opened."""
    said = [one for one in await site.said() if one["type"] == "access.issued.v1"]
    return [one["data"] | {"letter": SEAL.open(one["data"]["sealed"])} for one in said]


def day(offset: int) -> str:
    return (now().date() + timedelta(days=offset)).isoformat()


async def test_enabling_lets_a_contact_in_and_says_so(acme: Site) -> None:
    """F022: by staff with the right."""
    answer = await do(acme, "enable", {"support_start_on": day(-1), "support_end_on": day(1), "modules": ["cases"]})
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["portal_enabled"], shown["modules"], shown["warnings"]) == (True, ["cases"], [])
    told = (await acme.said())[-1]
    assert (told["type"], told["data"]["portal_enabled"]) == ("contact.changed.v1", True)
    assert (await acme.log_in()).status_code == 201


async def test_disabling_ends_sessions_and_links_for_good(acme: Site) -> None:
    """F022: and enabling again does not bring back what was open before."""
    await do(acme, "enable")
    await do(acme, "welcome")
    token = await acme.token()
    assert (await do(acme, "disable")).json()["portal_enabled"] is False
    assert (await acme.resolve(token)).status_code == 404
    assert (await acme.log_in()).status_code == 401
    await do(acme, "enable")
    assert (await acme.resolve(token)).status_code == 404
    path = (await letters(acme))[0]["letter"]["path"]
    look = await acme.gateway_in.post("/internal/activations/look", {"token": path.rsplit("/", 1)[1]})
    assert look.status_code == 404


async def test_who_may_enable(acme: Site) -> None:
    """F021, F022: people.edit for staff, crm.write for keys; nobody else, and nobody of another tenant."""
    agent, crm = acme.app.by(staff(acme.tenant_id)), acme.crm
    reader = acme.app.by(key(acme.tenant_id, "people.read"))
    themselves = acme.app.by(contact(acme.tenant_id, new_id()))
    for verb in ("enable", "welcome", "initial-password", "disable"):
        for by in (agent, reader, themselves):
            assert (await do(acme, verb, by=by)).status_code == 403
    assert (await do(acme, "enable", by=crm)).status_code == 200
    nobody = await ada(acme).post(f"/contacts/{new_id()}/enable", {})
    assert nobody.status_code == 404


async def test_another_tenants_contact_is_not_there(acme: Site, brightside: Site) -> None:
    for verb in ("enable", "disable", "welcome", "initial-password"):
        assert (await do(acme, verb, by=ada(brightside))).status_code == 404
    assert (await ada(brightside).get(f"/contacts/{await ann(acme)}/access")).status_code == 404


async def test_without_an_address_nobody_is_enabled(acme: Site) -> None:
    """F023, F024, J2."""
    await acme.sql("UPDATE contacts SET email = '' WHERE email_key = 'ann@acme.example'")
    [row] = await acme.sql("SELECT id FROM contacts")
    answer = await ada(acme).post(f"/contacts/{row['id']}/enable", {})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "email")


async def test_both_days_are_needed_where_the_tenant_says_so(acme: Site) -> None:
    """F052."""
    await choose(acme, window_required=True)
    answer = await do(acme, "enable", {"support_start_on": day(0)})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["support_end_on"]
    assert (await do(acme, "enable", {"support_start_on": day(0), "support_end_on": day(9)})).status_code == 200
    assert (await do(acme, "enable")).status_code == 200


async def test_the_last_day_is_never_before_the_first(acme: Site) -> None:
    """F052: also against a day that was set before."""
    assert (await do(acme, "enable", {"support_start_on": day(5)})).status_code == 200
    answer = await do(acme, "enable", {"support_end_on": day(4)})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "support_end_on")


async def test_a_lead_is_let_in_by_the_same_rules(acme: Site) -> None:
    """F026."""
    await acme.sql("UPDATE contacts SET kind = 'lead'")
    shown = (await do(acme, "enable")).json()
    assert (shown["kind"], shown["portal_enabled"]) == ("lead", True)
    assert (await acme.log_in()).status_code == 201


@pytest.mark.parametrize("template", ["welcome", "welcome_brief"])
async def test_the_welcome_letter_brings_a_link_and_no_password(acme: Site, template: str) -> None:
    """F029, F048: in the letter that the tenant chose."""
    await choose(acme, login_details_template=template)
    await do(acme, "enable")
    answer = await do(acme, "welcome")
    assert answer.json()["invited_at"] is not None
    [letter] = await letters(acme)
    assert (letter["template"], letter["email"]) == (template, "ann@acme.example")
    assert letter["letter"].keys() == {"path", "user_name"}


async def test_only_the_newest_welcome_letter_leads_anywhere(acme: Site) -> None:
    """F029."""
    await do(acme, "enable")
    await do(acme, "welcome")
    await do(acme, "welcome")
    old, new = (one["letter"]["path"].rsplit("/", 1)[1] for one in await letters(acme))
    look = "/internal/activations/look"
    assert (await acme.gateway_in.post(look, {"token": old})).status_code == 404
    assert (await acme.gateway_in.post(look, {"token": new})).json() == {"name": "Ann", "email": "ann@acme.example"}


async def test_whoever_wants_no_mail_gets_none_and_staff_are_warned(acme: Site) -> None:
    """F051, J2."""
    await acme.put_contact("ann", email_opt_out=True, portal_enabled=False)
    for verb in ("enable", "welcome"):
        shown = (await do(acme, verb)).json()
        assert [one["kind"] for one in shown["warnings"]] == ["opted_out"]
    assert (shown["invited_at"], shown["may"]["welcome"]) == (None, False)
    assert await letters(acme) == []


async def test_nobody_is_invited_before_they_are_let_in(acme: Site) -> None:
    assert (await do(acme, "welcome")).status_code == 409
    await choose(acme, initial_password=True)
    assert (await do(acme, "initial-password")).status_code == 409


async def first_password(site: Site, **options: Any) -> httpx.Response:
    return await do(site, "initial-password", **options)


async def unknown_to_us(site: Site) -> None:
    """Ann as the CRM made her: enabled, without a password."""
    await site.sql("DELETE FROM passwords WHERE person_id = $1", await ann(site))
    await do(site, "enable")


async def test_a_first_password_is_a_choice_of_the_tenant(acme: Site) -> None:
    """F030."""
    await unknown_to_us(acme)
    assert (await first_password(acme)).status_code == 403
    await choose(acme, initial_password=True)
    assert (await first_password(acme, by=acme.crm)).status_code == 403
    assert (await first_password(acme)).status_code == 200


async def test_a_first_password_is_told_once_and_must_be_changed(acme: Site) -> None:
    """F030, J1: asked again with the same key it is not in the answer, nor in anything that is kept."""
    await choose(acme, initial_password=True)
    await unknown_to_us(acme)
    once = {"headers": {"idempotency-key": "first-password-1"}}
    answer = await first_password(acme, **once)
    password = answer.json()["password"]
    assert answer.headers["cache-control"] == "no-store"
    again = await first_password(acme, **once)
    assert (again.status_code, password in again.text) == (409, False)
    kept = await acme.sql("SELECT body::text, headers::text FROM idempotency")
    assert kept
    assert password not in str([dict(row) for row in kept])
    assert password not in str(await acme.said())
    assert password not in str([dict(row) for row in await acme.sql("SELECT * FROM audit")])
    token = await acme.token(password=password)
    shown = (await acme.resolve(token)).json()
    assert (shown["must_change_password"], shown["caller"]["permissions"]) == (True, [])


async def test_a_first_password_never_replaces_one_that_was_chosen(acme: Site) -> None:
    """F030: otherwise staff could come in as anybody."""
    await choose(acme, initial_password=True)
    await do(acme, "enable")
    answer = await first_password(acme)
    assert answer.status_code == 409
    assert (await ada(acme).get(f"/contacts/{await ann(acme)}/access")).json()["may"]["initial_password"] is False
    assert (await acme.log_in()).status_code == 201


async def test_the_trail_says_who_let_whom_in(acme: Site) -> None:
    """O+8."""
    await choose(acme, initial_password=True)
    await unknown_to_us(acme)
    await do(acme, "welcome")
    await first_password(acme)
    await do(acme, "disable")
    rows = await acme.sql("SELECT action, actor_name, subject_name FROM audit ORDER BY number")
    actions = [row["action"] for row in rows if row["actor_name"] == "Ada Abbot" and row["subject_name"] == "Ann"]
    expected = ["contact.enabled", "contact.invited", "contact.first_password_shown", "contact.disabled"]
    assert actions == expected
