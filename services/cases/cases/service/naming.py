"""F102, F109: a CRM names a case or a note that was not its own: it heard of it, and made a record for it."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import MayNotDoThat, NoteNotFound
from cases.models import Case, Entry
from cases.policy import may_feed, sees_internal
from cases.service.found import Found, find
from cases.service.timeline import say_changed
from contracts import NoteName
from kit.caller import Caller
from kit.naming import name


class NamedNote(NamedTuple):
    """A note, and the case whose version counts what happens to it."""

    note: Entry
    case: Case


async def name_case(tx: AsyncSession, caller: Caller, key: str, external_id: str) -> Case:
    """F102: say once what the CRM calls a case. Raises CaseNotFound, NamedOtherwise, ExternalIdTaken."""
    found = await _found(tx, caller, key)
    if await name(tx, found.case, external_id):
        say_changed(tx, caller, found.case, ["external_id"], found.member_ids)
    return found.case


async def name_note(tx: AsyncSession, caller: Caller, key: str, note_id: UUID, external_id: str) -> NamedNote:
    """F109: the same of a note on it that the CRM may read. Raises NoteNotFound."""
    found = await _found(tx, caller, key)
    query = select(Entry).where(Entry.case_id == found.case.id, Entry.id == note_id, Entry.kind == "note")
    if not sees_internal(caller):
        query = query.where(Entry.visibility == "customer")
    note = (await tx.execute(query)).scalar_one_or_none()
    if note is None:
        raise NoteNotFound()
    if await name(tx, note, external_id, found.case):
        note.named = True
        called = NoteName(id=note.id, external_id=external_id)
        say_changed(tx, caller, found.case, ["notes"], found.member_ids, called)
    return NamedNote(note, found.case)


async def _found(tx: AsyncSession, caller: Caller, key: str) -> Found:
    """The case, locked. It takes a key that feeds, and that reads what it names."""
    if not may_feed(caller):
        raise MayNotDoThat("Send a key with the scope crm.write.")
    return await find(tx, caller, key)
