"""My Details, company: changed by whom they belong to, told to the CRM, and noted."""

from typing import Any

import pytest
from dirty_equals import IsPartialDict

from identity.testing import Site
from kit.caller import Caller
from kit.seal import Seal
from kit.testing import SEALING_KEY, As

SEAL = Seal(SEALING_KEY)
NEW = "ann.archer@acme.example"


async def person(site: Site, name: str = "ann") -> As:
    found = await site.resolve(await site.token(email=f"{name}@acme.example"))
    return site.app.by(Caller.model_validate(found.json()["caller"]))


@pytest.fixture
async def ann(acme: Site) -> As:
    return await person(acme)


async def letters(site: Site) -> list[dict[str, Any]]:
    return [one["data"] for one in await site.said() if one["type"] == "access.issued.v1"]


async def secret(site: Site) -> str:
    """The secret in the newest letter's link."""
    path: str = SEAL.open((await letters(site))[-1]["sealed"])["path"]
    return path.rsplit("/", 1)[1]


async def confirm(site: Site, token: str, verb: str = "confirm") -> int:
    by = site.app.by(Caller(kind="system", tenant_id=site.tenant_id, name="gateway"))
    return (await by.post(f"/internal/email-changes/{verb}", {"token": token})).status_code


async def test_a_contact_changes_their_own_details_and_the_crm_hears_of_it_f055(acme: Site, ann: As) -> None:
    read = await ann.get("/me/details")
    wanted = {"name": "Ann Arch", "phone": "+44 20 7946 0000", "job_title": "Buyer"}
    changed = await ann.patch("/me/details", wanted, headers={"if-match": read.headers["etag"]})
    assert changed.json() == IsPartialDict(**wanted, version=read.json()["version"] + 1)
    assert (await acme.said())[-1]["data"] == IsPartialDict(name="Ann Arch", phone=wanted["phone"], job_title="Buyer")
    [line] = await acme.sql("SELECT place, changes FROM audit WHERE action = 'contact.changed'")
    assert (line["place"], line["changes"]["job_title"]) == ("portal", ["", "Buyer"])
    stale = await ann.patch("/me/details", {"phone": "1"}, headers={"if-match": read.headers["etag"]})
    assert stale.status_code == 412


async def test_nobody_grants_themselves_anything_by_their_details(ann: As) -> None:
    for field in ("manager", "email", "organisation_id", "portal_enabled", "modules"):
        assert (await ann.patch("/me/details", {field: "x"}, headers={"if-match": '"1"'})).status_code == 422


async def test_details_are_a_contacts_alone(acme: Site) -> None:
    for nobody in (acme.app.by(acme.admin), acme.crm):
        assert (await nobody.get("/me/details")).status_code == 404
        assert (await nobody.get("/me/company")).status_code == 404
        assert (await nobody.post("/me/email", {"email": NEW})).status_code == 404
        assert (await nobody.patch("/me/details", {"phone": "1"}, headers={"if-match": '"1"'})).status_code == 404


async def test_a_new_address_is_the_user_name_once_it_is_confirmed_f024_f055(acme: Site, ann: As) -> None:
    assert (await ann.post("/me/email", {"email": NEW})).status_code == 202
    [letter] = await letters(acme)
    assert (letter["template"], letter["email"], letter["person_id"]) == ("email_change", NEW, None)
    token = await secret(acme)
    assert [await confirm(acme, token, "look") for _ in range(2)] == [200, 200]
    assert (await acme.log_in()).status_code == 201
    assert [await confirm(acme, token) for _ in range(2)] == [200, 404]
    assert ((await acme.log_in()).status_code, (await acme.log_in(NEW)).status_code) == (401, 201)
    told = (await letters(acme))[-1]
    assert (told["template"], told["email"]) == ("email_changed", "ann@acme.example")
    changed = [one for one in await acme.said() if one["type"] == "contact.changed.v1"]
    assert changed[-1]["data"]["email"] == NEW


