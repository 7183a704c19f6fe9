"""Who reads which articles, and how the list pages."""

from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from kit import paging
from kit.caller import Caller
from kit.ids import new_id
from kit.testing import Served, contact, guest, key, staff

ARTICLE = {
    "title": "Printer offline",
    "body": "# Look\n\nIs the *cable* in?",
    "audience": "public",
    "state": "published",
}


def reader(tenant: UUID) -> Caller:
    """A guest of a tenant whose knowledge base is switched on."""
    return guest(tenant).model_copy(update={"modules": frozenset({"articles"})})


async def feed(knowledge: Served, tenant: UUID, external_id: str, **values: object) -> dict[str, object]:
    fed = await knowledge.by(key(tenant, "crm.write")).put(f"/articles/by-external-id/{external_id}", ARTICLE | values)
    assert fed.status_code in (200, 201), fed.text
    state: dict[str, object] = fed.json()
    return state


async def slugs(knowledge: Served, caller: Caller, query: str = "") -> set[str]:
    page = await knowledge.by(caller).get(f"/articles{query}")
    assert page.status_code == 200, page.text
    return {row["slug"] for row in page.json()["items"]}


async def every_kind(knowledge: Served, tenant: UUID) -> None:
    for state in ("draft", "published", "archived"):
        for audience in ("public", "customers", "internal"):
            name = f"{state}-{audience}"
            await feed(knowledge, tenant, name, title=f"Printer {name}", slug=name, audience=audience, state=state)


async def test_each_reads_what_is_meant_for_them_in_list_search_suggestion_and_page_f186_f188_f191(
    knowledge: Served, tenant: UUID, acme: UUID
) -> None:
    await every_kind(knowledge, tenant)
    everything = {f"{s}-{a}" for s in ("draft", "published", "archived") for a in ("public", "customers", "internal")}
    published = {"published-public", "published-customers", "published-internal"}
    reads = [
        (reader(tenant), {"published-public"}),
        (contact(tenant, acme), {"published-public", "published-customers"}),
        (staff(tenant, "cases.answer"), published),
        (staff(tenant, "articles.write"), everything),
        (staff(tenant, "articles.publish"), everything),
        (key(tenant, "articles.read"), everything),
        (key(tenant, "crm.write"), set()),
        (contact(new_id(), acme), set()),
        (staff(new_id(), "articles.write"), set()),
    ]
    for caller, expected in reads:
        assert await slugs(knowledge, caller) == expected
        assert await slugs(knowledge, caller, "?q=printer") == expected
        suggested = (await knowledge.by(caller).get("/articles/suggestions?q=prnter")).json()["items"]
        assert {row["slug"] for row in suggested} == expected & published
        for slug in everything:
            answer = await knowledge.by(caller).get(f"/articles/{slug}")
            assert answer.status_code == (200 if slug in expected else 404)


async def test_a_switched_off_module_hides_every_article_f018_f054(knowledge: Served, tenant: UUID, acme: UUID) -> None:
    made = await feed(knowledge, tenant, "1", audience="public")
    nothing = frozenset({"cases"})
    for caller in (contact(tenant, acme, modules=nothing), guest(tenant, modules=nothing)):
        without = knowledge.by(caller)
        for path in ("/articles", "/articles?q=printer", "/articles/suggestions?q=prin", f"/articles/{made['slug']}"):
            assert (await without.get(path)).status_code == 404


async def test_denied_and_missing_are_the_same_answer(knowledge: Served, tenant: UUID, acme: UUID) -> None:
    made = await feed(knowledge, tenant, "1", audience="internal")
    ann = knowledge.by(contact(tenant, acme))
    denied, missing = await ann.get(f"/articles/{made['slug']}"), await ann.get("/articles/no-such-article")
    assert denied.status_code == missing.status_code == 404
    assert denied.json() == missing.json()


