"""Who sees which document: in the list, on the page, for download."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import httpx
import pytest

from contracts import Actor, CaseNoteAdded
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import Served, contact, guest, key, staff

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)
Doing = Callable[..., Awaitable[Any]]


@pytest.fixture
async def anns(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


@pytest.fixture
async def on_case(documents: Served, anns: Caller, bus: Any, uploaded: Doing) -> dict[str, Any]:
    """A document of Ann's on a case of hers."""
    case_id = await bus.open_case(anns)
    made: dict[str, Any] = await uploaded(documents.by(anns), case_id=str(case_id))
    assert made["links"] == [{"kind": "case", "id": str(case_id)}]
    return made


async def sees(documents: Served, caller: Caller, document: dict[str, Any]) -> bool:
    """Everywhere the same: list, list of the case, search, object and download."""
    client = documents.by(caller)
    case_id = document["links"][0]["id"]
    lists = [(await client.get(f"/documents{query}")).json() for query in ("", f"?case_id={case_id}", "?q=photo")]
    listed = {document["id"] in [item["id"] for item in found["items"]] for found in lists}
    counted = {found["total"]["count"] for found in lists}
    read = (await client.get(f"/documents/{document['id']}")).status_code
    download = (await client.get(f"/documents/{document['id']}/download")).status_code
    told = (listed, counted, read, download)
    assert told in (({True}, {1}, 200, 303), ({False}, {0}, 404, 404))
    return listed == {True}


async def test_its_uploader_and_staff_and_a_reading_key_see_it(
    documents: Served, tenant: UUID, anns: Caller, on_case: dict[str, Any]
) -> None:
    for caller in (anns, staff(tenant), key(tenant, "documents.read")):
        assert await sees(documents, caller, on_case)


async def test_another_tenant_another_organisation_a_guest_and_a_feeding_key_do_not(
    documents: Served, tenant: UUID, acme: UUID, anns: Caller, on_case: dict[str, Any]
) -> None:
    wide = {"cases": "organisation"}
    strangers = [
        staff(new_id()),
        key(new_id(), "documents.read"),
        anns.model_copy(update={"tenant_id": new_id()}),
        contact(new_id(), acme, scopes=wide),
        contact(tenant, new_id(), scopes=wide),
        contact(tenant, acme),
        guest(tenant),
        key(tenant, "crm.write"),
    ]
    for stranger in strangers:
        assert not await sees(documents, stranger, on_case), stranger


async def test_a_colleague_sees_it_with_the_scope_of_organisation_or_hierarchy_f067_f068(
    documents: Served, tenant: UUID, acme: UUID, on_case: dict[str, Any]
) -> None:
    assert await sees(documents, contact(tenant, acme, scopes={"cases": "organisation"}), on_case)
    above = contact(tenant, new_id(), scopes={"cases": "hierarchy"}, organisation_ids=(new_id(), acme))
    assert await sees(documents, above, on_case)


async def test_a_follower_of_the_case_sees_it_until_they_follow_no_more_f111(
    documents: Served, tenant: UUID, acme: UUID, anns: Caller, bus: Any, on_case: dict[str, Any]
) -> None:
    follower = contact(tenant, acme)
    case_id = UUID(on_case["links"][0]["id"])
    await bus.say(noted(case_id, anns, watcher_ids=[follower.id]), version=2)
    assert await sees(documents, follower, on_case)
    await bus.say(noted(case_id, anns, watcher_ids=[]), version=3)
    assert not await sees(documents, follower, on_case)


async def test_what_staff_attach_among_themselves_no_customer_sees_f110(
    documents: Served, tenant: UUID, acme: UUID, anns: Caller, bus: Any, uploaded: Doing
) -> None:
    case_id = await bus.open_case(anns)
    sam = staff(tenant)
    made = await uploaded(documents.by(sam))
    await bus.say(noted(case_id, sam, visibility="internal", document_ids=[made["id"]]), version=2)
    made["links"] = [{"kind": "case", "id": str(case_id)}]
    assert await sees(documents, sam, made)
    assert not await sees(documents, anns, made)
    assert not await sees(documents, contact(tenant, acme, scopes={"cases": "organisation"}), made)


