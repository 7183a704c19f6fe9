"""J3: Ann raises a case with everything a desk offers. With JavaScript and without."""

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any

import agent
import aio_pika
import customer
import pytest
from customer import Case
from playwright.sync_api import FilePayload, expect
from windows import OpenWindow, Window
from world import Client, Tenant, World, until

# Each page is looked at in light and dark: a busy machine takes its time.
pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.timeout(600)]

STORY = "It blinks red since Monday."
SERIAL = "SN-1234"
ASSET = "Printer at the reception"
LOG = FilePayload(name="log.txt", mimeType="text/plain", buffer=b"The light blinks red.\n")
PLAN = FilePayload(name="plan.txt", mimeType="text/plain", buffer=b"Second floor, left.\n")
GROUP = "Printer people"


@dataclass
class Connector:
    """A CRM's own consumer: it keeps what it has acted on by the event's id, and dies once before it says so."""

    url: str
    ready: Event = field(default_factory=Event)
    delivered: list[tuple[str, bool]] = field(default_factory=list)
    made: dict[str, dict[str, Any]] = field(default_factory=dict)

    def work(self, tenant_id: str) -> None:
        """Until one case of this tenant was delivered twice."""
        asyncio.run(self._work(tenant_id))

    async def _work(self, tenant_id: str) -> None:
        async with await aio_pika.connect(self.url) as watching:
            channel = await watching.channel()
            exchange = await channel.get_exchange("portal.events")
            queue = await channel.declare_queue("a-crm-of-the-journeys", auto_delete=False, durable=False)
            await queue.purge()
            await queue.bind(exchange, "case.opened.v1")
            self.ready.set()
            try:
                while len(self.delivered) < 2:
                    await self._life(tenant_id)
            finally:
                await queue.delete(if_unused=False, if_empty=False)

    async def _life(self, tenant_id: str) -> None:
        """One life of the process: the first ends with the connection, after the work and before the word of it."""
        async with await aio_pika.connect(self.url) as connection:
            channel = await connection.channel()
            queue = await channel.get_queue("a-crm-of-the-journeys")
            async with queue.iterator(timeout=500) as messages:
                async for message in messages:
                    told = json.loads(message.body)
                    if told["tenant_id"] != tenant_id:
                        await message.ack()
                        continue
                    self.delivered.append((told["id"], bool(message.redelivered)))
                    self.made.setdefault(told["id"], told["data"])
                    if len(self.delivered) > 1:
                        await message.ack()
                    return


@pytest.fixture
def connector(world: World) -> Iterator[tuple[Connector, "Future[None]"]]:
    """The CRM's connector, bound before anything happens."""
    crm = Connector(world.stack.site.amqp)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(crm.work, str(world.northwind.id))
        assert crm.ready.wait(30)
        yield crm, working


@pytest.fixture
def desk(world: World) -> Iterator[dict[str, str]]:
    """A desk that offers something; as it was before, afterwards."""
    ada, ids = world.as_("ada"), world.northwind.ids
    group = made(ada, "groups", GROUP, member_ids=[ids["sam"], ids["olga"]])
    question = {"key": "serial", "label": "Serial number", "required": True, "pattern": "SN-[0-9]{4}"}
    category = made(ada, "categories", "Printers", form=[question])
    product = made(ada, "products", "LX-9")
    department = made(ada, "departments", "Office")
    template = made(ada, "templates", "A printer fails", category_id=category, product_id=product, priority="high")
    set_desk(ada, default_group_id=group)
    nouns = {"groups": group, "categories": category, "products": product, "departments": department}
    nouns["templates"] = template
    yield nouns
    set_desk(ada, default_group_id=None)
    for noun, row_id in nouns.items():
        answer = ada.patch(f"/desk/{noun}/{row_id}", {"archived": True}, headers={"if-match": '"1"'})
        assert answer.status_code == 200, answer.text


def made(ada: Client, noun: str, name: str, **more: Any) -> str:
    answer = ada.post(f"/desk/{noun}", {"name": name, **more})
    assert answer.status_code == 201, answer.text
    row_id: str = answer.json()["id"]
    return row_id


def set_desk(ada: Client, **change: Any) -> None:
    version = ada.get("/desk").headers["etag"]
    assert ada.patch("/desk", change, headers={"if-match": version}).status_code == 200


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_a_case_is_raised_with_everything_a_desk_offers_j3(
    open_window: OpenWindow,
    world: World,
    desk: dict[str, str],
    connector: tuple[Connector, "Future[None]"],
    scripts: bool,
) -> None:
    """F094-F098, F101, F102, F127: suggestions, template, category, product, asset, files, a group, the CRM."""
    began = datetime.now(UTC)
    ann = open_window(scripts=scripts)
    ann.open(f"{world.northwind.root}/login")
    customer.log_in(ann, world.northwind)
    case = raised(ann, "lobby" if scripts else "attic")
    it_carries_what_was_chosen(world, case, desk)
    ann_sees_it(ann, world.northwind)
    only_the_group_on_duty_is_told(world, case, began)
    the_crm_hears_of_it_once(*connector, case)


