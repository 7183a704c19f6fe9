"""What people write on a case."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.errors import AnsweredMeanwhile, CaseClosed, FieldNotYours, MayNotDoThat
from cases.models import Entry
from cases.policy import can
from cases.schemas.cases import NewNote
from cases.service import following, promises
from cases.service.found import Found, find
from cases.service.mentions import mentioned
from cases.service.timeline import actor, entry, put, say_changed, touch
from kit.caller import Caller
from kit.outbox import emit

EXCERPT = 500
"""Characters of a note that its event carries."""


async def add_note(tx: AsyncSession, caller: Caller, key: str, new: NewNote) -> Entry:
    """F108, F110: write on a case, to the customer or among staff. Whoever is named in it follows the case."""
    found = await find(tx, caller, key, seen_at=new.seen_at)
    _check(caller, found, new)
    case, internal = found.case, new.visibility == "internal"
    # Asked before anything is written: what is on its way would be sent first, in statements of its own.
    named = await mentioned(tx, caller, case, new.body, internal=internal)
    note = entry(case, caller, kind="note", visibility=new.visibility, body=new.body)
    tx.add(note)
    moved = _move_on(tx, caller, found, new)
    touch(case)
    followers = [one for one in named if one not in (*found.watcher_ids, case.contact_id)]
    following.add(tx, case.id, followers)
    _say(tx, caller, found, note, new, [*found.watcher_ids, *followers])
    if moved:
        say_changed(tx, caller, case, ["status"], found.member_ids)
    await tx.flush()
    return note


def _check(caller: Caller, found: Found, new: NewNote) -> None:
    if found.case.status == "closed":
        raise CaseClosed()
    if not can(caller, "note_internal" if new.visibility == "internal" else "comment", found.case):
        raise MayNotDoThat()
    if new.status and not can(caller, "change_status", found.case):
        raise FieldNotYours()
    if found.answered_since:
        raise AnsweredMeanwhile()


def _say(tx: AsyncSession, caller: Caller, found: Found, note: Entry, new: NewNote, watcher_ids: list[UUID]) -> None:
    case = found.case
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
        group_member_ids=list(found.member_ids),
    )
    emit(tx, event, version=case.version)


def _move_on(tx: AsyncSession, caller: Caller, found: Found, new: NewNote) -> bool:
    """A customer's answer ends the waiting; staff's first answer begins the work and keeps a promise, and staff say how
    the case stands then. Does it stand otherwise?"""
    case, to_customer = found.case, caller.kind == "staff" and new.visibility == "customer"
    if to_customer:
        promises.answered(case, found.rules)
    goes_on = caller.kind == "contact" and case.status in ("waiting", "resolved")
    status = new.status or ("in_progress" if goes_on or (to_customer and case.status == "new") else case.status)
    if status == case.status:
        return False
    put(tx, caller, case, "status", status)
    promises.status_set(case, found.rules)
    return True
