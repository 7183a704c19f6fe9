"""Many records in one request, for the CRM: every row fares by itself."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity import service
from identity.api.portal import MailSeal
from identity.schemas.batches import (
    BatchResult,
    ContactBatch,
    ContactRow,
    LeadBatch,
    LeadRow,
    OrganisationBatch,
    OrganisationRow,
)
from identity.schemas.editing import PortalAccess
from identity.service.batch import Batch, Outcome
from kit import caller as callers
from kit.batches import RowResult, counted, in_order, read_rows, row_result
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
    told = [row_result(RowResult, number, one, _shown) for number, one in enumerate(done)]
    return counted(BatchResult, [one.model_copy(update=names) for one, names in zip(told, named, strict=True)])


async def _run(tx: AsyncSession, caller: callers.Caller, kind: type[Row], verb: Verb, sent: Sent) -> BatchResult:
    read = read_rows(kind, sent.rows)
    versions = {row.external_id: row.version for row in read.rows.values() if row.version is not None}
    done = await verb(tx, caller, Batch(read.by_key, versions, dry=sent.dry_run))
    results = in_order(RowResult, read, done, _shown)
    return counted(BatchResult, [_as_planned(one) for one in results] if sent.dry_run else results)


def _shown(one: Outcome) -> dict[str, Any]:
    return {"id": one.id, "version": one.row.version}


def _as_planned(result: RowResult) -> RowResult:
    """What was only tried is not there: a record that would be new has no id."""
    return result.model_copy(update={"id": None, "version": None}) if result.result == "created" else result
