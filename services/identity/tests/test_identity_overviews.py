"""A record with what stands around it: one answer for one page of the console."""

from identity.queries.overviews import SHOWN
from identity.testing import Site
from kit.testing import contact, staff


async def test_a_contacts_overview_says_how_they_get_in_and_whom_they_act_for_f027(
    acme: Site, brightside: Site
) -> None:
    """F022, F027, O+8: the trail only for whoever may read it."""
    await acme.put_organisation("zeta", name="Zeta GmbH")
    await acme.crm.put("/contacts/by-external-id/ann/memberships/by-external-id/zeta", {"manager": True})
    [row] = await acme.sql("SELECT id, organisation_id FROM contacts")
    path = f"/contacts/{row['id']}/overview"
    ada = acme.app.by(staff(acme.tenant_id, "people.edit", "audit.read"))
    around = (await ada.get(path)).json()
    assert (around["contact"]["name"], around["contact"]["organisation_name"]) == ("Ann Archer", "Acme Ltd")
    assert (around["access"]["may"]["edit"], around["pin"]) == (True, None)
    assert [(one["organisation_name"], one["manager"]) for one in around["memberships"]] == [("Zeta GmbH", True)]
    assert around["history"]["items"][-1]["action"] == "contact.made"
    agent = (await acme.app.by(staff(acme.tenant_id)).get(path)).json()
    assert (agent["history"], agent["access"]["may"]["edit"]) == (None, False)
    ann = acme.app.by(contact(acme.tenant_id, row["organisation_id"], id=row["id"]))
    stranger = brightside.app.by(brightside.admin)
    assert [(await one.get(path)).status_code for one in (ann, stranger)] == [404, 404]


async def test_an_organisations_overview_shows_its_family_and_its_people_o7(acme: Site, brightside: Site) -> None:
    """O+7: above it, below it by name, and never more than a page of either."""
    parent = await acme.put_organisation("parent", name="Acme Holding")
    acme_id = (await acme.put_organisation("acme", name="Acme Ltd", parent_external_id="parent"))["id"]
    for number in range(SHOWN + 2):
        await acme.put_organisation(f"child-{number}", name=f"Child {number:02}", parent_external_id="acme")
    ada = acme.app.by(staff(acme.tenant_id, "people.edit", "audit.read"))
    around = (await ada.get(f"/organisations/{acme_id}/overview")).json()
    assert (around["organisation"]["name"], around["above"]["id"]) == ("Acme Ltd", parent["id"])
    assert [one["name"] for one in around["below"]] == [f"Child {number:02}" for number in range(SHOWN)]
    assert (around["more_below"], around["more_contacts"]) == (True, False)
    assert [one["name"] for one in around["contacts"]] == ["Ann Archer"]
    top = (await ada.get(f"/organisations/{parent['id']}/overview")).json()
    assert (top["above"], [one["name"] for one in top["below"]], top["more_below"]) == (None, ["Acme Ltd"], False)
    assert around["history"]["items"]
    stranger, ann = brightside.app.by(brightside.admin), acme.app.by(contact(acme.tenant_id, acme_id))
    answers = [await one.get(f"/organisations/{acme_id}/overview") for one in (stranger, ann)]
    assert [answer.status_code for answer in answers] == [404, 404]
