"""Tenants by their addresses, the settings of their portals, and everything said again."""

import base64
from typing import Any

import pytest
from dirty_equals import IsPartialDict

from identity import service
from identity.errors import HostTaken
from identity.testing import MODULES, ORIGIN, Site
from kit.ids import new_id
from kit.testing import contact, guest, key, staff

SETTINGS: dict[str, Any] = {
    "name": "Northwind Telecom",
    "accent": "#0A7D4F",
    "support_email": "help@northwind.example",
    "modules": MODULES,
}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def _change(site: Site, version: int, **values: Any) -> Any:
    body = SETTINGS | values
    return await site.app.by(site.admin).put("/portal-settings", body, headers={"if-match": f'"{version}"'})


async def test_a_tenant_is_found_by_key_slug_and_proven_host_f001_f004_f005(site: Site) -> None:
    host = f"help.{site.slug}.example"
    async with site.database.transaction(site.tenant_id) as tx:
        await service.add_host(tx, host.upper())
    for which in ({"api_key": site.api_key}, {"slug": site.slug}, {"host": host}, {"host": host.upper()}):
        found = await site.gateway.post("/internal/tenants/resolve", which)
        assert found.status_code == 200, found.text
        assert found.json() == IsPartialDict(id=str(site.tenant_id), slug=site.slug, hosts=[host], status="active")


async def test_wrong_and_missing_addresses_are_answered_alike_f001(site: Site) -> None:
    asked = ({"api_key": "pk_wrong"}, {"slug": "nobody-here"}, {"host": "nobody.example"}, {"slug": ""})
    answers = [await site.gateway.post("/internal/tenants/resolve", which) for which in asked]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    for which in ({}, {"slug": site.slug, "host": "x"}, {"slug": "a\x00"}, {"who": "me"}):
        assert (await site.gateway.post("/internal/tenants/resolve", which)).status_code == 422


async def test_an_unproven_host_leads_nowhere_and_a_proven_one_to_one_portal_f005(site: Site, brightside: Site) -> None:
    host = f"{site.slug}.example"
    await brightside.sql("INSERT INTO hosts (tenant_id, host) VALUES ($1, $2)", brightside.tenant_id, host)
    assert (await site.gateway.post("/internal/tenants/resolve", {"host": host})).status_code == 404
    async with site.database.transaction(site.tenant_id) as tx:
        await service.add_host(tx, host)
    with pytest.raises(HostTaken):
        async with brightside.database.transaction(brightside.tenant_id) as tx:
            await service.add_host(tx, host)
    found = await site.gateway.post("/internal/tenants/resolve", {"host": host})
    assert found.json()["id"] == str(site.tenant_id)


async def test_an_admin_sets_the_portal_and_everybody_hears_f009(site: Site) -> None:
    read = await site.app.by(site.admin).get("/portal-settings")
    assert read.headers["etag"] == '"1"'
    assert read.json()["portal_url"] == f"{ORIGIN}/portal/{site.slug}"
    changed = await _change(site, 1, modules=["cases", "articles"], scopes={"cases": "organisation"})
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"2"'
    assert changed.json() == IsPartialDict(
        name="Northwind Telecom", accent="#0a7d4f", modules=["cases", "articles"], scopes={"cases": "organisation"}
    )
    said = [event for event in await site.said() if event["type"] == "portal_settings.changed.v1"]
    assert said[-1]["version"] == 2
    assert said[-1]["data"] == {
        "name": "Northwind Telecom",
        "slug": site.slug,
        "portal_url": f"{ORIGIN}/portal/{site.slug}",
        "accent": "#0a7d4f",
        "support_email": "help@northwind.example",
        "modules": ["cases", "articles"],
        "has_logo": False,
    }
    tenant = (await site.gateway.post("/internal/tenants/resolve", {"slug": site.slug})).json()
    assert tenant == IsPartialDict(settings_version=2, accent="#0a7d4f", modules=["cases", "articles"])


async def test_the_same_settings_again_say_nothing(site: Site) -> None:
    await _change(site, 1)
    before = len(await site.said())
    assert (await _change(site, 2)).headers["etag"] == '"2"'
    assert len(await site.said()) == before


