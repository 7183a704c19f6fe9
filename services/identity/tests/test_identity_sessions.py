"""Logging in, being somebody, and being nobody again."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from dirty_equals import IsPartialDict, IsStr

from identity import passwords, provision
from identity.testing import ADMIN_PASSWORD, PASSWORD, Site
from kit.ids import new_id, now

TODAY = now().date()


async def test_ann_logs_in_and_is_known_for_what_she_may_f032(acme: Site) -> None:
    started = await acme.log_in("Ann@ACME.example")
    assert started.status_code == 201
    assert started.headers["cache-control"] == "no-store"
    found = (await acme.resolve(started.json()["token"])).json()
    assert found["audience"] == "portal"
    assert found["tenant"] == IsPartialDict(id=str(acme.tenant_id), slug=acme.slug, name="Northwind", logo_url=None)
    assert found["caller"] == started.json()["caller"] == IsPartialDict(kind="contact", name="Ann Archer")
    assert found["caller"]["organisation_ids"] == [found["caller"]["organisation_id"]]
    assert sorted(found["caller"]["modules"]) == ["articles", "cases", "documents", "invoices", "projects"]
    assert set(found["caller"]["scopes"].values()) == {"own"}
    assert found["caller"]["permissions"] == ["colleagues.see"]


async def test_staff_log_in_to_the_console_with_what_their_roles_grant(site: Site) -> None:
    token = await site.token(email="ada@northwind.example", audience="console", password=ADMIN_PASSWORD)
    caller = (await site.resolve(token)).json()["caller"]
    assert caller == IsPartialDict(kind="staff", id=str(site.admin_id), organisation_id=None)
    assert {"cases.answer", "articles.publish", "settings.edit", "keys.manage"} <= set(caller["permissions"])


async def test_nobody_gets_through_the_other_door(acme: Site) -> None:
    assert (await acme.log_in(audience="console")).status_code == 401
    ada = await acme.log_in("ada@northwind.example", password=ADMIN_PASSWORD)
    assert ada.status_code == 401


async def test_a_wrong_password_an_unknown_address_and_another_tenant_are_refused_alike(
    acme: Site, brightside: Site
) -> None:
    answers = [
        await acme.log_in(password="not the password"),
        await acme.log_in("nobody@acme.example"),
        await acme.log_in(password=f" {PASSWORD}"),
        await brightside.log_in(),
        await acme.log_in(tenant_id=str(new_id())),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["type"] == "/problems/login-refused"


@pytest.mark.usefixtures("dear_passwords")
async def test_an_unknown_address_costs_a_hash_as_well(acme: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    verify = passwords._hasher.verify

    def counted(password: str | bytes, kept: str | bytes) -> bool:
        compared.append(str(kept))
        return verify(password, kept)

    monkeypatch.setattr(passwords._hasher, "verify", counted)
    await acme.log_in(password="wrong")
    await acme.log_in("nobody@acme.example", password="wrong")
    assert len(compared) == 2
    assert {kept.rsplit("$", 2)[0] for kept in compared} == {"$argon2id$v=19$m=19456,t=2,p=1"}


@pytest.mark.parametrize(
    "window",
    [
        {"support_start_on": str(TODAY + timedelta(days=2))},
        {"support_end_on": str(TODAY - timedelta(days=2))},
        {"portal_enabled": False},
    ],
)
async def test_who_may_not_come_in_is_refused_and_thrown_out_at_once_f022_f052(
    acme: Site, window: dict[str, Any]
) -> None:
    token = await acme.token()
    await acme.put_contact("ann", name="Ann Archer", **window)
    assert (await acme.resolve(token)).status_code == 404
    assert (await acme.log_in()).status_code == (401 if "portal_enabled" in window else 403)


async def test_a_disabled_organisation_ends_its_contacts_sessions(acme: Site) -> None:
    token = await acme.token()
    await acme.put_organisation("acme", active=False)
    assert (await acme.resolve(token)).status_code == 404
    assert (await acme.log_in()).status_code == 401


async def test_a_suspended_tenant_is_nowhere_to_be_found(acme: Site) -> None:
    token = await acme.token()
    await acme.sql("UPDATE tenants SET status = 'suspended'")
    assert (await acme.resolve(token)).status_code == 404
    assert (await acme.log_in()).status_code == 401
    for which in ({"slug": acme.slug}, {"api_key": acme.api_key}):
        assert (await acme.gateway.post("/internal/tenants/resolve", which)).status_code == 404


async def test_logging_out_ends_this_session_and_no_other(acme: Site) -> None:
    here, there = await acme.token(), await acme.token()
    assert here != there
    for _ in range(2):
        assert (await acme.gateway.post("/internal/sessions/end", {"token": here})).status_code == 204
    assert (await acme.resolve(here)).status_code == 404
    assert (await acme.resolve(there)).status_code == 200


async def test_a_new_password_ends_every_session_of_the_old_one_f033(acme: Site) -> None:
    token = await acme.token()
    await provision.set_password(acme.database, acme.slug, "portal", "ann@acme.example", "another long password")
    assert (await acme.resolve(token)).status_code == 404
    assert (await acme.log_in()).status_code == 401
    assert (await acme.log_in(password="another long password")).status_code == 201


async def test_a_session_ends_when_idle_and_in_the_end_however_busy(acme: Site) -> None:
    idle, old = await acme.token(), await acme.token()
    assert (await acme.sql("SELECT max(ends_at - created_at) AS longest FROM sessions"))[0]["longest"].days == 7
    await acme.sql("UPDATE sessions SET seen_at = now() - interval '8 hours' WHERE token_hash = $1", _hash(idle))
    await acme.sql("UPDATE sessions SET ends_at = now() WHERE token_hash = $1", _hash(old))
    assert (await acme.resolve(idle)).status_code == 404
    assert (await acme.resolve(old)).status_code == 404


async def test_use_is_written_down_once_a_minute(acme: Site) -> None:
    token = await acme.token()
    await acme.sql("UPDATE sessions SET seen_at = now() - interval '50 seconds'")
    before = (await acme.sql("SELECT seen_at FROM sessions"))[0]["seen_at"]
    await acme.resolve(token)
    assert (await acme.sql("SELECT seen_at FROM sessions"))[0]["seen_at"] == before
    await acme.sql("UPDATE sessions SET seen_at = now() - interval '61 seconds'")
    await acme.resolve(token)
    assert (await acme.sql("SELECT seen_at > now() - interval '30 seconds' AS fresh FROM sessions"))[0]["fresh"]


async def test_tokens_and_passwords_are_nowhere_in_the_clear(acme: Site) -> None:
    token = await acme.token()
    for table in ("sessions", "passwords", "idempotency", "outbox"):
        rows = await acme.sql(f"SELECT to_jsonb(t)::text AS row FROM {table} t")
        assert not any(token in row["row"] or PASSWORD in row["row"] for row in rows)


async def test_the_sixth_try_waits_and_the_person_gets_in_from_elsewhere(acme: Site) -> None:
    for _ in range(5):
        assert (await acme.log_in(password="wrong", ip="203.0.113.9")).status_code == 401
    refused = await acme.log_in(ip="203.0.113.9")
    assert refused.status_code == 429
    assert refused.json()["type"] == "/problems/too-many-tries"
    assert 0 < int(refused.headers["retry-after"]) <= 300
    assert (await acme.log_in("nobody@acme.example", password="wrong", ip="203.0.113.9")).status_code == 401
    assert (await acme.log_in(ip="192.0.2.7")).status_code == 201
    await acme.sql("UPDATE login_tries SET at = at - interval '5 minutes'")
    assert (await acme.log_in(ip="203.0.113.9")).status_code == 201


async def test_a_right_password_takes_the_tries_off_again(acme: Site) -> None:
    for _ in range(3):
        for _ in range(4):
            assert (await acme.log_in(password="wrong")).status_code == 401
        assert (await acme.log_in()).status_code == 201


async def test_an_address_that_tries_many_names_waits(acme: Site) -> None:
    await _tries(acme, 50, "203.0.113.9")
    assert (await acme.log_in(ip="203.0.113.9")).status_code == 429
    assert (await acme.log_in(ip="192.0.2.7")).status_code == 201


async def test_a_storm_on_a_tenant_leaves_known_addresses_alone(acme: Site, brightside: Site) -> None:
    await acme.token(ip="192.0.2.7")
    for number in range(6):
        await _tries(acme, 50, f"203.0.113.{number}")
    assert (await acme.log_in(ip="203.0.113.99")).status_code == 429
    assert (await acme.log_in(ip="192.0.2.7")).status_code == 201
    assert (await brightside.log_in(ip="203.0.113.99")).status_code == 401


@pytest.mark.usefixtures("dear_passwords")
async def test_others_are_answered_while_logins_queue_for_their_hash(acme: Site) -> None:
    token = await acme.token()
    storm = [asyncio.create_task(acme.log_in(password="wrong", ip=f"198.51.100.{number}")) for number in range(40)]
    await asyncio.sleep(0.2)
    resolved = [(await acme.resolve(token)).status_code for _ in range(5)]
    assert resolved == [200] * 5
    assert not all(task.done() for task in storm)
    assert {answer.status_code for answer in await asyncio.gather(*storm)} == {401}


async def test_a_line_that_is_too_long_says_come_again(acme: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAITING", 0)
    assert (await acme.log_in()).status_code == 503


async def test_a_manager_sees_the_organisation_and_may_manage_it_f067(acme: Site) -> None:
    await acme.put_contact("bob", manager=True)
    caller = (await acme.resolve(await acme.token(email="bob@acme.example"))).json()["caller"]
    assert set(caller["scopes"].values()) == {"organisation"}
    assert sorted(caller["permissions"]) == ["colleagues.see", "organisation.manage"]


async def test_the_hierarchy_reaches_all_below_and_nothing_above_f069(acme: Site) -> None:
    parent = await acme.put_organisation("parent")
    below = [await acme.put_organisation(name, parent_external_id="acme") for name in ("north", "south")]
    deep = await acme.put_organisation("deep", parent_external_id="north")
    await acme.put_organisation("acme", parent_external_id="parent")
    await acme.sql("""UPDATE portal_settings SET scopes = '{"invoices": "hierarchy"}'""")
    caller = (await acme.resolve(await acme.token())).json()["caller"]
    assert caller["scopes"] == {
        **dict.fromkeys(("cases", "documents", "articles", "projects"), "own"),
        "invoices": "hierarchy",
    }
    wanted = {caller["organisation_id"], deep["id"], *(one["id"] for one in below)}
    assert set(caller["organisation_ids"]) == wanted
    assert parent["id"] not in wanted


async def test_a_contact_gets_what_tenant_and_contact_both_allow_f027(acme: Site) -> None:
    await acme.sql("UPDATE portal_settings SET modules = '{cases,articles}'")
    await acme.put_contact("ann", modules=["cases", "invoices"])
    assert (await acme.resolve(await acme.token())).json()["caller"]["modules"] == ["cases"]


async def test_only_the_gateway_may_ask_who_is_who(acme: Site) -> None:
    token = await acme.token()
    for caller in (acme.crm, acme.app.by(acme.admin)):
        for path, body in (
            ("/internal/sessions/resolve", {"token": token}),
            ("/internal/tenants/resolve", {"slug": acme.slug}),
            ("/internal/keys/resolve", {"key": "sk_x"}),
            ("/internal/sessions/end", {"token": token}),
            ("/internal/sessions", {}),
            ("/internal/snapshots", {"tenant_id": str(acme.tenant_id)}),
        ):
            assert (await caller.post(path, body)).status_code == 404
        assert (await caller.get(f"/internal/tenants/{acme.tenant_id}/logo")).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "a\x00b@acme.example"},
        {"password": ""},
        {"password": "x" * 1001},
        {"audience": "kitchen"},
        {"unknown": True},
        {"ip": "x" * 65},
        {"tenant_id": "northwind"},
    ],
)
async def test_it_refuses_a_login_that_makes_no_sense(acme: Site, wrong: dict[str, Any]) -> None:
    answer = await acme.log_in(**wrong)
    assert answer.status_code == 422
    assert answer.json()["detail"] == IsStr(min_length=5)


async def test_it_refuses_what_is_not_json_with_a_sentence(acme: Site) -> None:
    answer = await acme.gateway.post(
        "/internal/sessions", content=b"{not json", headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["detail"]) == (422, "body: is not valid JSON")


async def test_nobody_is_refused_for_the_name_of_their_browser(acme: Site) -> None:
    assert (await acme.log_in(user_agent="Mozilla " * 500)).status_code == 201
    assert len((await acme.sql("SELECT user_agent FROM sessions"))[0]["user_agent"]) == 500


def _hash(token: str) -> bytes:
    return passwords.digest(token)


async def _tries(site: Site, many: int, ip: str) -> None:
    """As many failed logins, each for another name."""
    await site.sql(
        "INSERT INTO login_tries (tenant_id, id, ip, email_key) "
        "SELECT $1, gen_random_uuid(), $2, 'x' || n FROM generate_series(1, $3::integer) n",
        site.tenant_id,
        ip,
        many,
    )
