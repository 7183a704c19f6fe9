"""Keys: made, used, listed, revoked."""

from datetime import timedelta
from typing import Any

import pytest
from dirty_equals import IsPartialDict

from identity.testing import Site
from kit.ids import new_id, now
from kit.testing import contact, guest, key, staff

CRM = {"name": "The CRM", "scopes": ["crm.write", "cases.read"]}


async def _made(site: Site, **values: Any) -> Any:
    answer = await site.app.by(site.admin).post("/keys", CRM | values)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _resolve(site: Site, secret: str) -> Any:
    return await site.gateway.post("/internal/keys/resolve", {"key": secret})


async def test_a_secret_key_opens_what_it_was_granted(site: Site) -> None:
    made = await _made(site)
    assert made["secret"].startswith("sk_")
    assert len(made["secret"]) == 43
    found = await _resolve(site, made["secret"])
    assert found.status_code == 200
    assert found.json()["tenant"]["slug"] == site.slug
    assert found.json()["caller"] == IsPartialDict(
        kind="key", id=made["id"], name="The CRM", tenant_id=str(site.tenant_id)
    )
    assert sorted(found.json()["caller"]["permissions"]) == ["cases.read", "crm.write"]


async def test_the_secret_is_shown_once_and_kept_nowhere(site: Site) -> None:
    ada, header = site.app.by(site.admin), {"idempotency-key": "form-1"}
    made = await ada.post("/keys", CRM, headers=header)
    assert made.headers["cache-control"] == "no-store"
    secret = made.json()["secret"]
    again = await ada.post("/keys", CRM, headers=header)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/shown-once")
    [shown, public] = (await ada.get("/keys")).json()["items"]
    assert shown == IsPartialDict(prefix=secret[:8], key=None, created_by="Ada Abbot", last_used_at=None)
    assert public == IsPartialDict(kind="publishable", key=site.api_key)
    for table in ("keys", "idempotency", "outbox"):
        rows = await site.sql(f"SELECT to_jsonb(t)::text AS row FROM {table} t")
        assert not any(secret in row["row"] or secret.encode().hex() in row["row"] for row in rows)


async def test_a_revoked_or_expired_key_opens_nothing_at_once(site: Site) -> None:
    revoked, expired = await _made(site), await _made(site, expires_at=str(now() + timedelta(hours=1)))
    assert (await _resolve(site, expired["secret"])).status_code == 200
    for _ in range(2):
        answer = await site.app.by(site.admin).post(f"/keys/{revoked['id']}/revoke")
        assert answer.json()["revoked_at"] is not None
    await site.sql("UPDATE keys SET expires_at = now() WHERE id = $1", expired["id"])
    for made in (revoked, expired):
        refused = await _resolve(site, made["secret"])
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/key-refused")


async def test_a_revoked_public_link_leads_nowhere_and_two_may_overlap_f001(site: Site) -> None:
    second = await _made(site, kind="publishable", scopes=[])
    old = (await site.app.by(site.admin).get("/keys")).json()["items"][-1]
    resolve = [{"api_key": site.api_key}, {"api_key": second["key"]}]
    for which in resolve:
        found = await site.gateway.post("/internal/tenants/resolve", which)
        assert found.json()["id"] == str(site.tenant_id)
    await site.app.by(site.admin).post(f"/keys/{old['id']}/revoke")
    codes = [(await site.gateway.post("/internal/tenants/resolve", which)).status_code for which in resolve]
    assert codes == [404, 200]


async def test_a_publishable_key_is_no_secret_key_and_the_other_way_round(site: Site) -> None:
    made = await _made(site)
    assert (await _resolve(site, site.api_key)).status_code == 401
    found = await site.gateway.post("/internal/tenants/resolve", {"api_key": made["secret"]})
    assert found.status_code == 404


async def test_use_of_a_key_is_written_down_once_a_minute(site: Site) -> None:
    made = await _made(site)
    await _resolve(site, made["secret"])
    [used] = await site.sql("SELECT last_used_at FROM keys WHERE id = $1", made["id"])
    await _resolve(site, made["secret"])
    [again] = await site.sql("SELECT last_used_at FROM keys WHERE id = $1", made["id"])
    assert used["last_used_at"] == again["last_used_at"] is not None


