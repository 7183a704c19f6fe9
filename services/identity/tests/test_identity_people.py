"""Organisations, contacts and staff: what the CRM sends, and who sees whom."""

import asyncio
from typing import Any

import pytest
from dirty_equals import IsPartialDict, IsUUID

from identity import service
from identity.provision import system
from identity.schemas.people import ContactChange, OrganisationChange
from identity.testing import Site
from kit.caller import Caller
from kit.ids import new_id
from kit.testing import contact, guest, key, staff

ANN = {"name": "Ann Archer", "email": "ann@acme.example", "organisation_external_id": "acme", "portal_enabled": True}


async def test_the_crm_makes_an_organisation_and_says_so_once(site: Site) -> None:
    path = "/organisations/by-external-id/acme"
    made = await site.crm.put(path, {"name": "Acme"})
    assert made.status_code == 201
    assert made.json() == IsPartialDict(id=IsUUID, external_id="acme", name="Acme", active=True, version=1)
    again = await site.crm.put(path, {"name": "Acme"})
    assert (again.status_code, again.json()) == (200, made.json())
    renamed = await site.crm.put(path, {"name": "Acme Ltd"})
    assert (renamed.status_code, renamed.json()["version"]) == (200, 2)
    said = [event for event in await site.said() if event["type"] == "organisation.changed.v1"]
    assert [(event["version"], event["data"]["name"]) for event in said] == [(1, "Acme"), (2, "Acme Ltd")]


async def test_the_crm_makes_a_contact_and_says_so_once_f022(site: Site) -> None:
    acme = await site.put_organisation("acme", name="Acme Ltd")
    path = "/contacts/by-external-id/c-1"
    made = await site.crm.put(path, ANN)
    assert made.status_code == 201
    assert made.json() == IsPartialDict(
        external_id="c-1", organisation_id=acme["id"], organisation_name="Acme Ltd", portal_enabled=True, manager=False
    )
    again = await site.crm.put(path, ANN)
    assert (again.status_code, again.json()) == (200, made.json())
    changed = await site.crm.put(path, ANN | {"email_opt_out": True, "modules": ["cases"]})
    assert changed.json() == IsPartialDict(version=2, email_opt_out=True, modules=["cases"])
    said = [event for event in await site.said() if event["type"] == "contact.changed.v1"]
    assert [(event["version"], event["data"]["email_opt_out"]) for event in said] == [(1, False), (2, True)]
    assert said[0]["data"] == IsPartialDict(
        contact_id=made.json()["id"], email="ann@acme.example", organisation_id=acme["id"], portal_enabled=True
    )


async def test_what_the_crm_does_not_name_stays(acme: Site) -> None:
    await acme.put_contact("ann", name="Ann Archer", manager=True, support_end_on="2999-01-01")
    answer = await acme.crm.put(
        "/contacts/by-external-id/ann",
        {"name": "Ann A.", "email": "ann@acme.example", "organisation_external_id": "acme"},
    )
    assert answer.json() == IsPartialDict(name="Ann A.", manager=True, portal_enabled=True, support_end_on="2999-01-01")


async def test_an_address_belongs_to_one_contact_of_a_tenant_f025(acme: Site, brightside: Site) -> None:
    taken = await acme.crm.put("/contacts/by-external-id/other", ANN | {"email": "ANN@acme.example"})
    assert taken.status_code == 409
    assert taken.json()["type"] == "/problems/email-taken"
    await brightside.put_organisation("acme")
    assert (await brightside.crm.put("/contacts/by-external-id/other", ANN)).status_code == 201


async def test_a_contact_keeps_their_own_address_and_may_change_it_f024(acme: Site) -> None:
    await acme.put_contact("ann", name="Ann Archer", email="ann.archer@acme.example")
    assert (await acme.log_in()).status_code == 401
    assert (await acme.log_in("ann.archer@acme.example")).status_code == 201
    assert (await acme.crm.put("/contacts/by-external-id/new", ANN)).status_code == 201


