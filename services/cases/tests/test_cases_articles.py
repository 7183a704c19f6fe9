"""F106: the articles that help with a case: named by staff, read beside it by whoever reads the article."""

from typing import Any
from uuid import UUID

import pytest
from yard import Yard

from cases.handlers import hears
from contracts import ArticleChanged, Envelope
from kit.ids import new_id, now
from kit.inbox import Inbox
from kit.testing import contact, key, staff

MODULES = frozenset({"cases", "articles"})


class Shelf:
    """A tenant's articles, as knowledge tells of them."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.inbox = Inbox(yard.database, hears)

    async def put(self, title: str, article_id: UUID | None = None, version: int = 1, **values: Any) -> UUID:
        told: dict[str, Any] = {"external_id": None, "slug": title.lower(), "audience": "customers"}
        said = ArticleChanged(
            article_id=article_id or new_id(), title=title, **({"state": "published"} | told | values)
        )
        about = {"type": said.type, "tenant_id": self.yard.tenant, "occurred_at": now(), "version": version}
        envelope = Envelope(id=new_id(), data=said.model_dump(mode="json"), **about)
        await self.inbox.deliver(envelope, envelope.model_dump_json().encode(), "")
        return said.article_id


@pytest.fixture
def shelf(yard: Yard) -> Shelf:
    return Shelf(yard)


async def test_each_reader_finds_the_articles_that_are_for_them_f106(yard: Yard, shelf: Shelf) -> None:
    """F188, F191: an internal one is staff's; one that is no longer published is for nobody but them."""
    ann, sam = yard.as_contact(yard.ann_id, modules=MODULES), yard.cases.by(staff(yard.tenant))
    case = (await ann.post("/cases", {"subject": "Router", "body": "Dark."})).json()
    guide, secret = await shelf.put("Guide"), await shelf.put("Secret", audience="internal")
    for article in (guide, secret, guide):
        named = await sam.put(f"/cases/{case['id']}/articles/{article}", {})
        assert named.status_code == 200, named.text
    assert named.json()["version"] == 3, "named twice is named once"

    async def read(reader: Any) -> list[str]:
        return [one["title"] for one in (await reader.get(f"/cases/{case['id']}")).json()["articles"]]

    assert await read(ann) == ["Guide"]
    assert await read(sam) == ["Guide", "Secret"]
    assert await read(yard.as_contact(yard.ann_id, modules=frozenset({"cases"}))) == []
    assert await read(yard.cases.by(key(yard.tenant, "cases.read"))) == []
    assert await read(yard.cases.by(key(yard.tenant, "cases.read", "articles.read"))) == ["Guide", "Secret"]
    await shelf.put("Guide, new", guide, 2, state="archived")
    assert (await read(ann), await read(sam)) == ([], ["Guide, new", "Secret"])
    dropped = await sam("DELETE", f"/cases/{case['id']}/articles/{secret}")
    assert (dropped.json()["version"], await read(sam)) == (4, ["Guide, new"])
    assert (await sam("DELETE", f"/cases/{case['id']}/articles/{secret}")).json()["version"] == 4
    assert len(await yard.said("case.changed.v1")) == 3


async def test_only_who_answers_names_what_is_published_on_a_case_that_is_open_f106(yard: Yard, shelf: Shelf) -> None:
    ann, sam = yard.as_contact(yard.ann_id, modules=MODULES), yard.cases.by(staff(yard.tenant))
    case = (await ann.post("/cases", {"subject": "Router", "body": "Dark."})).json()
    guide, draft = await shelf.put("Guide"), await shelf.put("Draft", state="draft")
    address = f"/cases/{case['id']}/articles/{guide}"
    for who, status in (
        (ann, 403),
        (yard.cases.by(staff(yard.tenant, "articles.write")), 403),
        (yard.cases.by(contact(yard.tenant, yard.zeta, modules=MODULES)), 404),
        (yard.cases.by(staff(new_id())), 404),
    ):
        assert (await who.put(address, {})).status_code == status
        assert (await who("DELETE", address)).status_code == status
    for article in (draft, new_id()):
        refused = await sam.put(f"/cases/{case['id']}/articles/{article}", {})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-article")
    assert (await sam.post(f"/cases/{case['id']}/close")).status_code == 200
    assert (await sam.put(address, {})).status_code == 409
    assert (await sam.get(f"/cases/{case['id']}")).json()["articles"] == []


async def test_what_helped_with_a_merged_case_helps_where_it_went_f106(yard: Yard, shelf: Shelf) -> None:
    ann, sam = yard.as_contact(yard.ann_id, modules=MODULES), yard.cases.by(staff(yard.tenant))
    source, goal = [(await ann.post("/cases", {"subject": word, "body": "Dark."})).json() for word in ("One", "Two")]
    guide, manual = await shelf.put("Guide"), await shelf.put("Manual")
    for case, article in ((source, guide), (source, manual), (goal, manual)):
        assert (await sam.put(f"/cases/{case['id']}/articles/{article}", {})).status_code == 200
    merged = await sam.post(f"/cases/{source['id']}/merge", {"into": goal["reference"]})
    assert merged.status_code == 200, merged.text
    there = (await ann.get(f"/cases/{goal['id']}")).json()["articles"]
    assert [one["title"] for one in there] == ["Guide", "Manual"]
