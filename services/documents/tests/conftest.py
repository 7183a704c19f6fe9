"""The app of documents over its real database and bucket, and what people do with it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import httpx
import pytest
from minio import Minio
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Engine

from contracts import Actor, CaseOpened, Envelope, Event
from documents.handlers import hears
from documents.main import build
from documents.settings import DocumentsSettings
from documents.storage import Storage
from kit import failpoints
from kit.caller import Caller
from kit.db import Database
from kit.ids import new_id, now
from kit.inbox import Inbox
from kit.testing import PUBLIC_KEY, As, Served, contact, served
from stack import databases
from stack.s3 import Storage as Bucket

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)


class Bus:
    """Events, as they reach this service's inbox."""

    def __init__(self, database: Database, tenant: UUID) -> None:
        self._inbox = Inbox(database, hears)
        self._tenant = tenant

    async def say(self, event: Event, *, version: int = 1, times: int = 1) -> None:
        data: dict[str, Any] = event.model_dump(mode="json")
        envelope = Envelope(
            id=new_id(), type=event.type, tenant_id=self._tenant, occurred_at=now(), version=version, data=data
        )
        for _ in range(times):
            await self._inbox.deliver(envelope, envelope.model_dump_json().encode(), "")

    async def open_case(self, by: Caller, **other: Any) -> UUID:
        """A case of a contact, as cases tells of it."""
        event = opened(by, **other)
        await self.say(event)
        return event.case_id


def opened(by: Caller, **other: Any) -> CaseOpened:
    values: dict[str, Any] = {
        "case_id": new_id(),
        "reference": "CASE-1001",
        "subject": "Printer offline",
        "status": "new",
        "priority": "normal",
        "organisation_id": by.organisation_id,
        "opened_by": Actor(id=by.id, kind=by.kind, name=by.name),
        "contact_id": by.id,
        "assignee_id": None,
        "document_ids": [],
    }
    return CaseOpened(**values | other)


async def announce(client: As, content: bytes = PNG, name: str = "photo.png", **other: Any) -> httpx.Response:
    return await client.post("/documents/uploads", {"file_name": name, "size": len(content)} | other)


async def send(announced: httpx.Response, content: bytes) -> None:
    """What a browser does with the link it was given."""
    upload = announced.json()["upload"]
    async with httpx.AsyncClient() as browser:
        sent = await browser.request(upload["method"], upload["url"], headers=upload["headers"], content=content)
    assert sent.status_code == 200, sent.text


async def arrived(client: As, content: bytes = PNG, name: str = "photo.png", **other: Any) -> str:
    """Announced and sent, not committed. Returns the document's id."""
    response = await announce(client, content, name, **other)
    assert response.status_code == 201, response.text
    await send(response, content)
    return str(response.json()["document_id"])


async def uploaded(client: As, content: bytes = PNG, name: str = "photo.png", **other: Any) -> dict[str, Any]:
    """Announced, sent and committed. Returns the document."""
    response = await client.post(f"/documents/{await arrived(client, content, name, **other)}/commit")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


Doing = Callable[..., Awaitable[Any]]


@pytest.fixture(name="announce")
def _announce() -> Doing:
    return announce


@pytest.fixture(name="send")
def _send() -> Doing:
    return send


@pytest.fixture(name="arrived")
def _arrived() -> Doing:
    return arrived


@pytest.fixture(name="uploaded")
def _uploaded() -> Doing:
    return uploaded


@pytest.fixture(name="opened")
def _opened() -> Callable[..., CaseOpened]:
    return opened


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    """A contact of Acme."""
    return contact(tenant, acme)


@pytest.fixture
async def database(service_database: Callable[[str], databases.Database]) -> AsyncIterator[Database]:
    made = Database(service_database("documents").app_url, pool_size=4)
    yield made
    await made.close()


@pytest.fixture
def settings(database: Database, s3: Bucket) -> DocumentsSettings:
    return settings_over(database, s3)


def settings_over(database: Database, s3: Bucket, **other: Any) -> DocumentsSettings:
    values: dict[str, Any] = {
        "database_url": database.url,
        "amqp_url": "amqp://localhost:1",
        "caller_public_key": PUBLIC_KEY,
        "s3_url": s3.url,
        "s3_access_key": s3.access_key,
        "s3_secret_key": s3.secret_key,
        "s3_bucket": s3.bucket,
    }
    return DocumentsSettings(**values | other)


@pytest.fixture
def served_with(database: Database, s3: Bucket) -> Callable[..., AbstractAsyncContextManager[Served]]:
    """The app, configured otherwise."""

    def made(**other: Any) -> AbstractAsyncContextManager[Served]:
        return served(build(settings_over(database, s3, **other), database), "documents")

    return made


@pytest.fixture
async def documents(settings: DocumentsSettings, database: Database) -> AsyncIterator[Served]:
    async with served(build(settings, database), "documents") as app:
        yield app


@pytest.fixture
def storage(settings: DocumentsSettings) -> Storage:
    return Storage(settings)


@pytest.fixture
def bucket(s3: Bucket) -> "Objects":
    return Objects(s3)


class Objects:
    """The bucket, seen from outside."""

    def __init__(self, s3: Bucket) -> None:
        self.client: Minio = s3.client()
        self.name = s3.bucket

    def keys(self, tenant: UUID) -> list[str]:
        found = self.client.list_objects(self.name, recursive=True)
        return [str(item.object_name) for item in found if str(tenant) in str(item.object_name)]


@pytest.fixture
def tenant() -> UUID:
    return new_id()


@pytest.fixture
def acme() -> UUID:
    return new_id()


@pytest.fixture
def bus(database: Database, tenant: UUID) -> Bus:
    return Bus(database, tenant)


@pytest.fixture
def failing_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Arm one failpoint to raise, until another is armed; an empty name arms none."""

    def arm(name: str) -> None:
        monkeypatch.setattr(failpoints, "_actions", {name: "raise"} if name else {})

    return arm


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What the database was asked through SQLAlchemy: everything but BEGIN and COMMIT."""
    said: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        said.append(statement)

    sqlalchemy_event.listen(Engine, "before_cursor_execute", note)
    yield said
    sqlalchemy_event.remove(Engine, "before_cursor_execute", note)
