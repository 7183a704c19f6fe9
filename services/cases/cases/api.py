"""Routes of cases: parse, call one verb or query, return."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from cases import policy, queries, service
from cases.errors import CaseNotFound
from cases.models import STATUSES, Case
from cases.schemas import (
    CaseChange,
    CaseFilters,
    CaseKey,
    CasePage,
    CaseState,
    CaseView,
    Colleague,
    Counts,
    NewCase,
    NewNote,
    Status,
    TimelineEntry,
)
from kit.db import AnyRow
from kit.edge import Caller, IfMatch, Tx, of_module, router, shaped
from kit.paging import COUNT_CAP, CursorText, total
from kit.schemas import Person
from kit.text import rendered

api = router(tags=["cases"], dependencies=[of_module("cases")])


@api.get("/cases", response_model=CasePage)
async def list_cases(filters: Annotated[CaseFilters, Query()], caller: Caller, tx: Tx) -> Response:
    """F103, F116: the cases the caller may see, newest first unless asked otherwise."""
    rows, cursor, counted = await queries.page(tx, caller, filters)
    return shaped({"items": [_row(row) for row in rows], "next": cursor, "total": total(counted).model_dump()})


@api.get("/cases/counts")
async def count_open_cases(caller: Caller, tx: Tx) -> Counts:
    """Open cases by status and by priority."""
    rows = await queries.open_counts(tx, caller)
    by_status, by_priority = _summed(rows, "status"), _summed(rows, "priority")
    return Counts(by_status=by_status, by_priority=by_priority, capped=sum(by_status.values()) > COUNT_CAP)


@api.post("/cases", status_code=201)
async def open_case(new: NewCase, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """F094, F095: open a case."""
    case = await service.open_case(tx, caller, new)
    response.headers["location"] = f"/api/v1/cases/{case.reference}"
    return _state(case, response)


@api.get("/cases/{case}")
async def read_case(case: CaseKey, caller: Caller, tx: Tx, response: Response, before: CursorText = None) -> CaseView:
    """F106: a case with its newest timeline entries; `before` pages back."""
    return await _view(tx, caller, case, response, before)


@api.patch("/cases/{case}")
async def change_case(
    case: CaseKey, change: CaseChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> CaseState:
    """F107, F120: staff set status, priority, category or assignee."""
    return _state(await service.change_case(tx, caller, case, change, version), response)


@api.post("/cases/{case}/notes", status_code=201)
async def add_note(case: CaseKey, new: NewNote, caller: Caller, tx: Tx) -> TimelineEntry:
    """F108, F121: write on a case."""
    return _entry(await service.add_note(tx, caller, case, new))


@api.post("/cases/{case}/close")
async def close_case(case: CaseKey, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """F123: mark a case as closed."""
    return _state(await service.close_case(tx, caller, case), response)


@api.post("/cases/{case}/reopen")
async def reopen_case(case: CaseKey, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """Staff open a closed case again."""
    return _state(await service.reopen_case(tx, caller, case), response)


def _state(case: Case, response: Response) -> CaseState:
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


async def _view(tx: Tx, caller: Caller, key: str, response: Response, before: str | None = None) -> CaseView:
    row = await queries.one(tx, caller, key)
    if row is None:
        raise CaseNotFound()
    entries, earlier = await queries.timeline(tx, caller, row.id, before)
    response.headers["etag"] = f'"{row.version}"'
    may = {verb: policy.can(caller, verb, _as_case(row)) for verb in policy.VERBS}
    return CaseView(
        **_row(row),
        body_html=rendered(row.body),
        closed_at=row.closed_at,
        version=row.version,
        may=may,
        watchers=[Person(**person) for person in row.watchers or []],
        colleagues=[Colleague(**one) for one in row.colleagues or []] if may["assign"] else [],
        timeline=[_entry(entry) for entry in entries],
        next_timeline=earlier,
    )


def _as_case(row: AnyRow) -> Case:
    whose = {"organisation_id": row.organisation_id, "contact_id": row.contact_id}
    return Case(status=row.status, assignee_id=row.assignee_id, **whose)


def _row(row: AnyRow) -> dict[str, Any]:
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


def _entry(entry: Any) -> TimelineEntry:
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


def _summed(rows: Sequence[AnyRow], by: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[getattr(row, by)] = sums.get(getattr(row, by), 0) + row.many
    return sums
