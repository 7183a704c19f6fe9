"""Many records in one request, for the CRM: every row fares by itself."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from identity import service
from identity.api.portal import MailSeal
from identity.schemas.batches import (
    BatchResult,
    ContactBatch,
    ContactRow,
    FieldError,
    LeadBatch,
    LeadRow,
    OrganisationBatch,
    OrganisationRow,
    RowResult,
)
from identity.schemas.editing import PortalAccess
from identity.service.batch import Batch, Outcome
from kit import caller as callers
from kit.edge import Caller, Tx, router

batches = router(tags=["people"])

Row = TypeVar("Row", OrganisationRow, ContactRow, LeadRow)
Sent = OrganisationBatch | ContactBatch | LeadBatch
Verb = Callable[[AsyncSession, callers.Caller, Batch[Any]], Awaitable[list[Outcome]]]


@batches.post("/organisations/batch")
async def put_organisations(sent: OrganisationBatch, caller: Caller, tx: Tx) -> BatchResult:
    """The CRM makes or changes up to 1,000 organisations; a parent is here already, or among them."""
    return await _run(tx, caller, OrganisationRow, service.write_organisations, sent)


@batches.post("/contacts/batch")
async def put_contacts(sent: ContactBatch, caller: Caller, tx: Tx, seal: MailSeal) -> BatchResult:
    """F022-F025: the CRM makes or changes up to 1,000 contacts."""
    return await _run(tx, caller, ContactRow, partial(service.write_contacts, seal=seal), sent)


@batches.post("/leads/batch")
async def put_leads(sent: LeadBatch, caller: Caller, tx: Tx, seal: MailSeal) -> BatchResult:
    """F026: the CRM makes or changes up to 1,000 leads."""
    return await _run(tx, caller, LeadRow, partial(service.write_leads, seal=seal), sent)


@batches.post("/contacts/access")
async def set_access(wanted: PortalAccess, caller: Caller, tx: Tx) -> BatchResult:
    """F022: let up to 1,000 contacts or leads into the portal, or keep them out."""
    done = await service.set_access(tx, caller, wanted)
    named = [{"id": UUID(one.external_id), "external_id": None} for one in done]
    return _counted([_told(number, one).model_copy(update=named[number]) for number, one in enumerate(done)])


async def _run(tx: AsyncSession, caller: callers.Caller, kind: type[Row], verb: Verb, sent: Sent) -> BatchResult:
    rows, results = read_rows(kind, sent.rows)
    changes = {row.external_id: row for row in rows.values()}
    versions = {row.external_id: row.version for row in rows.values() if row.version is not None}
    done = await verb(tx, caller, Batch(changes, versions, dry=sent.dry_run))
    told = {one.external_id: one for one in done}
    results |= {number: _told(number, told[row.external_id]) for number, row in rows.items()}
    if sent.dry_run:
        results = {number: _as_planned(result) for number, result in results.items()}
    return _counted([results[number] for number in sorted(results)])


def read_rows(kind: type[Row], sent: Sequence[Any]) -> tuple[dict[int, Row], dict[int, RowResult]]:
    """The rows that can be read, by number, and for the others what is wrong with them."""
    rows: dict[int, Row] = {}
    wrong: dict[int, RowResult] = {}
    seen: set[str] = set()
    for number, one in enumerate(sent):
        try:
            row = kind.model_validate(one)
        except ValidationError as error:
            wrong[number] = _refused(number, None, [_field_error(dict(each)) for each in error.errors()])
            continue
        if row.external_id in seen:
            twice = FieldError(field="external_id", detail="is in this batch twice")
            wrong[number] = _refused(number, row.external_id, [twice])
            continue
        seen.add(row.external_id)
        rows[number] = row
    return rows, wrong


def _field_error(error: dict[str, Any]) -> FieldError:
    field = ".".join(str(part) for part in error["loc"]) or "row"
    return FieldError(field=field, detail=str(error["msg"]).removeprefix("Value error, "))


def _refused(number: int, external_id: str | None, errors: list[FieldError]) -> RowResult:
    return RowResult(row=number, external_id=external_id, result="failed", errors=errors)


def _told(number: int, one: Outcome) -> RowResult:
    if one.problem is not None:
        errors = one.problem.errors or [{"field": "row", "detail": one.problem.detail}]
        return _refused(number, one.external_id, [FieldError(**error) for error in errors])
    return RowResult(
        row=number, external_id=one.external_id, result=one.result, id=one.id, version=one.row.version, errors=[]
    )


def _as_planned(result: RowResult) -> RowResult:
    """What was only tried is not there: a record that would be new has no id."""
    return result.model_copy(update={"id": None, "version": None}) if result.result == "created" else result


def _counted(results: list[RowResult]) -> BatchResult:
    fared = [row.result for row in results]
    return BatchResult(
        results=results,
        created=fared.count("created"),
        updated=fared.count("updated"),
        unchanged=fared.count("unchanged"),
        failed=fared.count("failed"),
    )
