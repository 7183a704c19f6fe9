"""Two cases become one, and a note becomes a case of its own."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases import queries
from cases.errors import CaseNotFound, MayNotDoThat, MergeNotPossible, NoteNotFound
from cases.models import Case, CaseArticle, Entry, Watcher
from cases.policy import can, visible
from cases.queries.rules import days_off, desk_text, rules
from cases.schemas.talk import Split
from cases.service import promises
from cases.service.found import Found, Standing, find
from cases.service.opened import say_opened
from cases.service.timeline import actor, entry, touch
from kit.caller import Caller
from kit.db import tenant_of
from kit.ids import new_id, now
from kit.outbox import emit


async def merge_case(tx: AsyncSession, caller: Caller, key: str, into: str) -> Standing:
    """Close a case as part of another of the same customer: what was said moves there, and who follows it.

    Raises MergeNotPossible. Its files follow when documents has heard of it.
    """
    source, target = await _both(tx, caller, key, into)
    case, goal = source.case, target.case
    people = sorted({*source.watcher_ids, case.contact_id} - {*target.watcher_ids, goal.contact_id})
    await tx.execute(_moving(tx, caller, case, goal, people))
    case.status, case.closed_at, case.merged_into_id = "closed", now(), goal.id
    promises.status_set(case, source.rules)
    touch(case)
    event = contracts.CaseMerged(
        case_id=case.id,
        reference=case.reference,
        into_id=goal.id,
        into_reference=goal.reference,
        merged_by=actor(caller),
        watcher_ids=[*target.watcher_ids, *people],
        organisation_id=goal.organisation_id,
    )
    emit(tx, event, version=case.version)
    return target.standing


async def _both(tx: AsyncSession, caller: Caller, key: str, into: str) -> tuple[Found, Found]:
    columns = Case, queries.watcher_ids, desk_text, days_off
    which = or_(queries.by_key(key), queries.by_key(into))
    query = select(*columns).where(visible(caller), which).order_by(Case.id).with_for_update(of=Case)
    rows = (await tx.execute(query)).all()
    found = [Found(row[0], row[1] or [], None, None, rules(row[2], row[3]), False) for row in rows]
    source = next((one for one in found if _named(one.case, key)), None)
    target = next((one for one in found if _named(one.case, into)), None)
    if source is None or target is None:
        raise CaseNotFound()
    if not can(caller, "merge", source.case) and source.case.status != "closed":
        raise MayNotDoThat()
    alike = source.case.organisation_id == target.case.organisation_id and source.case.id != target.case.id
    if not alike or source.case.status == "closed" or target.case.status == "closed":
        raise MergeNotPossible()
    return source, target


def _named(case: Case, key: str) -> bool:
    return key == case.reference or key.lower() == str(case.id)


def _moving(tx: AsyncSession, caller: Caller, case: Case, goal: Case, people: list[UUID]) -> Any:
    """One statement: what was said goes to the other case, its opening as a note, and followers follow that one."""
    entries: Any = Entry.__table__
    cases: Any = Case.__table__
    watching: Any = Watcher.__table__
    moved = update(entries).where(entries.c.case_id == case.id).values(case_id=goal.id).returning(entries.c.id)
    bumped = update(cases).where(cases.c.id == goal.id).values(version=goal.version + 1, updated_at=now())
    lines = [
        _line(entry(goal, caller, body=case.body), case),
        entry(goal, caller, kind="change", field="merged_from", new=case.reference, visibility="internal"),
        entry(case, caller, kind="change", field="merged_into", new=goal.reference, visibility="internal"),
    ]
    rows = [_row(one, tenant_of(tx)) for one in lines]
    parts = [moved.cte("moved"), bumped.returning(cases.c.id).cte("bumped")]
    if people:
        watchers = [{"tenant_id": tenant_of(tx), "case_id": goal.id, "person_id": one} for one in people]
        united = postgresql.insert(watching).values(watchers).on_conflict_do_nothing()
        parts.append(united.returning(watching.c.person_id).cte("united"))
    return insert(entries).values(rows).add_cte(*parts, _helping(case, goal))


def _helping(case: Case, goal: Case) -> Any:
    """The articles that are named on a case are named on the other one, too."""
    named: Any = CaseArticle.__table__
    there = select(named.c.tenant_id, literal(goal.id), named.c.article_id, named.c.created_at)
    columns = ["tenant_id", "case_id", "article_id", "created_at"]
    added = postgresql.insert(named).from_select(columns, there.where(named.c.case_id == case.id))
    return added.on_conflict_do_nothing().returning(named.c.article_id).cte("helping")


def _line(note: Entry, case: Case) -> Entry:
    """What a case was opened with, as a note of who opened it, when they did."""
    note.author_id, note.author_kind, note.author_name = case.contact_id, "contact", case.contact_name
    note.created_at = case.created_at
    return note


def _row(line: Entry, tenant_id: UUID) -> dict[str, Any]:
    return {column.key: getattr(line, column.key) for column in Entry.__table__.columns} | {"tenant_id": tenant_id}


async def split_case(tx: AsyncSession, caller: Caller, key: str, wanted: Split) -> Standing:
    """Make a note that the customer sees a case of its own, linked to where it was written. Raises NoteNotFound."""
    found = await find(tx, caller, key)
    if not can(caller, "merge", found.case):
        raise MayNotDoThat()
    note = await _note(tx, found.case, wanted.note_id)
    source = found.case
    case = Case(
        id=new_id(),
        subject=wanted.subject,
        body=note.body,
        priority=source.priority,
        category=source.category,
        category_id=source.category_id,
        group_id=source.group_id,
        organisation_id=source.organisation_id,
        contact_id=note.author_id if note.author_kind == "contact" else source.contact_id,
        contact_name=note.author_name if note.author_kind == "contact" else source.contact_name,
        assignee_id=source.assignee_id,
        linked_from_id=source.id,
        opened_via="staff",
    )
    promises.begin(case, found.rules)
    tx.add(case)
    await tx.flush()
    told = {"kind": "change", "field": "split_to", "new": case.reference, "visibility": "internal"}
    tx.add(entry(source, caller, **told))
    say_opened(tx, caller, case, group_member_ids=list(found.member_ids))
    return Standing(case, found.rules.desk)


async def _note(tx: AsyncSession, case: Case, note_id: UUID) -> Entry:
    which = Entry.id == note_id, Entry.case_id == case.id, Entry.kind == "note", Entry.visibility == "customer"
    note = (await tx.execute(select(Entry).where(*which))).scalar_one_or_none()
    if note is None:
        raise NoteNotFound()
    return note
