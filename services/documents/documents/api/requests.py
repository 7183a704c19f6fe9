"""Routes of requests for a document."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from documents import policy, queries, service
from documents.errors import RequestNotFound
from documents.schemas import NewRequest, RequestAnswer, RequestFilters, RequestPage, RequestView, SentBack
from kit.edge import Caller, Tx, router
from kit.ids import now

requests = router(tags=["documents"])


def _view(row: Any) -> RequestView:
    overdue = row.state == "open" and row.due_on is not None and row.due_on < now().date()
    columns = {name: getattr(row, name) for name in RequestView.model_fields if name != "overdue"}
    return RequestView(**columns, overdue=overdue)


@requests.get("/documents/requests")
async def list_requests(filters: Annotated[RequestFilters, Query()], caller: Caller, tx: Tx) -> RequestPage:
    """F143: what was asked for: a contact's own, all of them for staff."""
    if not policy.lists(caller, on_a_case=filters.case_id is not None):
        raise RequestNotFound()
    rows, cursor = await queries.requests(tx, caller, filters)
    return RequestPage(items=[_view(row) for row in rows], next=cursor)


@requests.post("/documents/requests", status_code=201)
async def ask_for_document(new: NewRequest, caller: Caller, tx: Tx) -> RequestView:
    """Staff ask a contact for a document; the contact is told."""
    return _view(await service.ask(tx, caller, new))


@requests.get("/documents/requests/{request_id}")
async def read_request(request_id: UUID, caller: Caller, tx: Tx) -> RequestView:
    """One request."""
    row = await queries.request(tx, caller, request_id)
    if row is None:
        raise RequestNotFound()
    return _view(row)


@requests.post("/documents/requests/{request_id}/answer")
async def answer_request(request_id: UUID, given: RequestAnswer, caller: Caller, tx: Tx) -> RequestView:
    """F143: whoever was asked brings the document: uploaded before, with the request's case as its `case_id`."""
    return _view(await service.answer(tx, caller, request_id, given.document_id))


@requests.post("/documents/requests/{request_id}/close")
async def close_request(request_id: UUID, caller: Caller, tx: Tx) -> RequestView:
    """Staff have what they need, or need it no longer."""
    return _view(await service.close(tx, caller, request_id))


@requests.post("/documents/requests/{request_id}/return")
async def return_request(request_id: UUID, why: SentBack, caller: Caller, tx: Tx) -> RequestView:
    """What came is not what was asked for: the contact is told why, and asked again."""
    return _view(await service.send_back(tx, caller, request_id, why.reason))
