"""Lists of cases as files."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from cases import queries
from cases.api.shown import status_word
from cases.schemas.lists import ExportFilters
from kit.db import AnyRow
from kit.edge import Caller, of_module, router
from kit.ids import now
from kit.tables import sheet_of

exports = router(tags=["cases"], dependencies=[of_module("cases")])

CUSTOMERS = ("Case", "Subject", "Status", "Priority", "Department", "Opened by", "Created", "Changed")
STAFFS = ("Case", "Subject", "Status", "Priority", "Organisation", "Opened by", "Assigned to", "Changed")
"""F119: the columns of the file: those that the list begins with, to whom it shows them."""
NAMES = {
    "status": "Status",
    "priority": "Priority",
    "category": "Category",
    "department": "Department",
    "organisation": "Organisation",
    "opened_by": "Opened by",
    "assigned_to": "Assigned to",
    "created": "Created",
    "updated": "Changed",
}
"""F104: every column that can be chosen, in the list's own order."""


@exports.get("/cases/export", response_class=StreamingResponse)
async def export_cases(
    filters: Annotated[ExportFilters, Query()], caller: Caller, request: Request
) -> StreamingResponse:
    """F119: the list, all of it: the same cases in the same order, as CSV. `limit` does not count."""
    columns = _columns(caller, filters)
    slices = queries.every(request.app.state.database, caller, filters)
    return await sheet_of(f"cases-{now():%Y-%m-%d}.csv", columns, _lines(slices, columns), mark=filters.mark)


def _columns(caller: Caller, filters: ExportFilters) -> Sequence[str]:
    if filters.columns:
        return ["Case", "Subject", *(name for key, name in NAMES.items() if key in filters.columns)]
    if caller.kind != "contact":
        return STAFFS
    return [name for name in CUSTOMERS if name != "Opened by" or filters.scope == "all"]


async def _lines(slices: AsyncIterator[Sequence[AnyRow]], columns: Sequence[str]) -> AsyncIterator[list[list[Any]]]:
    async for rows in slices:
        yield [[cells[column] for column in columns] for cells in map(_cells, rows)]


def _cells(row: AnyRow) -> dict[str, Any]:
    return {
        "Case": f"CASE-{row.number}",
        "Subject": row.subject,
        "Status": status_word(row),
        "Priority": row.priority.capitalize(),
        "Category": row.category,
        "Department": row.department,
        "Organisation": row.organisation_name,
        "Assigned to": row.assignee_name,
        "Opened by": row.contact_name,
        "Created": row.created_at.astimezone(UTC).replace(microsecond=0),
        "Changed": row.updated_at.astimezone(UTC).replace(microsecond=0),
    }