async def test_with_both_modules_off_a_contact_sees_nothing_f018(
    documents: Served, anns: Caller, on_case: dict[str, Any]
) -> None:
    client = documents.by(anns.model_copy(update={"modules": frozenset({"articles"})}))
    asked = ("", f"?case_id={on_case['links'][0]['id']}", f"/{on_case['id']}", f"/{on_case['id']}/download")
    assert {(await client.get(f"/documents{path}")).status_code for path in asked} == {404}


async def test_with_the_documents_module_off_files_stay_on_their_case_f018(
    documents: Served, anns: Caller, on_case: dict[str, Any]
) -> None:
    client = documents.by(anns.model_copy(update={"modules": frozenset({"cases"})}))
    assert (await client.get("/documents")).status_code == 404
    case_id = on_case["links"][0]["id"]
    assert [item["id"] for item in (await client.get(f"/documents?case_id={case_id}")).json()["items"]] == [
        on_case["id"]
    ]
    assert (await client.get(f"/documents/{on_case['id']}")).status_code == 200


async def test_its_links_name_only_cases_the_reader_sees(
    documents: Served, tenant: UUID, anns: Caller, bus: Any, on_case: dict[str, Any]
) -> None:
    foreign = await bus.open_case(contact(tenant, new_id()))
    added = await documents.by(staff(tenant)).post(f"/documents/{on_case['id']}/links", {"case_id": str(foreign)})
    assert len(added.json()["links"]) == 2
    assert (await documents.by(anns).get(f"/documents/{on_case['id']}")).json()["links"] == on_case["links"]


