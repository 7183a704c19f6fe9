"""Search: what it finds, in which order, how it is shown, and that it never leaves the tenant."""

from collections.abc import Callable
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import Served, contact, key, staff
from stack import databases

ARTICLES = {
    "Printer offline": "Look whether the cable is in and the light is **green**.",
    "Router restarts by itself": "The power supply is often the cause; a printer never is.",
    "Forwarding calls to a mobile": "Dial *21* and the number. Café phones need a zero first.",
    "Reset your password": "Use the link on the login page.",
    "How to be": "Nothing but noise in the title.",
}


async def library(knowledge: Served, tenant: UUID, articles: dict[str, str] = ARTICLES) -> None:
    crm = knowledge.by(key(tenant, "crm.write"))
    for number, (title, body) in enumerate(articles.items()):
        article = {"title": title, "body": body, "audience": "customers", "state": "published"}
        assert (await crm.put(f"/articles/by-external-id/{number}", article)).status_code == 201


async def found(knowledge: Served, caller: Caller, q: str) -> list[str]:
    page = await knowledge.by(caller).get("/articles", params={"q": q})
    assert page.status_code == 200, page.text
    return [row["title"] for row in page.json()["items"]]


@pytest.mark.parametrize(
    ("q", "best"),
    [
        ("prnter ofline", "Printer offline"),
        ("ofline prnter", "Printer offline"),
        ("Our prnter is ofline again since monday", "Printer offline"),
        ("prin", "Printer offline"),
        ("printers", "Printer offline"),
        ("cable", "Printer offline"),
        ("cafe", "Forwarding calls to a mobile"),
        ("café phone", "Forwarding calls to a mobile"),
        ("rooter restart", "Router restarts by itself"),
        ("forwardng call", "Forwarding calls to a mobile"),
        ("how to be", "How to be"),
        ('"power supply"', "Router restarts by itself"),
        ("printer -offline", "Router restarts by itself"),
    ],
)
async def test_it_finds_the_article_in_spite_of_typos_endings_and_accents_f185(
    knowledge: Served, tenant: UUID, acme: UUID, q: str, best: str
) -> None:
    await library(knowledge, tenant)
    assert (await found(knowledge, contact(tenant, acme), q))[0] == best


async def test_what_is_quoted_or_excluded_is_meant(knowledge: Served, tenant: UUID, acme: UUID) -> None:
    await library(knowledge, tenant)
    ann = contact(tenant, acme)
    assert await found(knowledge, ann, '"supply power"') == []
    assert "Printer offline" not in await found(knowledge, ann, "printer -offline")


async def test_nonsense_finds_nothing(knowledge: Served, tenant: UUID, acme: UUID) -> None:
    await library(knowledge, tenant)
    page = (await knowledge.by(contact(tenant, acme)).get("/articles?q=xyzzyq")).json()
    assert page["items"] == []
    assert (page["next"], page["total"], page["best_only"]) == (None, {"count": 0, "capped": False}, True)


async def test_the_title_counts_more_than_the_text(knowledge: Served, tenant: UUID, acme: UUID) -> None:
    await library(knowledge, tenant)
    titles = await found(knowledge, contact(tenant, acme), "printer")
    assert titles[:2] == ["Printer offline", "Router restarts by itself"]


async def test_suggestions_are_few_and_leave_out_what_a_text_only_mentions_f090(
    knowledge: Served, tenant: UUID, acme: UUID
) -> None:
    await library(knowledge, tenant, ARTICLES | {f"Printer tray {n}": "Pull." for n in range(6)})
    ann = knowledge.by(contact(tenant, acme))
    items = (await ann.get("/articles/suggestions", params={"q": "prnter ofline"})).json()["items"]
    assert items[0]["slug"] == "printer-offline"
    assert len(items) == 5
    assert "Router restarts by itself" not in [row["title"] for row in items]
    assert (await ann.get("/articles/suggestions")).json() == {"items": []}
    assert (await ann.get("/articles/suggestions?q=")).json() == {"items": []}


