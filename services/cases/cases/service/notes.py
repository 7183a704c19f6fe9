"""What people write on a case."""

from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.errors import CaseClosed, MayNotDoThat
from cases.models import Case, Entry
from cases.policy import can
from cases.schemas.cases import NewNote
from cases.service.found import find
from cases.service.timeline import actor, entry, put, touch
from kit.caller import Caller
from kit.outbox import emit

EXCERPT = 500
"""Characters of a note that its event carries."""


async def add_note(tx: AsyncSession, caller: Caller, key: str, new: NewNote) -> Entry:
    """F108, F110: write on a case, to the customer or among staff."""
    case, watcher_ids, *_ = await find(tx, caller, key)
    if case.status == "closed":
        raise CaseClosed()
    if not can(caller, "note_internal" if new.visibility == "internal" else "comment", case):
        raise MayNotDoThat()
    note = entry(case, caller, kind="note", visibility=new.visibility, body=new.body)
    tx.add(note)
    _move_on(tx, caller, case, new.visibility)
    touch(case)
    event = contracts.CaseNoteAdded(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        note_id=note.id,
        visibility=new.visibility,
        author=actor(caller),
        contact_id=case.contact_id,
        assignee_id=case.assignee_id,
        watcher_ids=watcher_ids,
        excerpt=new.body[:EXCERPT],
        document_ids=new.document_ids,
        organisation_id=case.organisation_id,
        author_organisation_id=caller.organisation_id,
    )
    emit(tx, event, version=case.version)
    await tx.flush()
    return note


def _move_on(tx: AsyncSession, caller: Caller, case: Case, visibility: str) -> None:
    """A customer's answer ends the waiting; staff's first answer begins the work."""
    ended = (caller.kind == "contact" and case.status in ("waiting", "resolved")) or (
        caller.kind == "staff" and visibility == "customer" and case.status == "new"
    )
    if ended:
        put(tx, caller, case, "status", "in_progress")