async def test_the_page_shows_safe_html_and_its_source_only_to_who_writes(
    knowledge: Served, tenant: UUID, acme: UUID
) -> None:
    await feed(knowledge, tenant, "1", body="Is the **cable** in? <script>alert(1)</script> [go](javascript:alert(1))")
    page = await knowledge.by(contact(tenant, acme)).get("/articles/printer-offline")
    assert page.headers["etag"] == '"1"'
    assert page.json() == IsPartialDict(title="Printer offline", body=None, version=1)
    assert "<strong>cable</strong>" in page.json()["body_html"]
    assert "<script" not in page.json()["body_html"]
    assert 'href="javascript' not in page.json()["body_html"]
    assert page.json()["may"] == {"edit": False, "publish": False, "archive": False}
    written = (await knowledge.by(staff(tenant)).get(f"/articles/{page.json()['id']}")).json()
    assert written["body"].startswith("Is the **cable** in?")


async def test_the_list_names_the_categories_one_may_read_when_asked(
    knowledge: Served, tenant: UUID, acme: UUID
) -> None:
    await feed(knowledge, tenant, "a", category="Network")
    await feed(knowledge, tenant, "b", category="Hardware")
    await feed(knowledge, tenant, "c", category="Among staff", audience="internal")
    ann = knowledge.by(reader(tenant))
    for query in ("", "&q=printer", "&category=Network"):
        assert (await ann.get(f"/articles?categories=true{query}")).json()["categories"] == ["Hardware", "Network"]
    assert (await ann.get("/articles")).json()["categories"] == []


async def test_the_list_pages_by_key_newest_first_and_filters_f190_f193(
    knowledge: Served, tenant: UUID, acme: UUID
) -> None:
    ann = knowledge.by(contact(tenant, acme))
    for number in range(7):
        await feed(knowledge, tenant, str(number), title=f"Router {number}", category=["Wifi", "Voice"][number % 2])
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await ann.get(f"/articles?limit=3{cursor}")).json()
        seen += [row["title"] for row in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [f"Router {number}" for number in reversed(range(7))]
    assert page["total"] == {"count": 7, "capped": False}
    assert page["best_only"] is False
    assert await slugs(knowledge, contact(tenant, acme), "?category=Voice") == {"router-1", "router-3", "router-5"}
    assert await slugs(knowledge, staff(tenant), "?state=draft&state=archived") == set()
    assert await slugs(knowledge, staff(tenant), "?audience=internal") == set()


@pytest.mark.parametrize(
    "query",
    [
        "cursor=nonsense",
        "cursor=" + paging.encode(5, 5),
        "cursor=" + paging.encode("0001-01-01T00:00:00+14:00", str(UUID(int=7))),
        "cursor=" + "a" * 301,
        "limit=0",
        "limit=101",
        "sort=title",
        "state=open",
        "q=" + "a" * 201,
        "q=%00",
        "q=%ED%A0%80&limit=51",
        "q=x&cursor=abc",
        "q=x&limit=51",
        "category=" + "a" * 61,
    ],
)
async def test_it_refuses_a_list_it_cannot_give(knowledge: Served, tenant: UUID, query: str) -> None:
    answer = await knowledge.by(staff(tenant)).get(f"/articles?{query}")
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["%ED%A0%80", "a" * 101, "..", "%2e%2e", "suggestions?q=%00", "'", "é"])
async def test_an_odd_address_is_a_refusal_and_no_failure(knowledge: Served, tenant: UUID, name: str) -> None:
    answer = await knowledge.by(staff(tenant)).get(f"/articles/{name}")
    assert 400 <= answer.status_code < 500


async def test_reading_takes_few_statements(knowledge: Served, tenant: UUID, acme: UUID, statements: list[str]) -> None:
    await feed(knowledge, tenant, "1")
    ann = knowledge.by(contact(tenant, acme))
    for path, many in (("", 2), ("?q=printer", 1), ("/suggestions?q=printer", 1), ("/printer-offline", 1)):
        statements.clear()
        assert (await ann.get(f"/articles{path}")).status_code == 200
        assert len(statements) == many, statements
