"""F109: what was said on cases, as the CRM has it: up to 1,000 notes in a few statements, each fares by itself."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases import queries
from cases.errors import MayNotDoThat, NoteOfAnotherCase, NotYet, UnknownCase, UnknownContact, WrittenHere
from cases.models import Case, Entry, KnownPerson
from cases.policy import may_feed
from cases.queries.rules import Rules, days_off, desk_text, rules
from cases.schemas.fed_notes import NoteRow
from cases.service import promises
from cases.service.notes import EXCERPT
from cases.service.timeline import entry, say_changed, touch
from contracts import Actor
from kit.batches import Result
from kit.caller import Caller
from kit.ids import now
from kit.outbox import emit
from kit.problems import Problem


class Noted(NamedTuple):
    """How a note fared."""

    external_id: str
    result: Result
    note: Entry | None = None
    case: Case | None = None
    problem: Problem | None = None


class _Known(NamedTuple):
    """What the notes refer to, by what the CRM calls it; `followers` of a case by its id."""

    cases: Mapping[str, Case]
    followers: Mapping[UUID, Sequence[UUID]]
    members: Mapping[UUID, Sequence[UUID]]
    notes: Mapping[str, Entry]
    contacts: Mapping[str, KnownPerson]
    rules: Rules | None
    """None where there is no case."""


async def write_notes(tx: AsyncSession, caller: Caller, rows: Mapping[str, NoteRow]) -> list[Noted]:
    """Write or change notes by external id, in the order in which they came."""
    if not may_feed(caller):
        raise MayNotDoThat("Send a key with the scope crm.write.")
    known = await _look_up(tx, rows)
    noted = [_one(tx, caller, known, key, row) for key, row in rows.items()]
    _count_up(noted)
    for one in noted:
        _say(tx, caller, known, rows[one.external_id], one)
    return noted


async def _look_up(tx: AsyncSession, rows: Mapping[str, NoteRow]) -> _Known:
    """All of it in three statements, the cases locked in one order for everybody."""
    query = select(Case, queries.watcher_ids, queries.member_ids(), desk_text, days_off)
    query = query.where(Case.external_id.in_({row.case_external_id for row in rows.values()})).order_by(Case.id)
    found = (await tx.execute(query.with_for_update(of=Case))).all()
    notes = (await tx.execute(select(Entry).where(Entry.external_id.in_(rows)))).scalars().all()
    named = {row.contact_external_id for row in rows.values() if row.contact_external_id}
    people = select(KnownPerson).where(KnownPerson.kind == "contact", KnownPerson.external_id.in_(named))
    contacts = (await tx.execute(people)).scalars().all() if named else []
    return _Known(
        {row[0].external_id or "": row[0] for row in found},
        {row[0].id: row[1] or [] for row in found},
        {row[0].id: row[2] or [] for row in found},
        {note.external_id or "": note for note in notes},
        {person.external_id or "": person for person in contacts},
        rules(found[0][3], found[0][4]) if found else None,
    )


def _one(tx: AsyncSession, caller: Caller, known: _Known, key: str, row: NoteRow) -> Noted:
    try:
        case, author = _case(known, row), _author(caller, known, row)
        if row.written_at and row.written_at > now():
            raise NotYet(errors=[{"field": "written_at", "detail": NotYet.title}])
        note = known.notes.get(key)
        if note is None:
            note = _new(tx, caller, case, author, key, row)
            _keep_promise(known, case, note)
            return Noted(key, "created", note, case)
        return _change(case, note, row)
    except Problem as problem:
        return Noted(key, "failed", problem=problem)


def _case(known: _Known, row: NoteRow) -> Case:
    if row.case_external_id not in known.cases:
        raise UnknownCase(errors=[{"field": "case_external_id", "detail": UnknownCase.title}])
    return known.cases[row.case_external_id]


def _author(caller: Caller, known: _Known, row: NoteRow) -> Actor:
    """Who wrote it: a contact by name, else the CRM for the tenant's people."""
    if row.contact_external_id is None:
        return Actor(id=caller.id, kind="key", name=row.author_name or caller.name)
    person = known.contacts.get(row.contact_external_id)
    if person is None:
        raise UnknownContact(errors=[{"field": "contact_external_id", "detail": UnknownContact.title}])
    return Actor(id=person.id, kind="contact", name=person.name)


def _new(tx: AsyncSession, caller: Caller, case: Case, author: Actor, key: str, row: NoteRow) -> Entry:
    note = entry(case, caller, body=row.body, visibility=row.visibility)
    note.external_id, note.created_at = key, row.written_at or note.created_at
    note.author_id, note.author_kind, note.author_name = author.id, author.kind, author.name
    tx.add(note)
    return note


def _keep_promise(known: _Known, case: Case, note: Entry) -> None:
    """What the tenant's people answered in the CRM is an answer as well."""
    if known.rules and note.visibility == "customer" and note.author_kind != "contact":
        promises.answered(case, known.rules, note.created_at)


def _change(case: Case, note: Entry, row: NoteRow) -> Noted:
    """Its words and who reads them; who wrote it and when stays. Raises NoteOfAnotherCase and WrittenHere."""
    if note.case_id != case.id:
        raise NoteOfAnotherCase(errors=[{"field": "case_external_id", "detail": NoteOfAnotherCase.title}])
    wanted: dict[str, Any] = {"body": row.body, "visibility": row.visibility}
    changed = {name: value for name, value in wanted.items() if getattr(note, name) != value}
    if changed and note.named:
        raise WrittenHere(errors=[{"field": name, "detail": WrittenHere.title} for name in changed])
    for name, value in changed.items():
        setattr(note, name, value)
    return Noted(note.external_id or "", "updated" if changed else "unchanged", note, case)


def _count_up(noted: Sequence[Noted]) -> None:
    """Each case that has something new once, however many notes it got."""
    for case in {one.case.id: one.case for one in noted if one.case and one.result != "unchanged"}.values():
        touch(case)


def _say(tx: AsyncSession, caller: Caller, known: _Known, row: NoteRow, one: Noted) -> None:
    case, note = one.case, one.note
    if case is None or note is None or one.result == "unchanged":
        return
    if one.result == "updated":
        say_changed(tx, caller, case, ["notes"], known.members[case.id])
        return
    author = Actor(id=note.author_id, kind=note.author_kind, name=note.author_name)
    event = contracts.CaseNoteAdded(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        note_id=note.id,
        visibility=row.visibility,
        author=author,
        contact_id=case.contact_id,
        assignee_id=case.assignee_id,
        watcher_ids=list(known.followers[case.id]),
        excerpt=row.body[:EXCERPT],
        document_ids=[],
        organisation_id=case.organisation_id,
        group_member_ids=list(known.members[case.id]),
        notify=row.notify,
    )
    emit(tx, event, version=case.version)
