"""Setting a portal up: what is looked at, what is refused, and that it happens once."""

import asyncio
import base64
from typing import Any

from dirty_equals import IsPartialDict, IsStr

from identity.testing import MODULES, Site
from kit.testing import contact, guest, key, staff

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
COMPANY = {"address": ["1 Wharf Road", "London"], "phone": "+44 20 7946 0000", "website": ""}


async def _set(site: Site, **values: Any) -> None:
    settings = {"name": "Northwind", "accent": "#0a7d4f", "support_email": "help@n.example", "modules": MODULES}
    by = site.app.by(site.admin)
    version = (await by.get("/portal-settings")).headers["etag"]
    answer = await by.put("/portal-settings", settings | values, headers={"if-match": version})
    assert answer.status_code == 200, answer.text


async def _checks(site: Site) -> dict[str, bool]:
    answer = await site.app.by(site.admin).get("/portal/checks")
    assert answer.status_code == 200, answer.text
    return {each["name"]: each["ok"] for each in answer.json()["checks"]}


async def _public_keys(site: Site) -> int:
    return len(await site.sql("SELECT 1 FROM keys WHERE kind = 'publishable' AND revoked_at IS NULL"))


async def test_the_list_says_what_a_new_portal_has_and_what_misses_f008(site: Site) -> None:
    have = {"company": True, "support_email": True, "key": True, "duty": True}
    assert await _checks(site) == have | {"logo": False, "address": False, "phone": False}
    await _set(site, company=COMPANY, logo=base64.b64encode(base64.b64decode(PNG)).decode())
    assert all((await _checks(site)).values())
    await site.sql("UPDATE staff SET on_duty = false")
    await site.sql("UPDATE keys SET revoked_at = now()")
    assert await _checks(site) == IsPartialDict(duty=False, key=False)


async def test_it_refuses_with_a_sentence_for_each_thing_that_misses_f008(site: Site) -> None:
    refused = await site.app.by(site.admin).post("/portal/install", {})
    assert refused.status_code == 409
    assert refused.json() == IsPartialDict(type="/problems/not-ready-yet", detail=IsStr(regex="Choose a logo.*phone.*"))
    assert {row["field"] for row in refused.json()["errors"]} == {"logo", "address", "phone"}
    assert await site.sql("SELECT 1 FROM portal_settings WHERE installed_at IS NOT NULL") == []


async def test_warnings_are_left_for_later_when_asked_and_what_is_needed_is_not_f008(site: Site) -> None:
    await site.sql("UPDATE portal_settings SET support_email = ''")
    refused = await site.app.by(site.admin).post("/portal/install", {"anyway": True})
    assert (refused.status_code, [row["field"] for row in refused.json()["errors"]]) == (409, ["support_email"])
    await site.sql("UPDATE portal_settings SET support_email = 'help@n.example'")
    done = await site.app.by(site.admin).post("/portal/install", {"anyway": True})
    assert done.status_code == 200, done.text
    assert done.json() == IsPartialDict(api_key=site.api_key, installed_at=IsStr())


async def test_setting_up_makes_the_public_key_once_however_often_it_is_asked_f007(site: Site) -> None:
    await site.sql("UPDATE keys SET revoked_at = now()")
    await _set(site, company=COMPANY, logo=PNG)
    by = site.app.by(site.admin)
    answers = await asyncio.gather(*(by.post("/portal/install", {}) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {200}, answers[0].text
    assert len({(answer.json()["api_key"], answer.json()["installed_at"]) for answer in answers}) == 1
    assert await _public_keys(site) == 1
    resolved = await site.gateway.post("/internal/tenants/resolve", {"api_key": answers[0].json()["api_key"]})
    assert resolved.json()["id"] == str(site.tenant_id)
    lines = await site.sql("SELECT action, actor_name FROM audit WHERE action = 'portal.installed'")
    assert [tuple(line) for line in lines] == [("portal.installed", "Ada Abbot")]


async def test_nobody_but_who_edits_the_settings_sets_up_f021(site: Site, brightside: Site) -> None:
    others = (staff(site.tenant_id), contact(site.tenant_id, site.tenant_id), guest(site.tenant_id))
    for caller in (*others, key(site.tenant_id, "crm.write"), staff(site.tenant_id, "keys.manage")):
        by = site.app.by(caller)
        assert (await by.get("/portal/checks")).status_code == 404
        assert (await by.post("/portal/install", {"anyway": True})).status_code == 404
    theirs = await brightside.app.by(brightside.admin).post("/portal/install", {"anyway": True})
    assert theirs.json()["api_key"] == brightside.api_key
    assert await site.sql("SELECT 1 FROM portal_settings WHERE installed_at IS NOT NULL") == []
