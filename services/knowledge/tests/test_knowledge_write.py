"""Writing, publishing and feeding articles."""

import json
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict, IsStr, IsUUID
from httpx import Response

from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff
from knowledge.service import slugified

NEW = {"title": "Printer offline", "body": "Is the *cable* in?"}
FED = NEW | {"audience": "public", "state": "published"}
EDITOR = ("articles.write", "articles.publish")


def crm(knowledge: Served, tenant: UUID) -> As:
    return knowledge.by(key(tenant, "crm.write"))


async def test_an_article_is_written_published_changed_and_archived_f200(
    knowledge: Served, tenant: UUID, acme: UUID
) -> None:
    ada, ann = knowledge.by(staff(tenant, *EDITOR)), knowledge.by(contact(tenant, acme))
    made = await ada.post("/articles", NEW)
    assert made.status_code == 201, made.text
    assert made.json() == IsPartialDict(id=IsUUID, slug="printer-offline", state="draft", audience="customers")
    path = f"/articles/{made.json()['id']}"
    assert made.headers["location"] == f"/api/v1{path}"
    assert (await ann.get(path)).status_code == 404
    published = await ada.post(f"{path}/publish")
    assert published.json() == IsPartialDict(state="published", version=2, published_at=IsStr)
    assert (await ann.get("/articles/printer-offline")).json()["summary"] == "Is the cable in?"
    changed = await ada.patch(path, {"title": "Printer not reachable"}, headers={"if-match": '"2"'})
    assert changed.json() == IsPartialDict(slug="printer-offline", version=3)
    assert (await ada.post(f"{path}/archive")).json() == IsPartialDict(state="archived", version=4)
    assert (await ann.get(path)).status_code == 404
    again = (await ada.post(f"{path}/publish")).json()
    assert again == IsPartialDict(
        state="published", slug="printer-offline", published_at=published.json()["published_at"]
    )


async def test_each_version_of_an_article_is_said_once_f188(
    knowledge: Served, tenant: UUID, database: Database
) -> None:
    """Whoever keeps a copy of what it is called learns what became of it; what changes nothing is not told."""
    ada = knowledge.by(staff(tenant, *EDITOR))
    path = f"/articles/{(await ada.post('/articles', NEW)).json()['id']}"
    for verb in ("publish", "publish", "archive"):
        await ada.post(f"{path}/{verb}")
    for _ in range(2):
        await crm(knowledge, tenant).put("/articles/by-external-id/a-1", FED)
    async with database.transaction(tenant) as tx:
        said = [json.loads(row["body"]) for row in await fetch(tx, "SELECT body FROM outbox ORDER BY id")]
    told = [(one["type"], one["version"], one["data"]["state"], one["data"]["audience"]) for one in said]
    states = [(1, "draft", "customers"), (2, "published", "customers"), (3, "archived", "customers")]
    assert told == [("article.changed.v1", *one) for one in [*states, (1, "published", "public")]]
    assert said[-1]["data"] == IsPartialDict(external_id="a-1", title="Printer offline", slug=IsStr)


async def test_publishing_a_published_article_changes_nothing(knowledge: Served, tenant: UUID) -> None:
    ada = knowledge.by(staff(tenant, *EDITOR))
    path = f"/articles/{(await ada.post('/articles', NEW)).json()['slug']}"
    first, second = await ada.post(f"{path}/publish"), await ada.post(f"{path}/publish")
    assert first.json() == second.json()


