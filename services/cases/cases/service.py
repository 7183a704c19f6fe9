"""What can be done to cases. The only place that writes them, and the only one that says so."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases import queries
from cases.errors import (
    CaseClosed,
    CaseNotFound,
    MayNotClose,
    MayNotDoThat,
    NobodyToOpenFor,
    UnknownAssignee,
)
from cases.models import STATUSES, Case, Entry
from cases.policy import can, visible
from cases.schemas import CaseChange, NewCase, NewNote
from contracts import Actor
from kit.caller import Caller
from kit.ids import new_id, now
from kit.outbox import emit
from kit.problems import VersionStale

EXCERPT = 500
"""Characters of a note that its event carries."""


async def open_case(tx: AsyncSession, caller: Caller, new: NewCase) -> Case:
    """F094: open a case for the caller, or by staff for a contact, and say so."""
    contact_id, contact_name, organisation_id = await _whose(tx, caller, new.contact_id)
    case = Case(
        id=new_id(),
        subject=new.subject,
        body=new.body,
        priority=new.priority,
        category=new.category,
        organisation_id=organisation_id,
        contact_id=contact_id,
        contact_name=contact_name,
    )
    tx.add(case)
    await tx.flush()
    event = contracts.CaseOpened(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        status=case.status,
        priority=case.priority,
        organisation_id=case.organisation_id,
        opened_by=actor(caller),
        contact_id=case.contact_id,
        assignee_id=case.assignee_id,
        document_ids=new.document_ids,
    )
    emit(tx, event, version=case.version)
    return case


async def _whose(tx: AsyncSession, caller: Caller, contact_id: UUID | None) -> tuple[UUID, str, UUID]:
    if caller.kind == "contact" and caller.id and caller.organisation_id and caller.uses("cases"):
        if contact_id in (None, caller.id):
            return caller.id, caller.name, caller.organisation_id
        if not caller.has("organisation.manage"):
            raise MayNotDoThat("You can open cases for yourself only.")
        return await _colleague(tx, contact_id, caller.organisation_id)
    if caller.kind != "staff" or not caller.has("cases.answer"):
        raise MayNotDoThat()
    contact = await queries.person(tx, contact_id, "contact") if contact_id else None
    if contact is None:
        raise NobodyToOpenFor()
    return contact.id, contact.name, contact.organisation_id


async def _colleague(tx: AsyncSession, contact_id: UUID, organisation_id: UUID) -> tuple[UUID, str, UUID]:
    """Somebody of the organisation that a manager acts for. Raises NobodyToOpenFor."""
    found = await queries.person(tx, contact_id, "contact", organisation_id)
    if found is None:
        raise NobodyToOpenFor()
    return found.id, found.name, organisation_id


async def add_note(tx: AsyncSession, caller: Caller, key: str, new: NewNote) -> Entry:
    """F108, F110: write on a case, to the customer or among staff."""
    case, watcher_ids, *_ = await _load(tx, caller, key)
    if case.status == "closed":
        raise CaseClosed()
    if not can(caller, "note_internal" if new.visibility == "internal" else "comment", case):
        raise MayNotDoThat()
    note = _entry(case, caller, kind="note", visibility=new.visibility, body=new.body)
    tx.add(note)
    _move_on(tx, caller, case, new.visibility)
    _touch(case)
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
        _set(tx, caller, case, "status", "in_progress")


async def close_case(tx: AsyncSession, caller: Caller, key: str) -> Case:
    """F123, F124: mark a case as closed. Closing a closed one changes nothing."""
    case, watcher_ids, *_ = await _load(tx, caller, key)
    if case.status == "closed":
        return case
    if not can(caller, "close", case):
        raise MayNotClose()
    _set(tx, caller, case, "status", "closed")
    case.closed_at = now()
    _touch(case)
    event = contracts.CaseClosed(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        closed_by=actor(caller),
        contact_id=case.contact_id,
        assignee_id=case.assignee_id,
        watcher_ids=watcher_ids,
        organisation_id=case.organisation_id,
    )
    emit(tx, event, version=case.version)
    return case


async def reopen_case(tx: AsyncSession, caller: Caller, key: str) -> Case:
    """Staff open a closed case again; one that is open stays as it is."""
    case, *_ = await _load(tx, caller, key)
    if case.status != "closed":
        return case
    if not can(caller, "reopen", case):
        raise MayNotDoThat()
    _set(tx, caller, case, "status", "in_progress")
    case.closed_at = None
    _touch(case)
    _say_changed(tx, caller, case, ["status"])
    return case


async def change_case(tx: AsyncSession, caller: Caller, key: str, change: CaseChange, version: int) -> Case:
    """F107: staff set status, priority, category or assignee. Raises VersionStale when it has moved on."""
    if change.status == "closed":
        raise MayNotDoThat("Close the case instead of setting its status.")
    case, _, old_assignee, new_assignee = await _load(tx, caller, key, change.assignee_id)
    if case.version != version:
        raise VersionStale()
    if case.status == "closed":
        raise CaseClosed("This case is closed. Reopen it before changing it.")
    if not can(caller, "change_status", case):
        raise MayNotDoThat()
    if change.assignee_id and new_assignee is None:
        raise UnknownAssignee()
    wanted = change.model_dump(exclude_unset=True)
    changed = [
        field for field, value in wanted.items() if getattr(case, field) != value and not _required(field, value)
    ]
    names = {"assignee_id": (old_assignee, new_assignee)}
    for field in changed:
        _set(tx, caller, case, field, wanted[field], names.get(field))
    if changed:
        _touch(case)
        _say_changed(tx, caller, case, changed)
    return case


def _required(field: str, value: object) -> bool:
    return value is None and field in ("status", "priority")


async def note_file(tx: AsyncSession, event: contracts.DocumentLinked) -> None:
    """F112: a file that documents hung on a case appears on its timeline."""
    case = (await tx.execute(select(Case).where(Case.id == event.case_id).with_for_update())).scalar_one_or_none()
    if case is None:
        return
    who = event.linked_by
    tx.add(
        Entry(
            case_id=case.id,
            kind="file",
            visibility=event.visibility,
            author_id=who.id,
            author_kind=who.kind,
            author_name=who.name,
            new=event.title or event.file_name,
        )
    )
    _touch(case)


async def _load(
    tx: AsyncSession, caller: Caller, key: str, assignee_id: UUID | None = None
) -> tuple[Case, list[UUID], str | None, str | None]:
    """The case, locked; who follows it; its assignee's name; the name of whom it could be given to."""
    columns = Case, queries.watcher_ids, queries.assignee_name, queries.staff_name(assignee_id)
    query = select(*columns).where(visible(caller), queries.by_key(key)).with_for_update(of=Case)
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise CaseNotFound()
    return found[0], found[1] or [], found[2], found[3]