async def test_two_requests_for_one_new_contact_make_one(acme: Site) -> None:
    new = ANN | {"email": "new@acme.example"}
    answers = await asyncio.gather(*(acme.crm.put("/contacts/by-external-id/new", new) for _ in range(4)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes.count(201) == 1
    assert set(codes) <= {200, 201, 409}
    assert len(await acme.sql("SELECT FROM contacts WHERE external_id = 'new'")) == 1


async def test_an_unknown_organisation_is_refused_with_its_name_f023(acme: Site, brightside: Site) -> None:
    await brightside.put_organisation("theirs")
    for name in ("nowhere", "theirs"):
        refused = await acme.crm.put("/contacts/by-external-id/c", ANN | {"organisation_external_id": name})
        assert refused.status_code == 422
        assert refused.json()["errors"] == [{"field": "organisation_external_id", "detail": f"{name} is not known"}]
        refused = await acme.crm.put("/organisations/by-external-id/o", {"name": "O", "parent_external_id": name})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-organisation")


async def test_nobody_is_put_below_themselves(site: Site) -> None:
    await site.put_organisation("top")
    await site.put_organisation("middle", parent_external_id="top")
    await site.put_organisation("bottom", parent_external_id="middle")
    for name, parent in (("top", "bottom"), ("top", "top"), ("middle", "bottom")):
        refused = await site.crm.put(
            f"/organisations/by-external-id/{name}", {"name": name, "parent_external_id": parent}
        )
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/circular-hierarchy")
    freed = await site.put_organisation("middle", parent_external_id=None)
    assert freed["parent_id"] is None
    await site.put_organisation("top", parent_external_id="middle")


async def test_a_batch_makes_parents_and_children_together(site: Site) -> None:
    many = 300
    organisations = {
        f"o{n}": OrganisationChange(name=f"O {n}", parent_external_id=f"o{n // 2}" if n else None) for n in range(many)
    }
    contacts = {
        f"c{n}": ContactChange(name=f"C {n}", email=f"c{n}@x.example", organisation_external_id=f"o{n}")
        for n in range(many)
    }
    for expected in (True, False):
        async with site.database.transaction(site.tenant_id) as tx:
            made = await service.upsert_organisations(tx, system(site.tenant_id), organisations)
            people = await service.upsert_contacts(tx, system(site.tenant_id), contacts)
        assert {is_new for _, is_new in made} == {one.is_new for one in people} == {expected}
    [counted] = await site.sql("SELECT count(*) AS many, count(parent_id) AS below FROM organisations")
    assert (counted["many"], counted["below"]) == (many, many - 1)
    assert len(await site.said()) == 2 + 2 * many


async def test_only_the_crm_writes_the_directory(acme: Site) -> None:
    person = contact(acme.tenant_id, new_id(), permissions=frozenset({"organisation.manage", "crm.write"}))
    for caller in (person, guest(acme.tenant_id), key(acme.tenant_id, "people.read"), acme.admin):
        by = acme.app.by(caller)
        assert (await by.put("/organisations/by-external-id/acme", {"name": "Mine"})).status_code == 403
        assert (await by.put("/contacts/by-external-id/ann", ANN | {"name": "Mine"})).status_code == 403


async def test_staff_see_everybody_by_name_page_by_page(site: Site) -> None:
    names = ["alpha", "Beta", "gamma", "Zulu " + "ü" * 190, "eta", "Émile", "beta"]
    for number, name in enumerate(names):
        await site.put_organisation(f"o{number}", name=name)
        await site.put_contact(f"c{number}", f"o{number}", name=name)
    by = site.app.by(staff(site.tenant_id))
    for path in ("/organisations", "/contacts"):
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await by.get(f"{path}?limit=2{cursor}")).json()
            seen += [row["name"] for row in page["items"]]
            assert page["total"] == {"count": len(names), "capped": False}
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert seen == sorted(names, key=lambda name: name.lower())


async def test_search_finds_parts_of_names_and_addresses_inside_the_tenant(acme: Site, brightside: Site) -> None:
    await acme.put_contact("eve_1", name="Eve Eaton")
    by, mallory = acme.app.by(staff(acme.tenant_id)), acme.app.by(staff(brightside.tenant_id))
    for q, found in (("archer", ["Ann Archer"]), ("ve_1@", ["Eve Eaton"]), ("%", []), ("nn_arch", [])):
        page = (await by.get("/contacts", params={"q": q})).json()
        assert [row["name"] for row in page["items"]] == found
        assert page["total"]["count"] == len(found)
        assert (await mallory.get("/contacts", params={"q": q})).json()["items"] == []
    assert [row["name"] for row in (await by.get("/organisations?q=cme")).json()["items"]] == ["Acme Ltd"]
    assert (await mallory.get("/organisations?q=cme")).json()["items"] == []
    assert [row["name"] for row in (await by.get("/staff?q=abb")).json()["items"]] == ["Ada Abbot"]


async def test_contacts_are_listed_by_organisation(acme: Site) -> None:
    zeta = await acme.put_organisation("zeta")
    await acme.put_contact("eve", "zeta", name="Eve Eaton")
    page = (await acme.app.by(staff(acme.tenant_id)).get(f"/contacts?organisation_id={zeta['id']}")).json()
    assert [row["name"] for row in page["items"]] == ["Eve Eaton"]
    assert page["items"][0]["organisation_name"] == "zeta"


async def _ann_bob_eve(acme: Site) -> tuple[Caller, Caller, dict[str, Any]]:
    bob = await acme.put_contact("bob", name="Bob Barnes", manager=True)
    await acme.put_organisation("zeta")
    eve = await acme.put_contact("eve", "zeta", name="Eve Eaton")
    [ann] = await acme.sql("SELECT id FROM contacts WHERE external_id = 'ann'")
    acme_id = bob["organisation_id"]
    manages = frozenset({"organisation.manage"})
    return (
        contact(acme.tenant_id, acme_id, id=ann["id"]),
        contact(acme.tenant_id, acme_id, id=bob["id"], permissions=manages),
        eve,
    )


async def test_a_contact_sees_themselves_and_their_organisation_f056_f057(acme: Site) -> None:
    ann, bob, eve = await _ann_bob_eve(acme)
    seen = (await acme.app.by(ann).get("/contacts")).json()
    assert [row["name"] for row in seen["items"]] == ["Ann Archer"]
    assert seen["total"]["count"] == 1
    of_bob = (await acme.app.by(bob).get("/contacts")).json()
    assert [row["name"] for row in of_bob["items"]] == ["Ann Archer", "Bob Barnes"]
    assert (await acme.app.by(bob).get("/contacts?q=eve")).json()["items"] == []
    organisations = (await acme.app.by(ann).get("/organisations")).json()
    assert [row["name"] for row in organisations["items"]] == ["Acme Ltd"]
    for caller in (ann, bob):
        missing = await acme.app.by(caller).get(f"/contacts/{new_id()}")
        denied = await acme.app.by(caller).get(f"/contacts/{eve['id']}")
        assert denied.status_code == missing.status_code == 404
        assert denied.json() == missing.json()
        hidden = await acme.app.by(caller).get(f"/organisations/{eve['organisation_id']}")
        assert hidden.status_code == 404
    assert (await acme.app.by(ann).get(f"/contacts/{bob.id}")).status_code == 404
    assert (await acme.app.by(bob).get(f"/contacts/{ann.id}")).status_code == 200
    assert (await acme.app.by(ann).get(f"/organisations/{ann.organisation_id}")).status_code == 200


async def test_guests_feeding_keys_of_others_and_another_tenant_see_nobody(acme: Site, brightside: Site) -> None:
    ann, _, eve = await _ann_bob_eve(acme)
    strangers = (
        guest(acme.tenant_id),
        key(acme.tenant_id, "cases.read"),
        key(brightside.tenant_id, "crm.write"),
        staff(brightside.tenant_id),
        contact(brightside.tenant_id, ann.organisation_id or new_id(), id=ann.id),
    )
    for caller in strangers:
        by = acme.app.by(caller)
        assert (await by.get("/contacts")).json()["items"] == []
        assert (await by.get("/organisations")).json()["items"] == []
        for path in (f"/contacts/{ann.id}", f"/contacts/{eve['id']}", f"/organisations/{ann.organisation_id}"):
            assert (await by.get(path)).status_code == 404
        assert (await by.patch("/staff/me", {"on_duty": False})).status_code == 404
    assert (await acme.app.by(ann).get("/staff")).json()["items"] == []


async def test_staff_go_off_duty_and_say_so_once_f060(site: Site) -> None:
    ada = site.app.by(site.admin)
    for _ in range(2):
        changed = await ada.patch("/staff/me", {"on_duty": False})
        assert changed.json() == IsPartialDict(name="Ada Abbot", on_duty=False, version=2)
    said = [event for event in await site.said() if event["type"] == "staff.changed.v1"]
    assert [(event["version"], event["data"]["on_duty"]) for event in said] == [(1, True), (2, False)]
    assert (await ada.get("/staff")).json()["items"] == [IsPartialDict(on_duty=False, roles=["agent", "admin"])]


async def test_me_is_the_caller(acme: Site) -> None:
    ann = contact(acme.tenant_id, new_id())
    answer = (await acme.app.by(ann).get("/me")).json()
    assert answer["person"] == {"id": str(ann.id), "name": ann.name, "kind": "contact", "email": ann.email}
    assert answer["caller"]["organisation_id"] == str(ann.organisation_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": "a@b.c\nBcc: x@y.example"},
        {"name": ""},
        {"name": "a\x00b"},
        {"name": "x" * 201},
        {"portal_enabled": None},
        {"manager": "perhaps"},
        {"modules": ["kitchen"]},
        {"support_start_on": "2026-02-30"},
        {"support_start_on": "2026-02-02", "support_end_on": "2026-02-01"},
        {"surprise": 1},
        {"organisation_external_id": None},
    ],
)
async def test_it_refuses_a_contact_that_makes_no_sense(acme: Site, wrong: dict[str, Any]) -> None:
    answer = await acme.crm.put("/contacts/by-external-id/ann", ANN | wrong)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


async def test_it_refuses_lists_that_make_no_sense(site: Site) -> None:
    by = site.app.by(staff(site.tenant_id))
    for path in ("/contacts", "/organisations", "/staff"):
        for query, status in (
            ("limit=0", 422),
            ("limit=101", 422),
            ("cursor=abc", 400),
            ("cursor=WyJ4Il0", 400),
            ("surprise=1", 422),
            ("q=%00", 400),
            (f"q={'x' * 201}", 422),
        ):
            assert (await by.get(f"{path}?{query}")).status_code == status, (path, query)
    assert (await by.get("/contacts/ann")).status_code == 422
    assert (await site.crm.put(f"/organisations/by-external-id/{'x' * 201}", {"name": "X"})).status_code == 422
