"""A CRM PUTs by its own ids: a record is as it last said; where it names a version, that one alone is changed."""

from typing import Any

import pytest
from dirty_equals import IsPartialDict
from yard import Yard

CASE: dict[str, Any] = {"subject": "Router down", "contact_external_id": "ann", "body": "Since noon."}
PROJECT = {"name": "Fibre", "organisation_external_id": "acme", "tasks": [{"external_id": "t1", "title": "Walk"}]}
_CASE, _PROJECT = "/cases/by-external-id/crm-1", "/projects/by-external-id/P-1"
KINDS = {
    "case": (_CASE, CASE, {"subject": "Router on fire"}, {"subject": "Out"}),
    "note": (f"{_CASE}/notes/n-1", {"body": "We look."}, {"body": "We looked."}, {"body": "Out"}),
    "project": (_PROJECT, PROJECT, {"name": "Copper"}, {"name": "Out"}),
    "task": (f"{_PROJECT}/tasks/t1", {"title": "Walk"}, {"title": "Run"}, {"title": "Out"}),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_record_that_is_not_the_one_the_crm_meant_stays_as_it_is_f102_f109_f180(yard: Yard, kind: str) -> None:
    """F102, F109, F180: 412 undoes the whole write, and no word of it goes out; without If-Match the last one wins."""
    address, first, change, stale = KINDS[kind]
    assert (await yard.crm.put(_CASE, CASE)).status_code == 201
    assert (await yard.crm.put(_PROJECT, PROJECT)).status_code == 201
    made = await yard.crm.put(address, first)
    assert made.status_code in (200, 201), made.text
    tag = {"if-match": made.headers["etag"]}
    changed = await yard.crm.put(address, first | change, headers=tag)
    assert (changed.status_code, changed.headers["etag"] != tag["if-match"]) == (200, True), changed.text
    said = [await yard.said(name) for name in ("case.changed.v1", "case.note_added.v1", "project.changed.v1")]
    for wrong in (tag, {"if-match": '"0"'}, {"if-match": "*"}):
        for body in (first | stale, first | change):
            refused = await yard.crm.put(address, body, headers=wrong)
            assert (refused.status_code, refused.json()) == (412, IsPartialDict(type="/problems/version-stale"))
    assert [await yard.said(name) for name in ("case.changed.v1", "case.note_added.v1", "project.changed.v1")] == said
    again = await yard.crm.put(address, first | change, headers={"if-match": changed.headers["etag"]})
    assert (again.status_code, again.headers["etag"]) == (200, changed.headers["etag"])
    assert (await yard.crm.put(address, first | stale)).status_code == 200


async def test_what_is_not_there_yet_is_made_by_the_version_0_alone(yard: Yard) -> None:
    assert (await yard.crm.put(_CASE, CASE, headers={"if-match": '"1"'})).status_code == 412
    assert (await yard.crm.put(_CASE, CASE, headers={"if-match": '"0"'})).status_code == 201
    assert (await yard.crm.put(_PROJECT, PROJECT, headers={"if-match": '"1"'})).status_code == 412
    assert (await yard.crm.put(_PROJECT, PROJECT, headers={"if-match": '"0"'})).status_code == 201
