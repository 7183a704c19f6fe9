"""Rows of cases in the shapes that cross HTTP."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import Response

from cases import policy
from cases.models import STATUSES, Case
from cases.schemas.cases import (
    CaseState,
    CaseView,
    Colleague,
    Status,
    TimelineEntry,
)
from kit.db import AnyRow
from kit.edge import Caller
from kit.schemas import Person
from kit.text import rendered


def case_state(case: Case, response: Response) -> CaseState:
    """Where a case stands, and its version as the ETag."""
    response.headers["etag"] = f'"{case.version}"'
    return CaseState(
        id=case.id,
        reference=case.reference,
        status=Status(key=case.status, label=STATUSES[case.status]),
        priority=case.priority,
        category=case.category,
        assignee_id=case.assignee_id,
        version=case.version,
    )


def case_view(caller: Caller, row: AnyRow, entries: Sequence[AnyRow], earlier: str | None) -> CaseView:
    """A case as its page shows it: `entries` of its timeline, `earlier` the cursor of those before them."""
    may = {verb: policy.can(caller, verb, _as_case(row)) for verb in policy.VERBS}
    return CaseView(
        **case_row(row),
        body_html=rendered(row.body),
        closed_at=row.closed_at,
        version=row.version,
        may=may,
        watchers=[Person(**person) for person in row.watchers or []],
        colleagues=[Colleague(**one) for one in row.colleagues or []] if may["assign"] else [],
        timeline=[timeline_entry(entry) for entry in entries],
        next_timeline=earlier,
    )


def _as_case(row: AnyRow) -> Case:
    whose = {"organisation_id": row.organisation_id, "contact_id": row.contact_id}
    return Case(status=row.status, assignee_id=row.assignee_id, **whose)


def case_row(row: AnyRow) -> dict[str, Any]:
    """A row in the shape of CaseRow."""
    assignee = _person(row.assignee_id, row.assignee_name or "", "staff", row.assignee_email)
    return {
        "id": row.id,
        "reference": f"CASE-{row.number}",
        "subject": row.subject,
        "status": {"key": row.status, "label": STATUSES[row.status]},
        "priority": row.priority,
        "category": row.category,
        "organisation": {"id": row.organisation_id, "name": row.organisation_name},
        "opened_by": _person(row.contact_id, row.contact_name, "contact"),
        "assignee": assignee if row.assignee_id else None,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _person(person_id: UUID, name: str, kind: str, email: str | None = None) -> dict[str, Any]:
    """Somebody in the shape of Person."""
    return {"id": person_id, "name": name, "kind": kind, "email": email}


def timeline_entry(entry: Any) -> TimelineEntry:
    """An entry of a timeline, its text rendered."""
    return TimelineEntry(
        id=entry.id,
        kind=entry.kind,
        visibility=entry.visibility,
        author=Person(id=entry.author_id, name=entry.author_name, kind=entry.author_kind),
        body_html=rendered(entry.body) if entry.body else "",
        field=entry.field,
        old=entry.old,
        new=entry.new,
        created_at=entry.created_at,
    )


def summed(rows: Sequence[AnyRow], by: str) -> dict[str, int]:
    """How many there are of each, summed over what else the rows tell apart."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[getattr(row, by)] = sums.get(getattr(row, by), 0) + row.many
    return sums