async def test_writing_needs_its_right_and_changing_what_readers_see_the_right_to_publish(
    knowledge: Served, tenant: UUID, acme: UUID
) -> None:
    writer, ada = knowledge.by(staff(tenant, "articles.write")), knowledge.by(staff(tenant, *EDITOR))
    for caller in (staff(tenant, "cases.answer"), contact(tenant, acme), guest(tenant), key(tenant, "crm.write")):
        assert (await knowledge.by(caller).post("/articles", NEW)).status_code == 403
    path = f"/articles/{(await writer.post('/articles', NEW)).json()['id']}"
    assert (await writer.patch(path, {"body": "Better."}, headers={"if-match": "1"})).status_code == 200
    assert (await writer.post(f"{path}/publish")).status_code == 403
    await ada.post(f"{path}/publish")
    assert (await writer.patch(path, {"audience": "public"}, headers={"if-match": "3"})).status_code == 403
    assert (await writer.post(f"{path}/archive")).status_code == 403
    for caller in (contact(tenant, acme), staff(tenant, "cases.answer")):
        assert (await knowledge.by(caller).patch(path, {"body": "x"}, headers={"if-match": "3"})).status_code == 403
        assert (await knowledge.by(caller).post(f"{path}/archive")).status_code == 403


async def test_it_refuses_another_tenants_article_with_the_answer_for_a_missing_one(
    knowledge: Served, tenant: UUID
) -> None:
    made = (await knowledge.by(staff(tenant, *EDITOR)).post("/articles", NEW)).json()
    mallory = knowledge.by(staff(new_id(), *EDITOR))
    for name in (made["id"], made["slug"]):
        assert (await mallory.get(f"/articles/{name}")).status_code == 404
        assert (await mallory.patch(f"/articles/{name}", {"body": "x"}, headers={"if-match": "1"})).status_code == 404
        assert (await mallory.post(f"/articles/{name}/publish")).status_code == 404
        assert (await mallory.post(f"/articles/{name}/archive")).status_code == 404
    assert (await mallory.post("/articles", NEW)).json()["slug"] == "printer-offline"


async def test_a_change_names_the_version_it_means(knowledge: Served, tenant: UUID) -> None:
    sam = knowledge.by(staff(tenant))
    path = f"/articles/{(await sam.post('/articles', NEW)).json()['id']}"
    assert (await sam.patch(path, {"body": "x"})).status_code == 428
    assert (await sam.patch(path, {"body": "x"}, headers={"if-match": '"7"'})).status_code == 412
    assert (await sam.patch(path, {"body": "x"}, headers={"if-match": '"1"'})).headers["etag"] == '"2"'
    assert (await sam.patch(path, {"body": "y"}, headers={"if-match": '"1"'})).status_code == 412
    same = await sam.patch(path, {"body": "x"}, headers={"if-match": '"2"'})
    assert same.json()["version"] == 2


async def test_a_drafts_slug_and_summary_follow_it_until_somebody_says_otherwise(
    knowledge: Served, tenant: UUID
) -> None:
    sam = knowledge.by(staff(tenant))
    path = f"/articles/{(await sam.post('/articles', NEW)).json()['id']}"
    change = {"title": "Drucker läuft nicht", "body": "Anders."}
    assert (await sam.patch(path, change, headers={"if-match": "1"})).json()["slug"] == "drucker-lauft-nicht"
    assert (await sam.get(path)).json()["summary"] == "Anders."
    await sam.patch(path, {"summary": "Kurz."}, headers={"if-match": "2"})
    await sam.patch(path, {"body": "Ganz anders."}, headers={"if-match": "3"})
    assert (await sam.get(path)).json()["summary"] == "Kurz."
    await sam.patch(path, {"summary": None}, headers={"if-match": "4"})
    assert (await sam.get(path)).json()["summary"] == "Ganz anders."


async def test_a_taken_slug_gets_an_ending_of_the_articles_own(knowledge: Served, tenant: UUID) -> None:
    sam = knowledge.by(staff(tenant))
    first, second, third = [(await sam.post("/articles", NEW)).json()["slug"] for _ in range(3)]
    assert first == "printer-offline"
    assert second != third
    assert second.startswith("printer-offline-")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Printer offline!", "printer-offline"),
        ("Café & Bar", "cafe-bar"),
        ("Suggestions", "article-suggestions"),
        ("new", "article-new"),
        ("0190a3c4-0000-7000-8000-000000000000", "article-0190a3c4-0000-7000-8000-000000000000"),
        ("طابعة", ""),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_title_becomes_an_address_that_means_nothing_else(title: str, slug: str) -> None:
    assert slugified(title) == slug


