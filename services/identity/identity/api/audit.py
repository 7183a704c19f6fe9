"""O+8: the audit trail: read, exported, verified."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from identity.queries import audit as trail
from identity.schemas.audit import AuditFilters, AuditPage, AuditVerdict, AuditView
from kit.edge import Caller, Tx, router
from kit.tables import csv_of

audit = router(tags=["audit"])


@audit.get("/audit")
async def list_lines(filters: Annotated[AuditFilters, Query()], caller: Caller, tx: Tx) -> AuditPage:
    """O+8: who did what to whom, newest first; for staff and keys with audit.read."""
    rows, after = await trail.lines(tx, caller, filters)
    return AuditPage(items=[AuditView.model_validate(row) for row in rows], next=after)


@audit.get("/audit/export", response_class=StreamingResponse)
async def export_lines(
    filters: Annotated[AuditFilters, Query()], caller: Caller, request: Request
) -> StreamingResponse:
    """O+8: the same as CSV, all of it."""
    slices = trail.every_line(request.app.state.database, caller, filters)
    return await csv_of("audit.csv", list(AuditView.model_fields), slices)


@audit.get("/audit/verify")
async def verify(caller: Caller, tx: Tx) -> AuditVerdict:
    """O+8: whether every line is there and as it was written."""
    lines, broken_at = await trail.verdict(tx, caller)
    return AuditVerdict(whole=broken_at is None, lines=lines, broken_at=broken_at)