async def test_links_sent_to_the_old_address_are_over(acme: Site, ann: As) -> None:
    await acme.sql(
        "INSERT INTO tokens SELECT tenant_id, id, 'hash', 'reset', id, email, '{}', now(), now() + interval '1 hour' "
        "FROM contacts"
    )
    await ann.post("/me/email", {"email": NEW})
    assert await confirm(acme, await secret(acme)) == 200
    assert await acme.sql("SELECT 1 FROM tokens WHERE used_at IS NULL") == []


async def test_asked_for_again_only_the_newest_link_is_good(acme: Site, ann: As) -> None:
    await ann.post("/me/email", {"email": NEW})
    first = await secret(acme)
    await ann.post("/me/email", {"email": "ann2@acme.example"})
    assert [await confirm(acme, one) for one in (first, await secret(acme))] == [404, 200]


async def test_an_address_of_somebody_else_is_answered_alike_and_never_taken_f025(acme: Site, ann: As) -> None:
    await acme.put_contact("eve")
    free, taken = [await ann.post("/me/email", {"email": f"{name}@acme.example"}) for name in ("free", "eve")]
    assert (free.status_code, taken.status_code) == (202, 202)
    assert free.json().keys() == taken.json().keys()
    assert await confirm(acme, await secret(acme)) == 409
    assert (await acme.log_in()).status_code == 201


async def test_a_link_of_another_tenant_or_purpose_or_of_who_is_out_is_over(
    acme: Site, ann: As, brightside: Site
) -> None:
    await ann.post("/me/email", {"email": NEW})
    token = await secret(acme)
    assert await confirm(brightside, token) == 404
    await acme.put_contact("ann", portal_enabled=False)
    assert [await confirm(acme, token, verb) for verb in ("look", "confirm")] == [404, 404]
    assert (await acme.crm.post("/internal/email-changes/confirm", {"token": token})).status_code == 404


async def test_nobody_has_letters_sent_without_end_or_to_the_address_they_have(acme: Site, ann: As) -> None:
    assert (await ann.post("/me/email", {"email": "ANN@acme.example"})).status_code == 422
    answers = [(await ann.post("/me/email", {"email": f"a{n}@acme.example"})).status_code for n in range(6)]
    assert answers == [202] * 5 + [429]


async def test_everybody_reads_the_company_and_its_manager_changes_it_f056(acme: Site, ann: As) -> None:
    company = await ann.get("/me/company")
    assert company.json() == IsPartialDict(
        name="Acme Ltd", may_edit=False, wanted=["registered_office", "business_type"]
    )
    etag = {"if-match": company.headers["etag"]}
    assert (await ann.patch("/me/company", {"phone": "1"}, headers=etag)).status_code == 403
    await acme.put_contact("bob", manager=True)
    bob = await person(acme, "bob")
    wanted = {"phone": "+44 1", "address": {"city": "Leeds"}, "registered_office": "Leeds", "business_type": "Ltd"}
    changed = await bob.patch("/me/company", wanted, headers=etag)
    assert changed.json() == IsPartialDict(phone="+44 1", may_edit=True, wanted=[])
    said = (await acme.said())[-1]
    assert (said["type"], said["data"]["registered_office"]) == ("organisation.changed.v1", "Leeds")
    assert said["data"]["address"]["city"] == "Leeds"
    assert (await bob.patch("/me/company", {"phone": "2"}, headers=etag)).status_code == 412
    [line] = await acme.sql("SELECT place, actor_name FROM audit WHERE action = 'organisation.changed'")
    assert tuple(line) == ("portal", "Bob")


async def test_a_manager_renames_moves_and_shuts_no_organisation(acme: Site) -> None:
    await acme.put_contact("bob", manager=True)
    bob = await person(acme, "bob")
    for field in ("name", "parent_id", "active", "email_domains"):
        assert (await bob.patch("/me/company", {field: "x"}, headers={"if-match": '"1"'})).status_code == 422