def _touch(case: Case) -> None:
    case.version += 1
    case.updated_at = now()


def _set(
    tx: AsyncSession,
    caller: Caller,
    case: Case,
    field: str,
    value: Any,
    names: tuple[str | None, str | None] | None = None,
) -> None:
    """Change a field, and tell it on the timeline in the words people know: `names` for what is kept as an id."""
    old, new = names or (_shown(field, getattr(case, field)), _shown(field, value))
    setattr(case, field, value)
    tx.add(_entry(case, caller, kind="change", field=field, old=old, new=new))


def _shown(field: str, value: Any) -> str | None:
    return STATUSES.get(value, value) if field == "status" else (str(value) if value is not None else None)


def _entry(case: Case, caller: Caller, **values: Any) -> Entry:
    # Every column named, so that several entries of one verb go in one statement.
    values = {"kind": "note", "body": "", "field": None, "old": None, "new": None} | values
    values.setdefault("visibility", "internal" if values["field"] == "assignee_id" else "customer")
    return Entry(
        id=new_id(),
        case_id=case.id,
        author_id=caller.id,
        author_kind=caller.kind,
        author_name=caller.name,
        created_at=now(),
        **values,
    )


def _say_changed(tx: AsyncSession, caller: Caller, case: Case, fields: list[str]) -> None:
    event = contracts.CaseChanged(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        status=case.status,
        priority=case.priority,
        assignee_id=case.assignee_id,
        changed_by=actor(caller),
        fields=fields,
    )
    emit(tx, event, version=case.version)


def actor(caller: Caller) -> Actor:
    """Who did it, as events name them."""
    return Actor(id=caller.id, kind=caller.kind, name=caller.name)