async def test_a_title_without_latin_letters_still_has_an_address(knowledge: Served, tenant: UUID) -> None:
    sam = knowledge.by(staff(tenant))
    made = (await sam.post("/articles", NEW | {"title": "الطابعة غير متصلة"})).json()
    assert made["slug"] == "article"
    assert (await sam.get("/articles/article")).json()["title"] == "الطابعة غير متصلة"


async def test_the_crm_feeds_an_article_and_the_same_again_changes_nothing(
    knowledge: Served, tenant: UUID, acme: UUID
) -> None:
    path = "/articles/by-external-id/KB-7"
    made = await crm(knowledge, tenant).put(path, FED)
    assert (made.status_code, made.json()["version"], made.json()["external_id"]) == (201, 1, "KB-7")
    same = await crm(knowledge, tenant).put(path, FED)
    assert (same.status_code, same.json()) == (200, made.json())
    changed = await crm(knowledge, tenant).put(path, FED | {"body": "Look **again**.", "slug": "other"})
    assert changed.json() == IsPartialDict(version=2, slug="printer-offline")
    assert changed.headers["etag"] == '"2"'
    read = (await knowledge.by(contact(tenant, acme)).get("/articles/printer-offline")).json()
    assert read["summary"] == "Look again."
    gone = await crm(knowledge, tenant).put(path, FED | {"body": "Look **again**.", "state": "archived"})
    assert gone.json() == IsPartialDict(version=3, state="archived")


async def test_a_fed_draft_keeps_the_ending_of_its_slug_when_fed_again(knowledge: Served, tenant: UUID) -> None:
    await crm(knowledge, tenant).put("/articles/by-external-id/1", FED)
    draft = FED | {"state": "draft"}
    first = await crm(knowledge, tenant).put("/articles/by-external-id/2", draft)
    assert first.json()["slug"] != "printer-offline"
    assert (await crm(knowledge, tenant).put("/articles/by-external-id/2", draft)).json() == first.json()


async def test_the_same_external_id_is_another_article_in_another_tenant(knowledge: Served, tenant: UUID) -> None:
    path = "/articles/by-external-id/KB-7"
    mine, theirs = [await crm(knowledge, one).put(path, FED) for one in (tenant, new_id())]
    assert mine.status_code == theirs.status_code == 201
    assert mine.json()["id"] != theirs.json()["id"]


async def test_only_a_feeding_key_feeds(knowledge: Served, tenant: UUID, acme: UUID) -> None:
    for caller in (
        staff(tenant, *EDITOR),
        contact(tenant, acme),
        guest(tenant),
        key(tenant),
        key(tenant, "cases.read"),
    ):
        assert (await knowledge.by(caller).put("/articles/by-external-id/1", FED)).status_code == 403


async def test_a_repeated_post_writes_one_article(knowledge: Served, tenant: UUID) -> None:
    sam = knowledge.by(staff(tenant))
    once = {"idempotency-key": "form-1"}
    first, second = await sam.post("/articles", NEW, headers=once), await sam.post("/articles", NEW, headers=once)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert (await sam.post("/articles", NEW | {"title": "Other"}, headers=once)).status_code == 422
    assert len((await sam.get("/articles")).json()["items"]) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red"},
        {"title": ""},
        {"title": "x" * 201},
        {"title": "a\x00b"},
        {"title": 5},
        {"body": "x" * 50_001},
        {"body": "\ud800"},
        {"audience": "everybody"},
        {"state": "open"},
        {"slug": "Not A Slug"},
        {"slug": "a" * 81},
        {"category": ""},
        {"summary": "x" * 301},
    ],
)
async def test_it_refuses_what_is_no_article(knowledge: Served, tenant: UUID, wrong: dict[str, object]) -> None:
    for method, path, content in (
        ("PUT", "/articles/by-external-id/1", FED | wrong),
        ("POST", "/articles", NEW | wrong),
        ("PATCH", f"/articles/{new_id()}", wrong),
    ):
        caller = key(tenant, "crm.write") if method == "PUT" else staff(tenant, *EDITOR)
        headers = {"content-type": "application/json", "if-match": "1"}
        answer = await knowledge.by(caller)(method, path, content=json.dumps(content), headers=headers)
        assert answer.status_code in ((422,) if method != "PATCH" else (404, 422)), answer.text
        assert answer.headers["content-type"] == "application/problem+json"


