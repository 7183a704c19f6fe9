"""F102, F109, F180: a CRM names what was made here: a case, a note, a project and its parts."""

import json
from typing import Any

import pytest
from dirty_equals import IsPartialDict
from yard import Yard

from cases.models import KnownPerson
from kit.db import Database
from kit.ids import new_id
from kit.testing import As, contact, guest, key, staff

NOTHING = str(new_id())


@pytest.fixture
async def ann(yard: Yard, database: Database) -> As:
    """A contact of Acme, who opens cases in the portal."""
    await _known(database, yard)
    return yard.cases.by(contact(yard.tenant, yard.acme, id=yard.ann_id, modules=frozenset({"cases", "projects"})))


async def _known(database: Database, yard: Yard) -> None:
    async with database.transaction(yard.tenant) as tx:
        assert await tx.get(KnownPerson, (yard.tenant, yard.ann_id)) is not None


@pytest.fixture
def crm(yard: Yard) -> As:
    """The tenant's CRM."""
    return yard.cases.by(key(yard.tenant, "crm.write", "cases.read", "projects.read"))


async def opened(ann: As, subject: str = "Router down") -> dict[str, Any]:
    made = await ann.post("/cases", {"subject": subject, "body": "Since noon."})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


async def named(crm: As, path: str, external_id: str = "T-1") -> Any:
    return await crm.put(f"{path}/external-id", {"external_id": external_id})


