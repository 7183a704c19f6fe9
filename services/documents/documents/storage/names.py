"""What the storage is asked for and answers: keys, objects, parts; and what may be the matter with them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

INCOMING = "incoming/"


class ObjectMissing(LookupError):
    """There is no such object."""


class UploadGone(LookupError):
    """There is no such upload in parts: it was put together, or given up."""


class ObjectReplaced(LookupError):
    """The object is no longer the one that was looked at."""


@dataclass(frozen=True)
class Piece:
    """One part that has arrived."""

    number: int
    size: int
    etag: str


@dataclass(frozen=True)
class Begun:
    """An upload in parts that was begun and has not ended."""

    key: str
    upload_id: str
    modified: datetime


@dataclass(frozen=True)
class Stored:
    """One object: its key, and what tells it from another under the same key."""

    key: str
    size: int
    etag: str
    modified: datetime


def incoming_key(tenant_id: UUID, document_id: UUID) -> str:
    """Where an upload arrives."""
    return f"{INCOMING}{tenant_id}/{document_id}"


def kept_key(tenant_id: UUID, object_id: UUID) -> str:
    """Where a checked file stays."""
    return f"{tenant_id}/{object_id}"


def attachment(file_name: str) -> str:
    """A Content-Disposition that saves under any name (RFC 6266): plain for the old, exact for the others."""
    plain = "".join(c if c.isascii() and c not in '"\\%' else "_" for c in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
