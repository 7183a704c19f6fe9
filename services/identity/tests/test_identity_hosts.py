"""F005: host names of a tenant's own, proven by a real question to a real name server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from dirty_equals import IsPartialDict, IsStr
from names import Names, naming

from identity.main import build
from identity.nameserver import Nameserver
from identity.settings import IdentitySettings
from identity.testing import ORIGIN, Site, new_site
from identity.worker import look_at_hosts
from kit.db import Database
from kit.seal import Seal
from kit.testing import PUBLIC_KEY, SEALING_KEY, Served, contact, guest, key, served, staff

SEAL = Seal(SEALING_KEY)


@pytest.fixture
async def names() -> AsyncIterator[Names]:
    async with naming() as server:
        yield server


@pytest.fixture
async def app(database: Database, names: Names) -> AsyncIterator[Served]:
    settings = IdentitySettings(
        database_url=database.url,
        amqp_url="amqp://localhost:1",
        caller_public_key=PUBLIC_KEY,
        portal_origin=ORIGIN,
        subdomains_of="portal.example.com",
        mail_keys=SEALING_KEY,
        vault_keys=SEALING_KEY,
        dns=names.address,
    )
    async with served(build(settings, database), "identity") as client:
        yield client


async def _claim(site: Site, host: str) -> Any:
    answer = await site.app.by(site.admin).post("/hosts", {"host": host})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _check(site: Site, host: str) -> Any:
    return await site.app.by(site.admin).post(f"/hosts/{host}/check")


async def _prove(site: Site, names: Names, host: str) -> dict[str, Any]:
    claimed: dict[str, Any] = await _claim(site, host)
    names.records[claimed["record_name"]] = ["v=spf1 -all", claimed["record_value"]]
    assert (await _check(site, host)).status_code == 200
    return claimed


async def _leads_to(site: Site, host: str) -> str | None:
    found = await site.gateway.post("/internal/tenants/resolve", {"host": host})
    return found.json()["id"] if found.status_code == 200 else None


async def _look(site: Site, names: Names) -> int:
    return await look_at_hosts(site.database, Nameserver(names.address), SEAL)


async def test_a_claimed_name_leads_nowhere_until_its_record_is_found_f005(site: Site, names: Names) -> None:
    host = f"help.{site.slug}.example"
    claimed = await _claim(site, host.upper())
    assert claimed == IsPartialDict(host=host, state="claimed", record_name=f"_portico.{host}")
    assert claimed["record_value"] == IsStr(regex=r"portico-verification=[\w-]{32}")
    refused = await _check(site, host)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/host-not-proven")
    assert claimed["record_value"] in refused.json()["detail"]
    names.records[claimed["record_name"]] = ["portico-verification=another"]
    assert (await _check(site, host)).status_code == 409
    assert await _leads_to(site, host) is None
    names.records[claimed["record_name"]] = ["another", claimed["record_value"]]
    assert (await _check(site, host)).json() == IsPartialDict(state="proven", verified_at=IsStr())
    assert await _leads_to(site, host) == str(site.tenant_id)


async def test_claiming_and_checking_twice_stays_as_it_was_f005(site: Site, names: Names) -> None:
    host = f"help.{site.slug}.example"
    claimed = await _prove(site, names, host)
    again, proven = await _claim(site, host), (await _check(site, host)).json()
    assert again["record_value"] == claimed["record_value"]
    assert again["verified_at"] == proven["verified_at"]
    done = [line["action"] for line in await site.sql("SELECT action FROM audit WHERE subject_name = $1", host)]
    assert sorted(done) == ["host.claimed", "host.proven"]


async def test_two_may_claim_a_name_and_the_first_to_prove_it_has_it_f005(
    site: Site, brightside: Site, names: Names
) -> None:
    host = f"help.{site.slug}.example"
    ours, theirs = await _claim(site, host), await _claim(brightside, host)
    assert ours["record_value"] != theirs["record_value"]
    names.records[f"_portico.{host}"] = [ours["record_value"], theirs["record_value"]]
    answers = await asyncio.gather(_check(site, host), _check(brightside, host))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    winner, loser = (site, brightside) if answers[0].status_code == 200 else (brightside, site)
    assert await _leads_to(site, host) == str(winner.tenant_id)
    assert (await _check(loser, host)).json()["type"] == "/problems/host-taken"
    assert (await winner.app.by(winner.admin)("DELETE", f"/hosts/{host}")).status_code == 204
    assert await _leads_to(site, host) is None
    assert (await _check(loser, host)).status_code == 200
    assert await _leads_to(site, host) == str(loser.tenant_id)


async def test_one_tenants_names_are_not_there_for_others_f005_f021(site: Site, brightside: Site, names: Names) -> None:
    host = f"help.{site.slug}.example"
    await _prove(site, names, host)
    ada = brightside.app.by(brightside.admin)
    assert (await ada.get("/hosts")).json() == {"items": []}
    assert (await ada("DELETE", f"/hosts/{host}")).status_code == 404
    assert (await ada.post(f"/hosts/{host}/check")).status_code == 404
    others = (staff(site.tenant_id), contact(site.tenant_id, site.tenant_id), guest(site.tenant_id))
    for caller in (*others, key(site.tenant_id, "crm.write")):
        by = site.app.by(caller)
        asked = [await by.get("/hosts"), await by.post("/hosts", {"host": "a.example"})]
        asked += [await by.post(f"/hosts/{host}/check"), await by("DELETE", f"/hosts/{host}")]
        assert {answer.status_code for answer in asked} == {404}
    assert await _leads_to(site, host) == str(site.tenant_id)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "sub.localhost", "portal.example.com", "northwind.portal.example.com", "192.0.2.1", "help"),
        *("https://help.example", "help.example:443", "*.example.com", "-a.example", "a..example", "a_b.example"),
        *("x" * 64 + ".example", ".".join(["abcdefghi"] * 25) + ".example", "help.example/", ""),
    ],
)
async def test_it_refuses_our_own_names_and_what_is_no_host_name_f005(site: Site, host: str) -> None:
    refused = await site.app.by(site.admin).post("/hosts", {"host": host})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "host"


async def test_a_name_in_other_letters_is_kept_as_the_name_system_writes_it_f005(site: Site) -> None:
    assert (await _claim(site, "Hilfe.Bücher.example."))["host"] == "hilfe.xn--bcher-kva.example"


async def test_a_portal_has_a_few_names_and_not_hundreds_f005(site: Site) -> None:
    for number in range(20):
        await _claim(site, f"n{number}.example")
    refused = await site.app.by(site.admin).post("/hosts", {"host": "n20.example"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-hosts")


async def test_name_servers_that_do_not_answer_prove_nothing_either_way_f005(site: Site, names: Names) -> None:
    host = f"help.{site.slug}.example"
    names.broken.add((await _prove(site, names, host))["record_name"])
    away = await _check(site, host)
    assert (away.status_code, away.json()["type"]) == (503, "/problems/nameserver-away")
    await site.sql("UPDATE hosts SET checked_at = now() - interval '2 days'")
    await _look(site, names)
    assert await site.sql("SELECT 1 FROM hosts WHERE missing_since IS NOT NULL") == []


async def test_a_proven_name_is_looked_for_once_a_day_f005(site: Site, names: Names) -> None:
    claimed = await _prove(site, names, f"help.{site.slug}.example")
    names.asked.clear()
    await _look(site, names)
    assert claimed["record_name"] not in names.asked
    await site.sql("UPDATE hosts SET checked_at = now() - interval '25 hours'")
    await asyncio.gather(_look(site, names), _look(site, names))
    assert names.asked.count(claimed["record_name"]) == 1


async def test_a_record_missing_for_seven_days_gives_the_name_up_and_the_admins_are_told_f005(
    site: Site, names: Names
) -> None:
    host = f"help.{site.slug}.example"
    claimed = await _prove(site, names, host)
    del names.records[claimed["record_name"]]
    for ago, leads in (("0 days", True), ("6 days 23 hours", True), ("7 days 1 minute", False)):
        gone = f"CASE WHEN missing_since IS NOT NULL THEN now() - interval '{ago}' END"
        await site.sql(f"UPDATE hosts SET checked_at = now() - interval '25 hours', missing_since = {gone}")
        await _look(site, names)
        assert (await _leads_to(site, host) is not None) is leads, ago
    [line] = await site.sql("SELECT actor_kind, place FROM audit WHERE action = 'host.lost'")
    assert tuple(line) == ("system", "portico")
    [letter] = [said["data"] for said in await site.said() if said["type"] == "access.issued.v1"]
    assert letter == IsPartialDict(template="host_lost", person_id=str(site.admin_id), person_kind="staff")
    assert SEAL.open(letter["sealed"]) == {"path": "/console/setup/hosts", "host": host}


async def test_a_record_that_is_back_in_time_keeps_the_name_f005(site: Site, names: Names) -> None:
    host = f"help.{site.slug}.example"
    await _prove(site, names, host)
    await site.sql(
        "UPDATE hosts SET checked_at = now() - interval '25 hours', missing_since = now() - interval '9 days'"
    )
    await _look(site, names)
    [row] = (await site.app.by(site.admin).get("/hosts")).json()["items"]
    assert (row["state"], row["missing_since"]) == ("proven", None)


async def test_a_claim_without_proof_lapses_after_fourteen_days_f005(
    site: Site, names: Names, database: Database
) -> None:
    await _prove(site, names, f"old.{site.slug}.example")
    await _claim(site, f"young.{site.slug}.example")
    await site.sql("UPDATE hosts SET claimed_at = now() - interval '13 days 23 hours'")
    await _claim(site, f"late.{site.slug}.example")
    await site.sql("UPDATE hosts SET claimed_at = now() - interval '14 days 1 minute' WHERE host NOT LIKE 'young%'")
    await _look(site, names)
    left = [row["host"].split(".")[0] for row in await site.sql("SELECT host FROM hosts ORDER BY host")]
    assert left == ["old", "young"]
    other = await new_site(site.app, database)
    assert await other.sql("SELECT 1 FROM hosts") == []