def raised(ann: Window, place: str) -> Case:
    ann.follow("New case")
    customer._see_suggestions(ann)
    page, subject = ann.page, f"prnter ofline in the {place}"
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("What happened?").fill(STORY)
    page.get_by_label("Start from").select_option(label="A printer fails")
    ann.press("Fill in")
    expect(page.get_by_label("Serial number")).to_be_visible()
    expect(page.get_by_label("Category")).to_have_value(re.compile(".+"))
    page.get_by_label("Department").select_option(label="Office")
    page.get_by_label("Product").select_option(label="LX-9")
    page.get_by_label("Priority").select_option(label="High")
    page.get_by_label("Affected device or service").fill(ASSET)
    ann.look()
    attach(ann)
    page.get_by_label("Serial number").fill("none")
    ann.press("Send case")
    expect(page.get_by_role("alert")).to_contain_text("Serial number")
    ann.look()
    expect(page.get_by_label("What happened?")).to_have_value(STORY)
    page.get_by_label("Serial number").fill(SERIAL)
    ann.press("Send case")
    page.wait_for_url(re.compile(r"/cases/CASE-\d+"))
    ann.look()
    return Case(page.url.split("?")[0].rsplit("/", 1)[1], subject, page.url.split("?")[0])


def attach(ann: Window) -> None:
    """Two files, and one that is empty: it is said, and nothing that was typed is lost."""
    page = ann.page
    page.get_by_label("Files (optional)").set_input_files([LOG, customer.EMPTY, PLAN])
    if not ann.scripts:
        page.get_by_label("Serial number").fill(SERIAL)
        ann.press("Send case")
        expect(page.get_by_role("alert")).to_contain_text(f"{customer.EMPTY['name']}: This file is empty.")
        expect(page.get_by_label("Affected device or service")).to_have_value(ASSET)
        ann.look()
        return
    row = page.get_by_role("listitem").filter(has_text=customer.EMPTY["name"])
    expect(row).to_contain_text("This file is empty.")
    row.get_by_role("button", name=f"Remove: {customer.EMPTY['name']}").click()
    for file in (LOG, PLAN):
        expect(page.get_by_role("listitem").filter(has_text=file["name"])).to_contain_text("Uploaded")


def it_carries_what_was_chosen(world: World, case: Case, desk: dict[str, str]) -> None:
    """F101: a group has it, so it is new and nobody's."""
    found = world.as_("sam").get(f"/cases/{case.reference}").json()
    assert (found["status"]["key"], found["assignee"], found["group"]["id"]) == ("new", None, desk["groups"])
    chosen = [found[name] for name in ("category", "department", "product", "priority")]
    assert chosen == ["Printers", "Office", "LX-9", "high"]
    assert [one["value"] for one in found["fields"]] == [SERIAL]
    assert found["asset"]["label"] == ASSET


def ann_sees_it(ann: Window, tenant: Tenant) -> None:
    facts = ann.page.get_by_role("complementary", name="About this case")
    for words in ("Printers", "Office", "LX-9", ASSET, SERIAL):
        expect(facts).to_contain_text(words)

    def both_files() -> bool:
        ann.page.reload()
        return all(ann.page.get_by_role("link", name=file["name"]).count() for file in (LOG, PLAN))

    until(both_files, 30, every=0.5)


def only_the_group_on_duty_is_told(world: World, case: Case, began: datetime) -> None:
    """F127: Sam is on duty and gets one mail; Olga is of the group and off duty; Ann's receipt leads to her case."""
    told = agent.mail(world, agent.EMAIL, case, "New case")
    assert agent.link(told["text"]) == f"{world.northwind.root}/console/cases/{case.reference}"
    receipt = agent.mail(world, customer.EMAIL, case, "We have your request")
    assert agent.link(receipt["text"]) == case.address
    # A mailbox outlives a world, whose cases are counted from the beginning again.
    news = [one for one in agent.mails(world, agent.EMAIL, case) if datetime.fromisoformat(one["received_at"]) > began]
    assert len(news) == 1
    assert not agent.mails(world, agent.OFF_DUTY, case)


def the_crm_hears_of_it_once(crm: Connector, working: "Future[None]", case: Case) -> None:
    """F102: its first life ended before the word of it, so the event comes again; by its id it is one case there."""
    working.result(timeout=60)
    first, second = crm.delivered
    assert first[0] == second[0]
    assert second[1], "the broker did not say that it delivers again"
    [told] = crm.made.values()
    assert (told["reference"], told["category"], told["product"]) == (case.reference, "Printers", "LX-9")
