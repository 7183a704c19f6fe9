"""People and organisations made and changed one by one, by staff and by the CRM."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from dirty_equals import IsPartialDict, IsUUID

from identity.testing import Site
from kit.ids import new_id, now
from kit.testing import As, contact, guest, key, staff

NEW = {"name": "Nora North", "email": "nora@acme.example"}


def match(version: int) -> dict[str, str]:
    return {"if-match": f'"{version}"'}


async def ann_of(acme: Site) -> Any:
    [ann] = (await acme.app.by(acme.admin).get("/contacts?q=ann@")).json()["items"]
    return ann


async def newest(site: Site) -> Any:
    return (await site.sql("SELECT * FROM audit ORDER BY number DESC LIMIT 1"))[0]


async def test_staff_add_a_contact_with_everything_that_is_granted_f022_f027_f028_f058(acme: Site) -> None:
    """F022, F027, F028, F051, F058, and F142's flag."""
    ada, ann = acme.app.by(acme.admin), await ann_of(acme)
    granted = {"portal_enabled": True, "modules": ["cases"], "faq": False, "can_sign": True, "notify_team": True}
    granted |= {"email_opt_out": True, "phone": "+44 1", "job_title": "Buyer", "may_reset_pin": False, "manager": True}
    made = await ada.post("/contacts", NEW | granted | {"organisation_id": ann["organisation_id"]})
    assert made.status_code == 201, made.text
    assert made.json() == IsPartialDict(id=IsUUID, organisation_name="Acme Ltd", kind="contact", version=1, **granted)
    assert (await ada.get(f"/contacts/{made.json()['id']}")).json() == made.json()
    said = (await acme.said())[-1]
    assert said["data"] == IsPartialDict(can_sign=True, notify_team=True, portal_enabled=True)
    line = await newest(acme)
    assert (line["action"], line["actor_name"], line["place"]) == ("contact.made", "Ada Abbot", "console")


async def test_a_change_of_a_contact_is_in_the_trail_with_place_and_author(acme: Site) -> None:
    """O+8, F024."""
    ada, ann = acme.app.by(acme.admin), await ann_of(acme)
    path = f"/contacts/{ann['id']}"
    changed = await ada.patch(path, {"email": "archer@acme.example"}, headers=match(ann["version"]))
    assert (changed.status_code, changed.headers["etag"]) == (200, f'"{ann["version"] + 1}"')
    line = await newest(acme)
    assert line["changes"] == {"email": ["ann@acme.example", "archer@acme.example"]}
    assert (line["place"], line["actor_name"]) == ("console", "Ada Abbot")
    assert (await acme.log_in("archer@acme.example")).status_code == 201
    same = await ada.patch(path, {"email": "archer@acme.example"}, headers=match(ann["version"] + 1))
    assert same.json()["version"] == ann["version"] + 1
    assert (await newest(acme))["action"] == "session.begun"


async def test_a_change_needs_the_version_it_was_made_on(acme: Site) -> None:
    ada, ann = acme.app.by(acme.admin), await ann_of(acme)
    for path in (f"/contacts/{ann['id']}", f"/organisations/{ann['organisation_id']}", f"/staff/{acme.admin_id}"):
        assert (await ada.patch(path, {"name": "X"})).status_code == 428
        stale = await ada.patch(path, {"name": "X"}, headers=match(9))
        assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-stale")


async def test_an_address_is_nobody_elses_contact_or_lead_f025_f026(acme: Site) -> None:
    """F025, F026."""
    ada, ann = acme.app.by(acme.admin), await ann_of(acme)
    lead = (await ada.post("/leads", {"name": "Lea Lang", "email": "lea@prospect.example"})).json()
    home = {"organisation_id": ann["organisation_id"]}
    tries = [
        ada.post("/contacts", home | {"name": "X", "email": "LEA@prospect.example"}),
        ada.post("/leads", {"name": "X", "email": "Ann@acme.example"}),
        ada.patch(f"/contacts/{ann['id']}", {"email": "lea@prospect.example"}, headers=match(1)),
        ada.patch(f"/leads/{lead['id']}", {"email": "ann@acme.example"}, headers=match(1)),
    ]
    for sent in tries:
        refused = await sent
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/email-taken")
        told = "This e-mail address belongs to somebody else already."
        assert refused.json()["errors"] == [{"field": "email", "detail": told}]


