"""Routes around opening a case: what is offered, and what the CRM brings."""

from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import ValidationError

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
    ExternalId,
    FieldError,
)
from cases.service.records import Fared
from kit.edge import Caller, Tx, of_module, router

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
        templates=found.templates or [],
        priorities=theirs if caller.kind == "contact" else PRIORITIES,
    )


def _category(row: dict[str, Any], *, staff: bool) -> dict[str, Any]:
    return row | {"form": [one for one in row["form"] if staff or not one["staff_only"]]}


@api.put("/cases/by-external-id/{external_id}", responses={201: {"model": CaseRowResult}})
async def put_case(
    external_id: Annotated[ExternalId, Path()], record: CaseRecord, caller: Caller, tx: Tx, response: Response
) -> CaseRowResult:
    """F102: the CRM makes or changes a case. Nobody is mailed of it: the CRM's own words went out already."""
    [fared] = await service.write_cases(tx, caller, {external_id: record})
    if fared.problem:
        raise fared.problem
    response.status_code = 201 if fared.result == "created" else 200
    return _told(0, fared)


@api.post("/cases/batch")
async def put_cases(sent: CaseBatch, caller: Caller, tx: Tx) -> CaseBatchResult:
    """F102: the CRM makes or changes up to 1,000 cases; each row is taken or refused by itself."""
    rows, results = _read(sent.rows)
    fared = await service.write_cases(tx, caller, {row.external_id: row for row in rows.values()})
    told = {one.external_id: one for one in fared}
    results |= {number: _told(number, told[row.external_id]) for number, row in rows.items()}
    return _counted([results[number] for number in sorted(results)])


def _read(sent: list[Any]) -> tuple[dict[int, CaseRecordRow], dict[int, CaseRowResult]]:
    """The rows that can be read, by number, and for the others what is wrong with them."""
    rows: dict[int, CaseRecordRow] = {}
    wrong: dict[int, CaseRowResult] = {}
    seen: set[str] = set()
    for number, one in enumerate(sent):
        try:
            row = CaseRecordRow.model_validate(one)
        except ValidationError as error:
            wrong[number] = _failed(number, None, [_field_error(dict(each)) for each in error.errors()])
            continue
        if row.external_id in seen:
            twice = FieldError(field="external_id", detail="is in this batch twice")
            wrong[number] = _failed(number, row.external_id, [twice])
            continue
        seen.add(row.external_id)
        rows[number] = row
    return rows, wrong


def _field_error(error: dict[str, Any]) -> FieldError:
    field = ".".join(str(part) for part in error["loc"]) or "row"
    return FieldError(field=field, detail=str(error["msg"]).removeprefix("Value error, "))


def _failed(number: int, external_id: str | None, errors: list[FieldError]) -> CaseRowResult:
    return CaseRowResult(row=number, external_id=external_id, result="failed", errors=errors)


def _told(number: int, one: Fared) -> CaseRowResult:
    if one.problem or one.case is None:
        assert one.problem is not None
        errors = one.problem.errors or [{"field": "row", "detail": one.problem.detail}]
        return _failed(number, one.external_id, [FieldError(**error) for error in errors])
    case = one.case
    named = {"id": case.id, "reference": case.reference, "version": case.version}
    return CaseRowResult(row=number, external_id=one.external_id, result=one.result, **named)


def _counted(results: list[CaseRowResult]) -> CaseBatchResult:
    fared = [row.result for row in results]
    return CaseBatchResult(
        results=results,
        created=fared.count("created"),
        updated=fared.count("updated"),
        unchanged=fared.count("unchanged"),
        failed=fared.count("failed"),
    )