async def test_what_every_article_has_cannot_be_taken_away(knowledge: Served, tenant: UUID) -> None:
    sam = knowledge.by(staff(tenant))
    path = f"/articles/{(await sam.post('/articles', NEW)).json()['id']}"
    for field in ("title", "body", "audience"):
        answer = await sam.patch(path, {field: None}, headers={"if-match": "1"})
        assert answer.status_code == 422
        assert f"{field} cannot be taken away" in answer.json()["detail"]


async def test_the_longest_article_is_stored_and_found(knowledge: Served, tenant: UUID) -> None:
    words = " ".join(f"wört{n}" for n in range(6000))[:50_000]
    made = await crm(knowledge, tenant).put("/articles/by-external-id/1", FED | {"body": words})
    assert made.status_code == 201, made.text
    page = await knowledge.by(staff(tenant)).get("/articles?q=wort4000")
    assert len(page.json()["items"]) == 1


async def test_writing_takes_few_statements(knowledge: Served, tenant: UUID, statements: list[str]) -> None:
    ada, feeding = knowledge.by(staff(tenant, *EDITOR)), crm(knowledge, tenant)
    made = (await ada.post("/articles", NEW)).json()
    path = f"/articles/{made['id']}"
    assert len(statements) == 2
    requests: list[tuple[Callable[[], Awaitable[Response]], int]] = [
        (lambda: ada.patch(path, {"title": "Router"}, headers={"if-match": "1"}), 3),
        (lambda: ada.post(f"{path}/publish"), 2),
        (lambda: ada.post(f"{path}/archive"), 2),
        (lambda: feeding.put("/articles/by-external-id/1", FED), 3),
        (lambda: feeding.put("/articles/by-external-id/1", FED), 1),
        (lambda: feeding.put("/articles/by-external-id/1", FED | {"body": "x"}), 2),
    ]
    for request, many in requests:
        statements.clear()
        assert (await request()).status_code < 300
        assert len(statements) == many, statements


async def test_an_article_that_is_not_the_one_the_crm_meant_stays_as_it_is_f188(
    knowledge: Served, tenant: UUID, database: Database
) -> None:
    """412 undoes the whole write, and no word of it goes out; without If-Match the last one wins."""
    by, path = crm(knowledge, tenant), "/articles/by-external-id/a-1"
    assert (await by.put(path, FED, headers={"if-match": '"1"'})).status_code == 412
    assert (await by.put(path, FED, headers={"if-match": '"0"'})).status_code == 201
    changed = await by.put(path, FED | {"title": "Printer on fire"}, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    for wrong in ('"1"', '"0"', '"3"', "*"):
        for title in ("Out", "Printer on fire"):
            refused = await by.put(path, FED | {"title": title}, headers={"if-match": wrong})
            assert (refused.status_code, refused.json()["type"]) == (412, "/problems/version-stale")
    async with database.transaction(tenant) as tx:
        said = [json.loads(row["body"]) for row in await fetch(tx, "SELECT body FROM outbox ORDER BY id")]
    assert [(one["version"], one["data"]["title"]) for one in said] == [(1, NEW["title"]), (2, "Printer on fire")]
    assert (await by.put(path, FED)).headers["etag"] == '"3"'
