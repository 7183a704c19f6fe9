"""Notifier over its real database, a tenant with people in it, and what happens on their cases."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from contracts import (
    Actor,
    CaseChanged,
    CaseClosed,
    CaseNoteAdded,
    CaseOpened,
    CasePromiseMissed,
    CaseRated,
    CaseReopened,
    ContactChanged,
    Event,
    PortalSettingsChanged,
    StaffChanged,
)
from contracts.event import Envelope
from kit.db import Database, fetch
from kit.ids import new_id, now
from kit.inbox import Inbox
from kit.testing import PUBLIC_KEY, SEALING_KEY, Served, served
from notifier.handlers import hears
from notifier.main import build
from notifier.settings import NotifierSettings
from stack import databases

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
async def database(service_database: Callable[[str], databases.Database]) -> AsyncIterator[Database]:
    opened = Database(service_database("notifier").app_url, pool_size=8)
    yield opened
    await opened.close()


@pytest.fixture
def settings(database: Database) -> NotifierSettings:
    return NotifierSettings(
        database_url=database.url,
        amqp_url="amqp://localhost:1",
        caller_public_key=PUBLIC_KEY,
        mail_keys=SEALING_KEY,
        mail_from="Portico <portal@portico.example>",
    )


@pytest.fixture
async def notifier(settings: NotifierSettings, database: Database) -> AsyncIterator[Served]:
    app = build(settings, database)
    async with served(app, "notifier") as client:
        yield client
    app.state.listening.drain()


class House:
    """A tenant: Ann and Bob of a customer, Sam and Ada of the staff, and one case of Ann's."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.inbox = Inbox(database, hears)
        self.tenant, self.case, self.organisation = new_id(), new_id(), new_id()
        self.ann, self.bob, self.sam, self.ada = new_id(), new_id(), new_id(), new_id()

    def address(self, name: str) -> str:
        return f"{name}-{self.tenant.hex[-10:]}@acme.example"

    async def hear(self, event: Event, *, version: int = 1, event_id: UUID | None = None) -> UUID:
        """Deliver an event as the bus would."""
        envelope = Envelope(
            id=event_id or new_id(),
            type=event.type,
            tenant_id=self.tenant,
            occurred_at=now(),
            version=version,
            data=event.model_dump(mode="json"),
        )
        await self.inbox.deliver(envelope, envelope.model_dump_json().encode(), TRACE)
        return envelope.id

    async def portal(self, *, version: int = 1, **changed: Any) -> None:
        values = {
            "name": "Northwind Telecom",
            "slug": "northwind",
            "portal_url": "http://localhost:8700/portal/northwind",
            "accent": "#0b6e4f",
            "support_email": "help@northwind.example",
            "modules": ["cases", "documents"],
        }
        await self.hear(PortalSettingsChanged.model_validate(values | changed), version=version)

    async def contact(self, name: str, *, version: int = 1, **changed: Any) -> None:
        values = {
            "contact_id": getattr(self, name),
            "external_id": None,
            "name": f"{name.title()} Archer",
            "email": self.address(name),
            "organisation_id": self.organisation,
            "portal_enabled": True,
            "email_opt_out": False,
        }
        await self.hear(ContactChanged.model_validate(values | changed), version=version)

    async def staff(self, name: str, *, version: int = 1, **changed: Any) -> None:
        values = {
            "staff_id": getattr(self, name),
            "name": f"{name.title()} Stone",
            "email": self.address(name),
            "on_duty": True,
            "active": True,
        }
        await self.hear(StaffChanged.model_validate(values | changed), version=version)

    async def move_in(self) -> None:
        """Sam is on duty, Ada is not."""
        await self.portal()
        for name in ("ann", "bob"):
            await self.contact(name)
        await self.staff("sam")
        await self.staff("ada", on_duty=False)

    def actor(self, name: str) -> Actor:
        kind = "contact" if name in ("ann", "bob") else "staff"
        return Actor(id=getattr(self, name), kind=kind, name=f"{name.title()}")

    def _on_the_case(self, **values: Any) -> dict[str, Any]:
        known = {
            "case_id": self.case,
            "reference": "CASE-1042",
            "subject": "Printer offline",
            "status": "new",
            "priority": "high",
            "organisation_id": self.organisation,
            "contact_id": self.ann,
            "assignee_id": None,
            "document_ids": [],
            "watcher_ids": [],
        }
        return known | values

    def opened(self, by: str = "ann", **values: Any) -> CaseOpened:
        return CaseOpened.model_validate(self._on_the_case(**{"opened_by": self.actor(by), **values}))

    def noted(self, by: str, visibility: str = "customer", **values: Any) -> CaseNoteAdded:
        values = {"author": self.actor(by), "visibility": visibility, "note_id": new_id(), "excerpt": "Hm."} | values
        return CaseNoteAdded.model_validate(self._on_the_case(**values))

    def changed(self, by: str, *fields: str, **values: Any) -> CaseChanged:
        return CaseChanged.model_validate(
            self._on_the_case(**{"changed_by": self.actor(by), "fields": list(fields), **values})
        )

    def closed(self, by: str, **values: Any) -> CaseClosed:
        return CaseClosed.model_validate(self._on_the_case(**{"closed_by": self.actor(by), **values}))

    def reopened(self, by: str, **values: Any) -> CaseReopened:
        return CaseReopened.model_validate(self._on_the_case(reopened_by=self.actor(by), **values))

    def missed(self, **values: Any) -> CasePromiseMissed:
        facts = {"promise": "response", "due_at": now(), "group_id": None}
        return CasePromiseMissed.model_validate(self._on_the_case(**facts, **values))

    def rated(self, by: str, **values: Any) -> CaseRated:
        said = {"rating": 4, "comment": None, "rated_by": self.actor(by)}
        return CaseRated.model_validate(self._on_the_case(**said, **values))

    async def rows(self, statement: str, *values: Any) -> list[Any]:
        async with self.database.transaction(self.tenant) as tx:
            return await fetch(tx, statement, *values)

    async def mails(self) -> list[Any]:
        return await self.rows("SELECT * FROM mails ORDER BY recipient, template")

    async def told(self) -> set[tuple[str, str]]:
        """Who gets a mail, and which."""
        return {(row["recipient"].split("-")[0], row["template"]) for row in await self.mails()}


@pytest.fixture
async def house(database: Database) -> House:
    new = House(database)
    await new.move_in()
    return new


class Behind:
    """What a test does behind the service's back, as the superuser."""

    def __init__(self, url: str) -> None:
        self.url = url

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(self.url)
        yield connection
        await connection.close()

    async def execute(self, statement: str, *values: Any) -> None:
        async with self.connected() as connection:
            await connection.execute(statement, *values)

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        async with self.connected() as connection:
            return list(await connection.fetch(statement, *values))


@pytest.fixture
async def behind(superuser: str, database: Database) -> Behind:
    """The database, emptied of other tests' mails: whoever sends takes those of every tenant."""
    back = Behind(urlsplit(superuser)._replace(path=urlsplit(database.url).path).geturl())
    await back.execute("DELETE FROM mails")
    return back