async def last_said(yard: Yard, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((await yard.said(kind))[-1])
    return found["data"] | {"version": found["version"]}


async def test_a_crm_names_a_case_opened_in_the_portal_once_and_works_on_it_by_that_name_f102(
    yard: Yard, crm: As, ann: As, statements: list[str]
) -> None:
    case = await opened(ann)
    statements.clear()
    answer = await named(crm, f"/cases/{case['reference']}")
    assert (answer.status_code, answer.json()) == (200, {"id": case["id"], "external_id": "T-1", "version": 2})
    assert len(statements) <= 4, statements
    told = await last_said(yard, "case.changed.v1")
    assert told == IsPartialDict(fields=["external_id"], external_id="T-1", version=2, note=None)
    again = await named(crm, f"/cases/{case['id']}")
    assert (again.status_code, again.json()) == (200, answer.json())
    assert len(await yard.said("case.changed.v1")) == 1, "said once"
    assert (await crm.get("/cases/by-external-id/T-1")).json()["id"] == case["id"]
    changed = await crm.put(
        "/cases/by-external-id/T-1", {"contact_external_id": "ann", "status": "in_progress", "subject": "Router down"}
    )
    assert (changed.status_code, changed.json()["result"]) == (200, "updated"), changed.text
    seen = (await ann.get(f"/cases/{case['id']}")).json()
    assert (seen["status"]["key"], seen["external_id"]) == ("in_progress", None)


async def test_a_name_that_is_taken_and_a_record_that_has_one_are_refused_with_what_is_the_matter_f102(
    crm: As, ann: As
) -> None:
    first, second = await opened(ann), await opened(ann, "Printer")
    await named(crm, f"/cases/{first['id']}")
    taken = await named(crm, f"/cases/{second['id']}")
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/external-id-taken")
    assert taken.json()["errors"][0]["field"] == "external_id"
    other = await named(crm, f"/cases/{first['id']}", "T-2")
    assert (other.status_code, other.json()["type"]) == (409, "/problems/named-otherwise")
    assert "T-1" in other.json()["detail"]
    assert (await crm.get(f"/cases/{first['id']}")).json()["external_id"] == "T-1"
    assert (await named(crm, f"/cases/{second['id']}", "T-2")).status_code == 200


async def test_a_note_written_in_the_portal_is_named_and_never_one_among_staff_f109(
    yard: Yard, crm: As, ann: As
) -> None:
    case, sam = await opened(ann), yard.cases.by(staff(yard.tenant, "cases.answer"))
    notes = f"/cases/{case['id']}/notes"
    said = (await ann.post(notes, {"body": "Still dark."})).json()
    secret = (await sam.post(notes, {"body": "Hm.", "visibility": "internal"})).json()
    answer = await named(crm, f"{notes}/{said['id']}", "N-1")
    assert (answer.status_code, answer.json()["external_id"], answer.json()["version"]) == (200, "N-1", 4)
    event = await last_said(yard, "case.changed.v1")
    assert event == IsPartialDict(fields=["notes"], note={"id": said["id"], "external_id": "N-1"}, version=4)
    assert (await named(crm, f"{notes}/{said['id']}", "N-1")).json() == answer.json()
    assert (await named(crm, f"{notes}/{secret['id']}", "N-2")).status_code == 404
    await named(crm, f"/cases/{case['id']}")
    same = await crm.put("/cases/by-external-id/T-1/notes/N-1", {"body": "Still dark."})
    assert (same.status_code, same.json()["result"]) == (200, "unchanged"), "it is known by that name from now on"
    for other in ({"body": "All is well."}, {"body": "Still dark.", "visibility": "internal"}):
        refused = await crm.put("/cases/by-external-id/T-1/notes/N-1", other)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/written-here")
    told = (await ann.get(f"/cases/{case['id']}")).json()["timeline"]
    assert "<p>Still dark.</p>" in [entry["body_html"] for entry in told]


async def test_projects_tasks_and_milestones_made_here_are_named_f180(yard: Yard, crm: As) -> None:
    project = await yard.project()
    path = f"/projects/{project['id']}"
    answer = await named(crm, path, "P-1")
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert await last_said(yard, "project.changed.v1") == IsPartialDict(external_id="P-1", version=2)
    for kind in ("tasks", "milestones"):
        one, two = [(await yard.sam.post(f"{path}/{kind}", {"title": title})).json() for title in ("Dig", "Splice")]
        made = await named(crm, f"{path}/{kind}/{one['id']}", "X-1")
        assert (made.status_code, made.json()) == (200, {"id": one["id"], "external_id": "X-1", "version": 2}), (
            made.text
        )
        assert (await named(crm, f"{path}/{kind}/{one['id']}", "X-1")).json() == made.json()
        taken = await named(crm, f"{path}/{kind}/{two['id']}", "X-1")
        assert (taken.status_code, taken.json()["type"]) == (409, "/problems/external-id-taken")
        assert (await named(crm, f"{path}/{kind}/{one['id']}", "X-2")).json()["type"] == "/problems/named-otherwise"
        assert (await named(crm, f"{path}/{kind}/{NOTHING}", "X-3")).status_code == 404
    changed = await crm.put("/projects/by-external-id/P-1/tasks/X-1", {"title": "Dig deeper"})
    assert (changed.status_code, changed.json()["version"]) == (200, 3)


async def test_only_a_key_that_feeds_and_reads_names_f102_f180(yard: Yard, ann: As) -> None:
    case, project = await opened(ann), await yard.project()
    tenant = yard.tenant
    everything = ("crm.write", "cases.read", "projects.read")
    for who in (
        staff(tenant, "projects.write"),
        contact(tenant, yard.acme),
        guest(tenant),
        key(tenant, *everything[1:]),
    ):
        for path in (f"/cases/{case['id']}", f"/projects/{project['id']}"):
            assert (await named(yard.cases.by(who), path)).status_code in (403, 404), (who.kind, path)
    for who in (key(tenant, "crm.write"), key(new_id(), *everything)):
        for path in (f"/cases/{case['id']}", f"/cases/{case['id']}/notes/{NOTHING}", f"/projects/{project['id']}"):
            assert (await named(yard.cases.by(who), path)).status_code == 404, path
    sound = yard.cases.by(key(tenant, *everything))
    for wrong in ("", " ", "x" * 201, "a\x00b", None):
        answer = await sound.put(f"/cases/{case['id']}/external-id", {"external_id": wrong})
        assert answer.status_code == 422, wrong
