"""The directory by the CRM's ids: a record is as it last said; where it names a version, that one alone is changed."""

from typing import Any

import pytest
from dirty_equals import IsPartialDict

from identity.testing import Site

ZOE = {"name": "Zoe Zimmer", "email": "zoe@acme.example", "organisation_external_id": "acme"}
LEE = {"name": "Lee Lead", "email": "lee@lead.example"}
KINDS: dict[str, dict[str, Any]] = {"organisations": {"name": "Initech"}, "contacts": ZOE, "leads": LEE}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_record_that_is_not_the_one_the_crm_meant_stays_as_it_is_f022_f026(acme: Site, kind: str) -> None:
    """F022, F026: 412 undoes the whole write, and no word of it goes out; without If-Match the last one wins."""
    path, body = f"/{kind}/by-external-id/one", KINDS[kind]
    assert (await acme.crm.put(path, body, headers={"if-match": '"1"'})).status_code == 412
    made = await acme.crm.put(path, body, headers={"if-match": '"0"'})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"'), made.text
    changed = await acme.crm.put(path, body | {"phone": "+44 20 1"}, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    said = await acme.said()
    for wrong in ('"1"', '"0"', '"3"', "*"):
        for phone in ("+44 20 2", "+44 20 1"):
            refused = await acme.crm.put(path, body | {"phone": phone}, headers={"if-match": wrong})
            assert (refused.status_code, refused.json()) == (412, IsPartialDict(type="/problems/version-stale"))
    assert await acme.said() == said
    read = await acme.app.by(acme.admin).get(f"/{kind}/{made.json()['id']}")
    assert (read.headers["etag"], read.json()["phone"]) == ('"2"', "+44 20 1"), "what is read says what to name"
    assert (await acme.crm.put(path, body | {"phone": "+44 20 3"})).headers["etag"] == '"3"'
