"""Files that come in parts: begun, added to, given up, and checked by the worker where they are large."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from documents import queries
from documents.errors import DocumentNotFound, MayNotDoThat, NotInParts, UploadOver
from documents.models import Document
from documents.policy import is_own, visible
from documents.service.uploads import briefly, changed, held, idle, lease
from kit.caller import Caller
from kit.db import AnyRow
from kit.ids import now

LARGE_LASTS = timedelta(days=1)
"""How long an upload in parts may rest before it is forgotten; asking for links to parts is no rest."""
LATER = timedelta(minutes=1)
"""When a check that found the storage or the scanner away is tried again."""


@dataclass(frozen=True)
class Coming:
    """A file on its way in parts."""

    document: Document | AnyRow
    upload_id: str
    part_size: int

    @property
    def count(self) -> int:
        """How many parts it has."""
        return -(-self._size // self.part_size)

    @property
    def _size(self) -> int:
        size: int = self.document.size
        return size

    def size_of(self, number: int) -> int:
        """Bytes of one part: the last has what is left."""
        return min(self.part_size, self._size - (number - 1) * self.part_size)


async def coming(tx: AsyncSession, caller: Caller, document_id: UUID) -> Coming:
    """The caller's upload in parts. Raises what keeps it from being added to."""
    row = await queries.one(tx, caller, document_id)
    if row is None:
        raise DocumentNotFound()
    if not is_own(caller, row):
        raise MayNotDoThat("Only the person who uploads a file can add to it.")
    if row.upload_id is None:
        raise NotInParts()
    if row.state != "pending":
        raise UploadOver()
    return in_parts(row)


def in_parts(document: Document | AnyRow) -> Coming:
    """What is known of the parts of a file that comes in some."""
    assert document.upload_id is not None
    assert document.part_size is not None
    return Coming(document, document.upload_id, document.part_size)


async def linger(tx: AsyncSession, document_id: UUID) -> None:
    """Somebody is at work on an upload: it has its time anew."""
    await tx.execute(update(Document).where(Document.id == document_id, idle()).values(expires_at=now() + LARGE_LASTS))


async def give_up(tx: AsyncSession, caller: Caller, document_id: UUID) -> Document:
    """F147: forget one's own upload. Returns what it was, for its bytes to be removed."""
    mine = (Document.id == document_id, Document.uploaded_by_id == caller.id, visible(caller), idle())
    query = delete(Document).where(*mine).returning(Document).execution_options(synchronize_session=False)
    found = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        row = await queries.one(tx, caller, document_id)
        raise UploadOver() if row is not None and is_own(caller, row) else DocumentNotFound()
    return found


async def hold(tx: AsyncSession, document_id: UUID) -> Document | None:
    """Take the lease of an upload in parts that is to be forgotten: nobody shall put together what is being removed."""
    stale = (Document.id == document_id, Document.upload_id.is_not(None), idle())
    return await changed(tx, update(Document).where(*stale).values(state="checking", checking_until=lease()))


async def leave_to_worker(tx: AsyncSession, document: Document) -> Document | None:
    """A large file is whole: its check is due, whenever the worker comes to it."""
    values = {"checking_until": func.now(), "expires_at": now() + LARGE_LASTS}
    return await changed(tx, held(document).values(values))


async def take_up(tx: AsyncSession, document_id: UUID) -> Document | None:
    """Take the lease of a check that is due. None when another has."""
    due = (Document.id == document_id, Document.state == "checking", Document.upload_id.is_not(None), idle())
    return await changed(tx, update(Document).where(*due).values(checking_until=briefly()))


async def renew(tx: AsyncSession, document: Document) -> Document | None:
    """Whoever checks a file is still at it. None when it was taken from them."""
    return await changed(tx, held(document).values(checking_until=briefly()))


async def postpone(tx: AsyncSession, document: Document) -> None:
    """What a check needs is away: it is due again in a while."""
    await changed(tx, held(document).values(checking_until=func.now() + LATER))
