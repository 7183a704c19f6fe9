"""Routes around opening a case: what is offered, and what the CRM brings."""

from typing import Annotated, Any

from fastapi import Path, Response

from cases import policy, queries, service
from cases.errors import MayNotDoThat
from cases.queries.desk import chosen
from cases.schemas.desk import PRIORITIES
from cases.schemas.opening import (
    CaseBatch,
    CaseBatchResult,
    CaseForm,
    CaseRecord,
    CaseRecordRow,
    CaseRowResult,
)
from cases.service.records import Fared
from kit.batches import counted, in_order, read_rows, row_result
from kit.edge import Caller, Tx, of_module, router
from kit.schemas import ExternalId
from kit.versions import IfMatchSent, unless_stale, version_before

api = router(tags=["cases"], dependencies=[of_module("cases")])


@api.get("/cases/form")
async def read_form(caller: Caller, tx: Tx) -> CaseForm:
    """F095, F096: what the form for a new case offers: categories with their questions, products, templates."""
    if not policy.may_see_offers(caller):
        raise MayNotDoThat("Log in to open a case.")
    found = await queries.offered(tx)
    desk = chosen(found.settings)
    theirs = desk.priorities if desk.customers_set_priority else []
    return CaseForm(
        categories=[_category(one, staff=caller.kind != "contact") for one in found.categories or []],
        departments=found.departments or [],
        products=found.products or [],
        groups=(found.groups or []) if caller.kind == "staff" else [],
        templates=found.templates or [],
        priorities=theirs if caller.kind == "contact" else PRIORITIES,
    )


def _category(row: dict[str, Any], *, staff: bool) -> dict[str, Any]:
    return row | {"form": [one for one in row["form"] if staff or not one["staff_only"]]}


@api.put("/cases/by-external-id/{external_id}", responses={201: {"model": CaseRowResult}})
async def put_case(
    external_id: Annotated[ExternalId, Path()],
    record: CaseRecord,
    version: IfMatchSent,
    caller: Caller,
    tx: Tx,
    response: Response,
) -> CaseRowResult:
    """F102: the CRM makes or changes a case. Nobody is mailed of it: the CRM's own words went out already."""
    [fared] = await service.write_cases(tx, caller, {external_id: record})
    if fared.problem:
        raise fared.problem
    told = row_result(CaseRowResult, 0, fared, _shown)
    unless_stale(version, version_before(told.result, told.version or 0))
    response.status_code = 201 if told.result == "created" else 200
    response.headers["etag"] = f'"{told.version}"'
    return told


@api.post("/cases/batch")
async def put_cases(sent: CaseBatch, caller: Caller, tx: Tx) -> CaseBatchResult:
    """F102: the CRM makes or changes up to 1,000 cases; each row is taken or refused by itself."""
    read = read_rows(CaseRecordRow, sent.rows)
    fared = await service.write_cases(tx, caller, read.by_key)
    return counted(CaseBatchResult, in_order(CaseRowResult, read, fared, _shown))


def _shown(one: Fared) -> dict[str, Any]:
    assert one.case is not None
    return {"id": one.case.id, "reference": one.case.reference, "version": one.case.version}
