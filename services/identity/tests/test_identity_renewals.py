"""F087: support that ends soon is said to whoever is concerned: while they look, and once to be written about."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from test_identity_enabling import choose

from identity.service.renewals import look_for_renewals
from identity.testing import Site
from kit.db import Database
from kit.ids import now


async def ends_in(site: Site, days: int) -> str:
    """Ann's support ends in so many days. Says on which."""
    day = (now().date() + timedelta(days)).isoformat()
    await site.put_contact("ann", support_start_on="2020-01-01", support_end_on=day)
    return day


async def told(site: Site) -> list[dict[str, Any]]:
    return [said["data"] for said in await site.said() if said["type"] == "support_end.neared.v1"]


async def noticed(site: Site, token: str) -> Any:
    return (await site.resolve(token)).json()["support_ends_on"]


async def test_the_end_is_said_from_so_many_days_before_on_as_the_tenant_chose_f087(acme: Site) -> None:
    """J2: sixty days unless chosen otherwise; none at all with 0."""
    token = await acme.token()
    assert await noticed(acme, token) is None
    await ends_in(acme, 61)
    assert await noticed(acme, token) is None
    last = await ends_in(acme, 60)
    assert await noticed(acme, token) == last
    await choose(acme, support_notice_days=59)
    assert await noticed(acme, token) is None
    today = await ends_in(acme, 0)
    assert await noticed(acme, token) == today
    await choose(acme, support_notice_days=0)
    assert await noticed(acme, token) is None


async def test_it_is_said_once_for_each_end_however_many_look_f087(acme: Site, database: Database) -> None:
    last = await ends_in(acme, 60)
    await asyncio.gather(look_for_renewals(database), look_for_renewals(database))
    await look_for_renewals(database)
    [event] = await told(acme)
    assert (event["ends_on"], event["contact_name"], event["organisation_name"]) == (last, "Ann", "Acme Ltd")
    later = await ends_in(acme, 30)
    await look_for_renewals(database)
    assert [event["ends_on"] for event in await told(acme)] == [last, later]


@pytest.mark.parametrize("why", ["too early", "over", "shut out", "switched off", "no end"])
async def test_nothing_is_said_of_whom_it_does_not_concern_f087(acme: Site, database: Database, why: str) -> None:
    await ends_in(acme, {"too early": 61, "over": -1}.get(why, 10))
    if why == "shut out":
        await acme.put_contact("ann", portal_enabled=False)
    if why == "switched off":
        await choose(acme, support_notice_days=0)
    if why == "no end":
        await acme.put_contact("ann", support_end_on=None)
    await look_for_renewals(database)
    assert await told(acme) == []


@pytest.mark.parametrize("days", [-1, 366])
async def test_days_beyond_a_year_are_refused_f087(acme: Site, days: int) -> None:
    settings = (await acme.app.by(acme.admin).get("/portal-settings")).json()
    wanted = {name: settings[name] for name in ("name", "accent", "support_email", "modules")}
    answer = await acme.app.by(acme.admin).put(
        "/portal-settings",
        wanted | {"access": {"support_notice_days": days}},
        headers={"if-match": f'"{settings["version"]}"'},
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "access.support_notice_days"