async def test_the_list_pages_by_key_newest_first_and_finds_by_title_or_name_f085_f139(
    documents: Served, anns: Caller, tenant: UUID, uploaded: Doing, statements: list[str]
) -> None:
    """Its customer and staff read the same pages, each in one statement with the count of all."""
    client = documents.by(anns)
    made = [(await uploaded(client, PNG, f"file{n}.png", title=f"50% of router {n}"))["id"] for n in range(5)]
    for reader in (client, documents.by(staff(tenant))):
        seen: list[str] = []
        cursor = ""
        statements.clear()
        while True:
            page = (await reader.get(f"/documents?limit=2{cursor}")).json()
            seen += [item["id"] for item in page["items"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert (seen, len(statements)) == (made[::-1], 3)
        assert page["total"] == {"count": 5, "capped": False}
    for query in ("router 3", "FILE3", "50%25 of router 3"):
        assert [item["id"] for item in (await client.get(f"/documents?q={query}")).json()["items"]] == [made[3]]
    assert (await client.get("/documents?q=5_%25")).json()["items"] == []


NEWER_OF_OTHERS = """
INSERT INTO documents SELECT newer.* FROM documents d, generate_series(1, 1001) AS n, jsonb_populate_record(d,
    jsonb_build_object('id', gen_random_uuid(), 'object_id', gen_random_uuid(), 'uploaded_by_id', gen_random_uuid(),
        'organisation_id', gen_random_uuid(), 'created_at', d.created_at + n * interval '1 second')) AS newer
WHERE d.id = $1
"""


async def test_newer_files_of_others_do_not_push_ones_own_out_of_a_search_f139(
    documents: Served, database: Database, tenant: UUID, anns: Caller, on_case: dict[str, Any]
) -> None:
    """F085: nor, for staff who look among the files of one case, those that hang elsewhere."""
    async with database.transaction(tenant) as tx:
        await fetch(tx, NEWER_OF_OTHERS, UUID(on_case["id"]))
    hers = (await documents.by(anns).get("/documents?q=photo")).json()
    assert ([one["id"] for one in hers["items"]], hers["total"]["count"]) == ([on_case["id"]], 1)
    staffs, case_id = documents.by(staff(tenant)), on_case["links"][0]["id"]
    of_case = (await staffs.get(f"/documents?q=photo&case_id={case_id}")).json()
    assert [one["id"] for one in of_case["items"]] == [on_case["id"]]
    assert (await staffs.get("/documents?q=photo")).json()["total"]["capped"]


async def test_a_download_is_saved_under_its_name_and_never_shown_as_a_page_f157(
    documents: Served, anns: Caller, uploaded: Doing
) -> None:
    client = documents.by(anns)
    made = await uploaded(client, b"Seri\xc3\xb6s, 100 %", 'Größe "A" 100% — 图.txt')
    answer = await client.get(f"/documents/{made['id']}/download")
    assert answer.status_code == 303
    assert answer.headers["cache-control"] == "no-store"
    assert "X-Amz-Expires=60" in answer.headers["location"]
    async with httpx.AsyncClient() as browser:
        fetched = await browser.get(answer.headers["location"])
        tampered = await browser.get(answer.headers["location"].replace("octet-stream", "html"))
    assert fetched.content == b"Seri\xc3\xb6s, 100 %"
    assert fetched.headers["content-type"] == "application/octet-stream"
    disposition = fetched.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=")
    assert unquote(disposition.split("filename*=UTF-8''")[1]) == made["file_name"] == "Größe _A_ 100% — 图.txt"
    assert tampered.status_code == 403


async def test_links_are_made_for_the_address_browsers_use(served_with: Any, settings: Any, anns: Caller) -> None:
    public = settings.s3_url.replace("127.0.0.1", "localhost")
    async with served_with(s3_public_url=public) as app:
        made = await app.by(anns).post("/documents/uploads", {"file_name": "a.txt", "size": 2})
        assert made.json()["upload"]["url"].startswith(public)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cursor=nonsense", 400),
        ("cursor=WyJhIiwgImIiXQ", 400),
        ("limit=0", 422),
        ("limit=101", 422),
        ("colour=red", 422),
        ("case_id=CASE-1", 422),
        ("q=%00", 400),
        ("q=" + "x" * 201, 422),
    ],
)
async def test_a_wrong_question_gets_a_sentence(query: str, status: int, documents: Served, anns: Caller) -> None:
    refused = await documents.by(anns).get(f"/documents?{query}")
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"]


async def test_denied_and_missing_are_the_same_answer(documents: Served, tenant: UUID, on_case: dict[str, Any]) -> None:
    eve = documents.by(contact(tenant, new_id()))
    for path in ("", "/download"):
        denied = await eve.get(f"/documents/{on_case['id']}{path}")
        missing = await eve.get(f"/documents/{new_id()}{path}")
        assert (denied.status_code, denied.json()) == (missing.status_code, missing.json())
    assert (await eve.get("/documents/not-an-id")).status_code == 422


async def test_nothing_is_answered_without_a_caller(documents: Served, on_case: dict[str, Any]) -> None:
    for path in ("", "/uploads", f"/{on_case['id']}", f"/{on_case['id']}/download"):
        assert (await documents.client.get(f"/api/v1/documents{path}")).status_code in (401, 405)
    assert (await documents.client.post(f"/api/v1/documents/{on_case['id']}/commit")).status_code == 401


def noted(case_id: UUID, by: Caller, **other: Any) -> CaseNoteAdded:
    values: dict[str, Any] = {
        "case_id": case_id,
        "reference": "CASE-1001",
        "subject": "Printer offline",
        "note_id": new_id(),
        "visibility": "customer",
        "author": Actor(id=by.id, kind=by.kind, name=by.name),
        "contact_id": by.id,
        "assignee_id": None,
        "watcher_ids": [],
        "excerpt": "Here.",
        "document_ids": [],
        "author_organisation_id": by.organisation_id,
    }
    return CaseNoteAdded(**values | other)