async def test_an_excerpt_marks_what_matched_and_escapes_everything_else(
    knowledge: Served, tenant: UUID, acme: UUID
) -> None:
    body = 'Set `a<b>&c` then \ue000restart\ue001 the router: "quoted" <mark>not ours</mark>'
    await library(knowledge, tenant, {"Hostile": body})
    page = (await knowledge.by(contact(tenant, acme)).get("/articles?q=restart")).json()
    excerpt = page["items"][0]["excerpt_html"]
    assert "<mark>restart</mark>" in excerpt
    assert excerpt.count("<") == 2
    assert "\ue000" not in excerpt
    assert "\ue001" not in excerpt


async def test_a_search_answers_one_page_and_says_how_many_there_are(
    knowledge: Served, tenant: UUID, acme: UUID
) -> None:
    await library(knowledge, tenant, {f"Router {n}": "Wifi" for n in range(12)})
    page = (await knowledge.by(contact(tenant, acme)).get("/articles?q=router&limit=5")).json()
    assert len(page["items"]) == 5
    assert page["next"] is None
    assert page["best_only"] is True
    assert page["total"] == {"count": 12, "capped": False}


async def test_filters_hold_inside_a_search(knowledge: Served, tenant: UUID) -> None:
    crm, sam = knowledge.by(key(tenant, "crm.write")), staff(tenant)
    for number, (category, state) in enumerate((("Wifi", "draft"), ("Wifi", "published"), ("Voice", "published"))):
        article = {"title": f"Router {number}", "body": "x", "audience": "internal", "state": state}
        await crm.put(f"/articles/by-external-id/{number}", article | {"category": category})
    for query, expected in (
        ("&category=Wifi", {"Router 0", "Router 1"}),
        ("&state=draft", {"Router 0"}),
        ("&state=published&category=Voice", {"Router 2"}),
        ("&audience=public", set()),
    ):
        items = (await knowledge.by(sam).get(f"/articles?q=router{query}")).json()["items"]
        assert {row["title"] for row in items} == expected


EVERYTHING = (["public", "customers", "internal"], ["draft", "published", "archived"], None, 1000)
CALL = "SELECT id FROM article_search($1, $2, $3, $4, $5)"


async def test_the_search_function_takes_the_tenant_from_the_setting_and_nothing_else_t5(
    knowledge: Served, database: Database, tenant: UUID
) -> None:
    other = new_id()
    await library(knowledge, tenant)
    await library(knowledge, other)
    for q in ("printer", "prnter ofline"):
        async with database.transaction(tenant) as tx:
            mine = {row["id"] for row in await fetch(tx, "SELECT id FROM articles")}
            hits = {row["id"] for row in await fetch(tx, CALL, q, *EVERYTHING)}
        assert hits
        assert hits <= mine
        for nobody in (None, new_id()):
            async with database.transaction(nobody) as tx:
                assert await fetch(tx, CALL, q, *EVERYTHING) == []


@pytest.mark.parametrize("setting", ["garbage", "' OR true --", "00000000-0000-0000-0000-00000000000g", "%"])
async def test_the_search_function_refuses_a_setting_that_is_no_tenant(
    service_database: Callable[[str], databases.Database], knowledge: Served, tenant: UUID, setting: str
) -> None:
    await library(knowledge, tenant)
    connection = await asyncpg.connect(service_database("knowledge").app_url)
    try:
        await connection.execute("SELECT set_config('app.tenant_id', $1, false)", setting)
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            await connection.fetch(CALL, "printer", *EVERYTHING)
    finally:
        await connection.close()


async def test_the_functions_it_stands_on_show_the_app_no_other_tenant(
    knowledge: Served, database: Database, tenant: UUID
) -> None:
    await library(knowledge, tenant)
    async with database.transaction(new_id()) as tx:
        assert await fetch(tx, "SELECT id FROM newest_matches('printer', $1, $2, $3)", *EVERYTHING[:3]) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=200) | st.text(alphabet="\"'&|!()<->:*\\ -ab%_ﷺ㎯", max_size=60))
async def test_whatever_is_searched_for_nothing_fails(knowledge: Served, tenant: UUID, q: str) -> None:
    for path in ("/articles", "/articles/suggestions"):
        answer = await knowledge.by(staff(tenant)).get(path, params={"q": q})
        assert answer.status_code in (200, 422, 400), answer.text
