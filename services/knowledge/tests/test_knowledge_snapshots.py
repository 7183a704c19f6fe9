"""E7: articles that were published before anybody heard of them are said again."""

import json
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import Served, staff
from knowledge import service, snapshots

NEW = {"title": "Printer offline", "body": "Is the cable in?"}


async def said(database: Database, tenant: UUID) -> list[tuple[str, int, str, str]]:
    """What waits for the relay, and no longer does afterwards: whose article, which version, title, state."""
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "DELETE FROM outbox WHERE tenant_id = $1 RETURNING body", tenant)
    told = [json.loads(row["body"]) for row in rows]
    assert all(one == IsPartialDict(type="article.changed.v1", tenant_id=str(tenant)) for one in told)
    return sorted(
        (one["data"]["article_id"], one["version"], one["data"]["title"], one["data"]["state"]) for one in told
    )


async def test_every_tenants_articles_are_said_again_as_they_are_f106(
    knowledge: Served, database: Database, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever keeps copies learns of an article that nobody has changed since; each stays in its tenant."""
    monkeypatch.setattr(service, "SAID_AT_ONCE", 2)
    tenants, expected = (tenant, new_id()), {}
    for one in tenants:
        sam = knowledge.by(staff(one, "articles.write", "articles.publish"))
        made = [(await sam.post("/articles", NEW | {"title": f"Printer {n}"})).json()["id"] for n in range(5)]
        await sam.post(f"/articles/{made[0]}/publish")
        await said(database, one)
        drafts = [(article, 1, f"Printer {n}", "draft") for n, article in enumerate(made) if n]
        expected[one] = sorted([*drafts, (made[0], 2, "Printer 0", "published")])
    assert await snapshots.say_everything_again(database) >= 10
    assert {one: await said(database, one) for one in tenants} == expected


async def test_where_there_are_no_articles_nothing_is_said(database: Database, tenant: UUID) -> None:
    await snapshots.say_everything_again(database)
    assert await said(database, tenant) == []
