"""What every verb leaves on a case: its next version, a line on its timeline, and the word of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.models import STATUSES, Case, Entry
from contracts import Actor
from kit.caller import Caller
from kit.ids import new_id, now
from kit.outbox import emit

_OURS = ("assignee_id", "group_id")
"""Who has a case is staff's affair."""


def touch(case: Case) -> None:
    """Count a case's version up: it is another one than its reader has seen."""
    case.version += 1
    case.updated_at = now()


def put(
    tx: AsyncSession,
    caller: Caller,
    case: Case,
    field: str,
    value: Any,
    names: tuple[str | None, str | None] | None = None,
) -> None:
    """Change a field, and tell it on the timeline in the words people know: `names` for what is kept as an id."""
    old, new = names or (shown(field, getattr(case, field)), shown(field, value))
    setattr(case, field, value)
    tx.add(entry(case, caller, kind="change", field=field, old=old, new=new))


def shown(field: str, value: Any) -> str | None:
    """A field's value in the words the timeline tells."""
    return STATUSES.get(value, value) if field == "status" else (str(value) if value is not None else None)


def entry(case: Case, caller: Caller, **values: Any) -> Entry:
    """A line of a case's timeline by the caller; customers see it unless it says otherwise or is about who has it."""
    # Every column named, so that several entries of one verb go in one statement.
    values = {
        "kind": "note",
        "body": "",
        "field": None,
        "old": None,
        "new": None,
        "external_id": None,
        "named": False,
    } | values
    values.setdefault("visibility", "internal" if values["field"] in _OURS else "customer")
    return Entry(
        id=new_id(),
        case_id=case.id,
        author_id=caller.id,
        author_kind=caller.kind,
        author_name=caller.name,
        created_at=now(),
        **values,
    )


def say_changed(
    tx: AsyncSession,
    caller: Caller,
    case: Case,
    fields: list[str],
    member_ids: Sequence[UUID] = (),
    note: contracts.NoteName | None = None,
) -> None:
    """Say that these fields of a case are others now; `member_ids` are those of the group it is in, `note` a note that
    the CRM has named."""
    event = contracts.CaseChanged(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        status=case.status,
        priority=case.priority,
        assignee_id=case.assignee_id,
        changed_by=actor(caller),
        fields=fields,
        category=case.category,
        group_id=case.group_id,
        group_member_ids=list(member_ids),
        external_id=case.external_id,
        note=note,
    )
    emit(tx, event, version=case.version)


def say_closed(tx: AsyncSession, caller: Caller, case: Case, watcher_ids: list[UUID], *, notify: bool = True) -> None:
    """Say that a case is closed, with everybody who follows it: who is not named follows it no more."""
    event = contracts.CaseClosed(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        closed_by=actor(caller),
        contact_id=case.contact_id,
        assignee_id=case.assignee_id,
        watcher_ids=watcher_ids,
        organisation_id=case.organisation_id,
        notify=notify,
    )
    emit(tx, event, version=case.version)


def actor(caller: Caller) -> Actor:
    """Who did it, as events name them."""
    return Actor(id=caller.id, kind=caller.kind, name=caller.name)