async def test_a_stale_or_missing_version_changes_nothing(site: Site) -> None:
    await _change(site, 1)
    assert (await _change(site, 1, name="Mine")).status_code == 412
    without = await site.app.by(site.admin).put("/portal-settings", SETTINGS)
    assert without.status_code == 428
    assert (await site.app.by(site.admin).get("/portal-settings")).json()["name"] == "Northwind Telecom"


async def test_only_settings_editors_change_them_and_all_of_the_portal_read_them(site: Site, brightside: Site) -> None:
    edits = frozenset({"settings.edit"})
    for caller in (
        staff(site.tenant_id),
        contact(site.tenant_id, new_id(), permissions=edits),
        key(site.tenant_id, "settings.edit"),
        guest(site.tenant_id),
    ):
        by = site.app.by(caller)
        assert (await by.put("/portal-settings", SETTINGS, headers={"if-match": "1"})).status_code == 403
        assert (await by.get("/portal-settings")).json()["slug"] == site.slug
    nobody = site.app.by(staff(new_id(), "settings.edit"))
    assert (await nobody.get("/portal-settings")).status_code == 404
    assert (await nobody.put("/portal-settings", SETTINGS, headers={"if-match": "1"})).status_code == 404


async def test_a_logo_is_served_by_its_hash_until_it_is_taken_away_f009(site: Site) -> None:
    path = f"/internal/tenants/{site.tenant_id}/logo"
    assert (await site.gateway.get(path)).status_code == 404
    url = (await _change(site, 1, logo=base64.b64encode(PNG).decode())).json()["logo_url"]
    assert url.startswith("/logo?v=")
    served = await site.gateway.get(path)
    assert (served.content, served.headers["content-type"]) == (PNG, "image/png")
    same = await site.gateway.get(path, headers={"if-none-match": served.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    kept = await _change(site, 2, name="Another name")
    assert kept.json()["logo_url"] == url
    gone = await _change(site, 3, logo=None)
    assert gone.json()["logo_url"] is None
    assert (await site.gateway.get(path)).status_code == 404
    said = [one["data"]["has_logo"] for one in await site.said() if one["type"] == "portal_settings.changed.v1"]
    assert said[-3:] == [True, True, False]


@pytest.mark.parametrize(
    "image",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"GIF89a" + bytes(20),
        b"",
        PNG[:10],
        PNG + bytes(257 * 1024),
    ],
)
async def test_a_logo_is_a_small_png_or_jpeg_by_its_content(site: Site, image: bytes) -> None:
    answer = await _change(site, 1, logo=base64.b64encode(image).decode())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-an-image")
    assert (await _change(site, 1, logo="not base64!")).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"accent": "red"},
        {"accent": "#12345g"},
        {"modules": ["kitchen"]},
        {"modules": None},
        {"scopes": None},
        {"scopes": {"cases": "everything"}},
        {"scopes": {"kitchen": "own"}},
        {"support_email": "nobody"},
        {"slug": "mine"},
        {"name": " "},
    ],
)
async def test_it_refuses_settings_that_make_no_sense(site: Site, wrong: dict[str, Any]) -> None:
    answer = await _change(site, 1, **wrong)
    assert answer.status_code == 422, answer.text


async def test_everything_is_said_again_batch_by_batch(acme: Site) -> None:
    await acme.sql("DELETE FROM outbox")
    cursor, said = None, 0
    while True:
        asked = {"tenant_id": str(acme.tenant_id), "cursor": cursor}
        answer = await acme.gateway.post("/internal/snapshots", asked)
        assert answer.status_code == 200, answer.text
        said += answer.json()["said"]
        cursor = answer.json()["next"]
        if cursor is None:
            break
    types = [event["type"] for event in await acme.said()]
    assert sorted(types) == [
        "contact.changed.v1",
        "organisation.changed.v1",
        "portal_settings.changed.v1",
        "staff.changed.v1",
    ]
    assert said == 3
    bad = await acme.gateway.post("/internal/snapshots", {"tenant_id": str(acme.tenant_id), "cursor": "WzksIngiXQ"})
    assert bad.status_code == 400