async def test_a_lead_has_a_company_of_their_own_and_may_come_in_f026(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    made = await ada.post("/leads", {"name": "Lea", "email": "lea@p.example", "company": "Prospect", "faq": False})
    lead = made.json()
    assert (made.status_code, lead) == (201, IsPartialDict(kind="lead", organisation_name="Prospect", faq=False))
    prospect = (await ada.get(f"/organisations/{lead['organisation_id']}")).json()
    assert prospect == IsPartialDict(kind="prospect", name="Prospect", external_id=None)
    changed = await ada.patch(f"/leads/{lead['id']}", {"company": "P & Co", "portal_enabled": True}, headers=match(1))
    assert changed.json() == IsPartialDict(organisation_name="P & Co", portal_enabled=True, version=2)
    assert [row["name"] for row in (await ada.get("/leads")).json()["items"]] == ["Lea"]
    assert (await ada.get(f"/leads/{lead['id']}")).json() == changed.json()
    ann = await ann_of(acme)
    assert (await ada.get(f"/leads/{ann['id']}")).status_code == 404
    assert [row["id"] for row in (await ada.get("/contacts?kind=contact")).json()["items"]] == [ann["id"]]
    moved = await ada.patch(f"/contacts/{lead['id']}", {"organisation_id": ann["organisation_id"]}, headers=match(2))
    assert (moved.status_code, moved.json()["type"]) == (409, "/problems/lead-still")


async def test_a_lead_becomes_a_contact_of_a_customer_or_a_customer_themselves_f026(acme: Site) -> None:
    ada, ann = acme.app.by(acme.admin), await ann_of(acme)
    leads = [(await ada.post("/leads", {"name": n, "email": f"{n}@p.example"})).json() for n in ("lea", "leo")]
    lea = await ada.post(f"/leads/{leads[0]['id']}/convert", {"organisation_id": ann["organisation_id"]})
    assert lea.json() == IsPartialDict(kind="contact", organisation_name="Acme Ltd", version=2)
    left = (await ada.get(f"/organisations/{leads[0]['organisation_id']}")).json()
    assert (left["kind"], left["active"]) == ("prospect", False)
    leo = await ada.post(f"/leads/{leads[1]['id']}/convert", {})
    assert leo.json() == IsPartialDict(kind="contact", organisation_id=leads[1]["organisation_id"])
    own = (await ada.get(f"/organisations/{leads[1]['organisation_id']}")).json()
    assert (own["kind"], own["active"]) == ("customer", True)
    assert (await newest(acme))["action"] == "lead.converted"
    again = await ada.post(f"/leads/{leads[1]['id']}/convert", {})
    assert (again.status_code, again.json()["type"]) == (404, "/problems/lead-not-found")
    unknown = (await ada.post("/leads", {"name": "n", "email": "n@p.example"})).json()["id"]
    refused = await ada.post(f"/leads/{unknown}/convert", {"organisation_id": left["id"]})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-organisation")


async def test_the_crm_feeds_a_lead_by_external_id_and_twice_is_once_f026(acme: Site) -> None:
    path, lead = "/leads/by-external-id/l-1", {"name": "Lea", "email": "lea@p.example", "company": "Prospect"}
    made = await acme.crm.put(path, lead)
    assert (made.status_code, made.json()["organisation_name"]) == (201, "Prospect")
    before = len(await acme.said())
    again = await acme.crm.put(path, lead)
    assert (again.status_code, again.json()) == (200, made.json())
    assert len(await acme.said()) == before
    as_contact = lead | {"organisation_external_id": "acme"}
    del as_contact["company"]
    refused = await acme.crm.put("/contacts/by-external-id/l-1", as_contact)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/lead-still")
    refused = await acme.crm.put("/leads/by-external-id/ann", {"name": "Ann", "email": "ann@acme.example"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/contact-by-now")


async def test_an_organisation_keeps_office_and_business_type(acme: Site) -> None:
    """O+7."""
    ada, legal = acme.app.by(acme.admin), {"registered_office": "1 High Street", "business_type": "Limited company"}
    made = await ada.post("/organisations", {"name": "Nord", "address": {"city": "Hull"}} | legal)
    assert (made.status_code, made.json()) == (201, IsPartialDict(kind="customer", version=1, **legal))
    path = f"/organisations/{made.json()['id']}"
    changed = await ada.patch(path, {"business_type": "Partnership", "external_id": "n-1"}, headers=match(1))
    assert changed.json() == IsPartialDict(registered_office="1 High Street", business_type="Partnership", version=2)
    assert changed.json()["address"] == IsPartialDict(city="Hull", street="")
    assert (await acme.put_organisation("n-1", **legal))["business_type"] == "Limited company"
    assert (await ada.post("/organisations", {"name": "N", "external_id": "n-1"})).status_code == 409


async def test_nobody_in_the_console_puts_an_organisation_below_itself(acme: Site) -> None:
    ada, ann = acme.app.by(acme.admin), await ann_of(acme)
    top = ann["organisation_id"]
    low = (await ada.post("/organisations", {"name": "Low", "parent_id": top})).json()
    assert low["parent_id"] == top
    for parent in (low["id"], top):
        refused = await ada.patch(f"/organisations/{top}", {"parent_id": parent}, headers=match(1))
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/circular-hierarchy")
    refused = await ada.patch(f"/organisations/{top}", {"parent_id": str(new_id())}, headers=match(1))
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-organisation")
    below = (await ada.get(f"/organisations?parent_id={top}")).json()["items"]
    assert [row["name"] for row in below] == ["Low"]
    assert (await ada.get("/organisations?active=false")).json()["items"] == []


async def test_several_are_let_in_or_kept_out_at_once_each_for_itself_f022(acme: Site) -> None:
    ada, ann = acme.app.by(acme.admin), await ann_of(acme)
    token = await acme.token()
    nobody, eve = str(new_id()), await acme.put_contact("eve", portal_enabled=False)
    wanted = {"contact_ids": [ann["id"], eve["id"], nobody], "portal_enabled": False}
    done = (await ada.post("/contacts/access", wanted)).json()
    assert [row["result"] for row in done["results"]] == ["updated", "unchanged", "failed"]
    assert (done["updated"], done["unchanged"], done["failed"]) == (1, 1, 1)
    assert (await acme.log_in()).status_code == 401
    await ada.post("/contacts/access", wanted | {"portal_enabled": True})
    assert (await acme.resolve(token)).status_code == 404
    await ada.post("/contacts/access", wanted)
    again = (await ada.post("/contacts/access", wanted)).json()
    assert (again["updated"], again["unchanged"]) == (0, 2)


async def test_where_the_tenant_wants_it_nobody_is_let_in_without_first_and_last_day_f052(acme: Site) -> None:
    await acme.sql("UPDATE portal_settings SET access = '{\"window_required\": true}'")
    ada, ann = acme.app.by(acme.admin), await ann_of(acme)
    renamed = await ada.patch(f"/contacts/{ann['id']}", {"name": "Ann A."}, headers=match(1))
    assert renamed.status_code == 200
    home = {"organisation_id": ann["organisation_id"], "portal_enabled": True}
    refused = await ada.post("/contacts", NEW | home | {"support_end_on": "2999-01-01"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/window-needed")
    assert [error["field"] for error in refused.json()["errors"]] == ["support_start_on"]
    made = await ada.post("/contacts", NEW | home | {"support_start_on": "2020-01-01", "support_end_on": "2999-01-01"})
    assert made.status_code == 201
    shut = await acme.put_contact("eve", portal_enabled=False)
    done = (await ada.post("/contacts/access", {"contact_ids": [shut["id"]], "portal_enabled": True})).json()
    assert done["results"][0]["errors"][0]["field"] == "support_start_on"


async def test_a_window_cannot_end_before_the_start_it_already_has_f052(acme: Site) -> None:
    ada, ann = acme.app.by(acme.admin), await ann_of(acme)
    path = f"/contacts/{ann['id']}"
    await ada.patch(path, {"support_start_on": "2026-05-01"}, headers=match(1))
    refused = await ada.patch(path, {"support_end_on": "2026-04-01"}, headers=match(2))
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/wrong-window")


async def test_an_admin_adds_and_changes_staff_f021_f060(site: Site) -> None:
    """F021, F060."""
    ada = site.app.by(site.admin)
    new = {"name": "Sam Stone", "email": "sam@northwind.example", "roles": ["agent", "registration_mapper"]}
    made = await ada.post("/staff", new | {"on_duty": False})
    assert (made.status_code, made.json()) == (201, IsPartialDict(on_duty=False, active=True, version=1, **new))
    path = f"/staff/{made.json()['id']}"
    changed = await ada.patch(path, {"roles": ["admin"], "on_duty": True}, headers=match(1))
    assert changed.json() == IsPartialDict(roles=["admin"], on_duty=True, version=2)
    assert (await newest(site))["changes"]["roles"] == [["agent", "registration_mapper"], ["admin"]]
    taken = await ada.post("/staff", new | {"email": "ADA@northwind.example"})
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/email-taken")
    for wrong in ({"roles": []}, {"roles": ["king"]}, {"email": "x"}):
        assert (await ada.patch(path, wrong, headers=match(2))).status_code == 422


async def test_the_last_active_admin_stays_one_also_when_two_disable_each_other(site: Site) -> None:
    ada, me = site.app.by(site.admin), f"/staff/{site.admin_id}"
    for change in ({"active": False}, {"roles": ["agent"]}):
        refused = await ada.patch(me, change, headers=match(1))
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/last-admin")
    new = {"name": "Bo", "email": "bo@northwind.example", "roles": ["admin"]}
    bo = (await ada.post("/staff", new)).json()
    both = [ada.patch(f"/staff/{one}", {"active": False}, headers=match(1)) for one in (site.admin_id, bo["id"])]
    assert sorted([answer.status_code for answer in await asyncio.gather(*both)]) == [200, 409]


async def test_whoever_is_no_longer_active_is_out_at_once(site: Site) -> None:
    from identity.testing import ADMIN_PASSWORD

    token = await site.token(email="ada@northwind.example", audience="console", password=ADMIN_PASSWORD)
    ada = site.app.by(site.admin)
    await ada.post("/staff", {"name": "Bo", "email": "bo@northwind.example", "roles": ["admin"]})
    assert (await site.resolve(token)).status_code == 200
    await ada.patch(f"/staff/{site.admin_id}", {"active": False}, headers=match(1))
    assert (await site.resolve(token)).status_code == 404


def writes(ann: Any, lead: Any, admin_id: Any) -> list[tuple[str, str, Any]]:
    home = {"organisation_id": ann["organisation_id"]}
    return [
        ("POST", "/contacts", NEW | home),
        ("PATCH", f"/contacts/{ann['id']}", {"name": "Mine"}),
        ("POST", "/contacts/access", {"contact_ids": [ann["id"]], "portal_enabled": False}),
        ("POST", "/organisations", {"name": "Mine"}),
        ("PATCH", f"/organisations/{ann['organisation_id']}", {"name": "Mine"}),
        ("POST", "/leads", {"name": "Mine", "email": "m@m.example"}),
        ("PATCH", f"/leads/{lead['id']}", {"name": "Mine"}),
        ("POST", f"/leads/{lead['id']}/convert", {}),
        ("POST", "/staff", {"name": "Mine", "email": "m@m.example", "roles": ["admin"]}),
        ("PATCH", f"/staff/{admin_id}", {"name": "Mine"}),
    ]


async def rows_of(site: Site) -> list[list[Any]]:
    statements = (
        f"SELECT id, name, version FROM {table} ORDER BY id" for table in ("contacts", "organisations", "staff")
    )
    return [await site.sql(statement) for statement in statements]


async def test_only_those_who_edit_people_write_and_never_in_another_tenant(acme: Site, brightside: Site) -> None:
    ann, lead = await ann_of(acme), await acme.crm.put("/leads/by-external-id/l", {"name": "L", "email": "l@p.example"})
    person = contact(acme.tenant_id, ann["organisation_id"], id=ann["id"], permissions=frozenset({"people.edit"}))
    nobody: list[tuple[As, set[int]]] = [
        (acme.app.by(staff(acme.tenant_id)), {403}),
        (acme.app.by(person), {403}),
        (acme.app.by(guest(acme.tenant_id)), {403}),
        (acme.app.by(key(acme.tenant_id, "people.read")), {403}),
        (acme.app.by(brightside.admin), {404, 422}),
        (brightside.crm, {403, 404, 422}),
    ]
    before = await rows_of(acme)
    for by, codes in nobody:
        for method, path, body in writes(ann, lead.json(), acme.admin_id):
            answer = await by(method, path, json=body, headers=match(1))
            own = answer.status_code in (200, 201, 409) and by in (nobody[4][0], nobody[5][0])
            assert answer.status_code in codes or own, (method, path, answer.text)
    assert await rows_of(acme) == before


async def test_the_crm_edits_people_but_makes_no_staff_f021(acme: Site) -> None:
    ann = await ann_of(acme)
    renamed = await acme.crm.patch(f"/contacts/{ann['id']}", {"phone": "1"}, headers=match(1))
    assert renamed.json()["phone"] == "1"
    assert (await newest(acme))["place"] == "crm"
    refused = await acme.crm.post("/staff", {"name": "X", "email": "x@x.example", "roles": ["admin"]})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None},
        {"email": "nobody"},
        {"email": None},
        {"organisation_id": None},
        {"modules": ["kings"]},
        {"can_sign": "perhaps"},
        {"king": True},
        {"phone": "x" * 201},
    ],
)
async def test_it_refuses_what_no_contact_can_be(acme: Site, wrong: dict[str, Any]) -> None:
    ann = await ann_of(acme)
    answer = await acme.app.by(acme.admin).patch(f"/contacts/{ann['id']}", wrong, headers=match(1))
    assert answer.status_code == 422, answer.text


async def test_no_route_about_one_person_or_organisation_takes_more_than_four_statements(
    counted: tuple[Site, list[str]],
) -> None:
    site, ran = counted
    ada, auditor = site.app.by(site.admin), site.app.by(staff(site.tenant_id, "audit.read"))
    ann, home = await ann_of(site), {"organisation_id": (await site.put_organisation("nord"))["id"]}
    lead = (await ada.post("/leads", {"name": "Leo", "email": "leo@p.example"})).json()
    sam = (await ada.post("/staff", {"name": "Sam", "email": "sam@n.example", "roles": ["agent"]})).json()
    sk = (await ada.post("/keys", {"name": "k", "scopes": ["crm.write"]})).json()
    ends = {"old_ends_at": (now() + timedelta(days=1)).isoformat()}
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/organisations", {"name": "N", "parent_id": home["organisation_id"]}),
        ("PATCH", f"/organisations/{ann['organisation_id']}", {"parent_id": home["organisation_id"]}),
        ("POST", "/contacts", NEW | home),
        ("PATCH", f"/contacts/{ann['id']}", {"phone": "1"} | home),
        ("POST", "/contacts/access", {"contact_ids": [ann["id"]], "portal_enabled": False}),
        ("POST", "/leads", {"name": "Lea", "email": "lea@p.example"}),
        ("PATCH", f"/leads/{lead['id']}", {"phone": "2"}),
        ("POST", f"/leads/{lead['id']}/convert", home),
        ("GET", "/leads?q=le", None),
        ("POST", "/staff", {"name": "Bo", "email": "bo@n.example", "roles": ["agent"]}),
        ("PATCH", f"/staff/{sam['id']}", {"roles": ["admin"]}),
        ("POST", f"/keys/{sk['id']}/rotate", ends),
    ]
    for method, path, body in calls:
        ran.clear()
        answer = await ada(method, path, json=body, headers=match(1))
        assert answer.status_code in (200, 201), (path, answer.text)
        assert 0 < len(ran) <= 4, (path, [one[:70] for one in ran])
    for path in ("/audit?action=contact", "/audit/verify", "/audit/export", "/contacts/export"):
        ran.clear()
        assert (await auditor.get(path)).status_code == 200
        assert 0 < len(ran) <= 2, (path, [one[:70] for one in ran])
