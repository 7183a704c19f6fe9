"""Routes of cases: parse, call one verb or query, return."""

from typing import Annotated

from fastapi import Query, Response

from cases import queries, service
from cases.api.choices import offered
from cases.api.shown import case_row, case_state, case_view, summed, timeline_entry
from cases.errors import CaseNotFound
from cases.schemas.cases import CaseChange, CaseState, CaseView, NewCase, NewNote, TimelineEntry
from cases.schemas.keys import CaseKey
from cases.schemas.listing import CaseListing, CasePage
from cases.schemas.lists import Counts
from kit.edge import Caller, Tx, of_module, router, shaped
from kit.paging import COUNT_CAP, CursorText, total
from kit.versions import IfMatch

api = router(tags=["cases"], dependencies=[of_module("cases")])


@api.get("/cases", response_model=CasePage)
async def list_cases(filters: Annotated[CaseListing, Query()], caller: Caller, tx: Tx) -> Response:
    """F103, F116: the cases the caller may see, newest first unless asked otherwise."""
    rows, cursor, counted = await queries.page(tx, caller, filters)
    begun = await queries.bodies(tx, [row.id for row in rows]) if filters.excerpts else {}
    return shaped(
        {
            "items": [case_row(row, reachable=caller.kind != "contact", body=begun.get(row.id)) for row in rows],
            "next": cursor,
            "total": total(counted).model_dump(),
            "choices": (await offered(tx, caller)).model_dump() if filters.choices else None,
        }
    )


@api.get("/cases/counts")
async def count_open_cases(caller: Caller, tx: Tx) -> Counts:
    """Open cases by status and by priority."""
    rows = await queries.open_counts(tx, caller)
    by_status, by_priority = summed(rows, "status"), summed(rows, "priority")
    return Counts(by_status=by_status, by_priority=by_priority, capped=sum(by_status.values()) > COUNT_CAP)


@api.post("/cases", status_code=201)
async def open_case(new: NewCase, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """F094, F095: open a case."""
    opened = await service.open_case(tx, caller, new)
    response.headers["location"] = f"/api/v1/cases/{opened.case.reference}"
    return case_state(caller, opened, response)


@api.get("/cases/{case}")
async def read_case(case: CaseKey, caller: Caller, tx: Tx, response: Response, before: CursorText = None) -> CaseView:
    """F106: a case with its newest timeline entries; `before` pages back."""
    row = await queries.one(tx, caller, case)
    if row is None:
        raise CaseNotFound()
    entries, earlier = await queries.timeline(tx, caller, row.id, before)
    response.headers["etag"] = f'"{row.version}"'
    return case_view(caller, row, entries, earlier)


@api.patch("/cases/{case}")
async def change_case(
    case: CaseKey, change: CaseChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> CaseState:
    """F107, F120: staff set what it is about, who has it, where it stands; customers what their desk lets them."""
    return case_state(caller, await service.change_case(tx, caller, case, change, version), response)


@api.post("/cases/{case}/notes", status_code=201)
async def add_note(case: CaseKey, new: NewNote, caller: Caller, tx: Tx) -> TimelineEntry:
    """F108, F121: write on a case."""
    return timeline_entry(await service.add_note(tx, caller, case, new))


@api.post("/cases/{case}/close")
async def close_case(case: CaseKey, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """F123: mark a case as closed."""
    return case_state(caller, await service.close_case(tx, caller, case), response)


@api.post("/cases/{case}/reopen")
async def reopen_case(case: CaseKey, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """F125: open a closed case again: staff always, customers as their desk has it."""
    return case_state(caller, await service.reopen_case(tx, caller, case), response)