async def test_only_those_who_manage_keys_see_or_touch_them(site: Site, brightside: Site) -> None:
    made = await _made(site)
    for caller in (
        staff(site.tenant_id),
        contact(site.tenant_id, new_id(), permissions=frozenset({"keys.manage"})),
        key(site.tenant_id, "crm.write", "keys.manage"),
        guest(site.tenant_id),
        brightside.admin,
    ):
        by = site.app.by(caller)
        assert all(row["id"] != made["id"] for row in (await by.get("/keys")).json()["items"])
        assert (await by.post(f"/keys/{made['id']}/revoke")).status_code == 404
        if caller is not brightside.admin and caller.tenant_id == site.tenant_id:
            assert (await by.post("/keys", CRM)).status_code == 403
    assert (await _resolve(site, made["secret"])).status_code == 200


async def test_keys_are_listed_page_by_page_newest_first(site: Site) -> None:
    for number in range(4):
        await _made(site, name=f"key {number}")
    ada = site.app.by(site.admin)
    first = (await ada.get("/keys?limit=3")).json()
    second = (await ada.get(f"/keys?limit=3&cursor={first['next']}")).json()
    names = [row["name"] for row in (*first["items"], *second["items"])]
    assert names == ["key 3", "key 2", "key 1", "key 0", "Public link"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["settings.edit"]},
        {"kind": "publishable"},
        {"kind": "master"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2030-01-01T00:00:00"},
        {"expires_at": "9999-12-31T23:59:59-12:00"},
        {"name": "a\x00"},
        {"secret": "sk_mine"},
    ],
)
async def test_it_refuses_a_key_that_makes_no_sense(site: Site, wrong: dict[str, Any]) -> None:
    answer = await site.app.by(site.admin).post("/keys", CRM | wrong)
    assert answer.status_code == 422, answer.text


async def test_a_rotated_key_works_beside_its_successor_until_the_end_that_was_chosen(site: Site) -> None:
    ada, old = site.app.by(site.admin), await _made(site)
    ends = now() + timedelta(days=7)
    answer = await ada.post(f"/keys/{old['id']}/rotate", {"old_ends_at": str(ends)})
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    new = answer.json()
    assert new == IsPartialDict(name="The CRM", kind="secret", scopes=old["scopes"], expires_at=None)
    callers = [(await _resolve(site, one["secret"])).json()["caller"] for one in (old, new)]
    assert [sorted(caller["permissions"]) for caller in callers] == [["cases.read", "crm.write"]] * 2
    [listed] = [one for one in (await ada.get("/keys")).json()["items"] if one["id"] == old["id"]]
    assert listed["expires_at"].startswith(ends.isoformat()[:16])
    await site.sql("UPDATE keys SET expires_at = now() WHERE id = $1", old["id"])
    assert [(await _resolve(site, one["secret"])).status_code for one in (old, new)] == [401, 200]
    again = await ada.post(f"/keys/{old['id']}/rotate", {"old_ends_at": str(ends)})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/key-over")


async def test_a_rotated_public_link_overlaps_and_a_key_that_ends_sooner_stays_so_f001(site: Site) -> None:
    ada = site.app.by(site.admin)
    [public] = (await ada.get("/keys")).json()["items"]
    new = (await ada.post(f"/keys/{public['id']}/rotate", {"old_ends_at": str(now() + timedelta(days=1))})).json()
    for which in (site.api_key, new["key"]):
        found = await site.gateway.post("/internal/tenants/resolve", {"api_key": which})
        assert found.json()["id"] == str(site.tenant_id)
    short = await _made(site, expires_at=str(now() + timedelta(hours=1)))
    await ada.post(f"/keys/{short['id']}/rotate", {"old_ends_at": str(now() + timedelta(days=9))})
    [kept] = [one for one in (await ada.get("/keys")).json()["items"] if one["id"] == short["id"]]
    assert kept["expires_at"] == short["expires_at"]


async def test_a_key_is_rotated_by_those_who_manage_keys_alone_and_into_no_senseless_end(
    site: Site, brightside: Site
) -> None:
    made, fine = await _made(site), {"old_ends_at": str(now() + timedelta(days=1))}
    for caller in (staff(site.tenant_id), key(site.tenant_id, "crm.write"), brightside.admin):
        assert (await site.app.by(caller).post(f"/keys/{made['id']}/rotate", fine)).status_code == 404
    for days in (-1, 91):
        wrong = {"old_ends_at": str(now() + timedelta(days=days))}
        assert (await site.app.by(site.admin).post(f"/keys/{made['id']}/rotate", wrong)).status_code == 422
