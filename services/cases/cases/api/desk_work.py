"""Routes of those who answer: views of the queue, changes to many cases, ready-made replies."""

from uuid import UUID

from fastapi import Response

from cases import queries, service
from cases.errors import MayNotDoThat
from cases.models import CannedReply
from cases.policy import may_use_canned
from cases.schemas.talk import (
    BulkChange,
    BulkResult,
    CannedReplies,
    CannedReplyView,
    DayOffView,
    Holidays,
    HolidaysView,
    NewCannedReply,
    Views,
)
from cases.service.holidays import DaysOff
from kit.edge import Caller, Tx, router
from kit.versions import IfMatch

api = router(tags=["desk"])


@api.get("/cases/views")
async def count_views(caller: Caller, tx: Tx) -> Views:
    """How many cases each view of the queue holds."""
    if caller.kind != "staff":
        raise MayNotDoThat()
    saved = await queries.saved_counts(tx, caller, await queries.saved_views(tx, caller))
    return Views(**(await queries.view_counts(tx, caller))._mapping, saved=saved)


@api.post("/cases/bulk")
async def change_many(change: BulkChange, caller: Caller, tx: Tx) -> BulkResult:
    """F107: assign, set or close up to 200 cases; what is refused of one keeps no other from it."""
    return BulkResult(rows=await service.change_many(tx, caller, change))


@api.get("/canned-replies")
async def list_canned(caller: Caller, tx: Tx) -> CannedReplies:
    """The ready-made replies one may use."""
    if not may_use_canned(caller):
        raise MayNotDoThat()
    return CannedReplies(items=[_shown(one) for one in await queries.canned_replies(tx, caller)])


@api.post("/canned-replies", status_code=201)
async def write_canned(new: NewCannedReply, caller: Caller, tx: Tx, response: Response) -> CannedReplyView:
    """Keep a reply that is given often."""
    return _shown(await service.write_canned(tx, caller, new), response)


@api.put("/canned-replies/{reply_id}")
async def change_canned(
    reply_id: UUID, wanted: NewCannedReply, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> CannedReplyView:
    """Change a ready-made reply."""
    return _shown(await service.change_canned(tx, caller, reply_id, wanted, version), response)


@api.delete("/canned-replies/{reply_id}", status_code=204)
async def drop_canned(reply_id: UUID, caller: Caller, tx: Tx) -> None:
    """Take a ready-made reply away."""
    await service.drop_canned(tx, caller, reply_id)


def _shown(reply: CannedReply, response: Response | None = None) -> CannedReplyView:
    if response is not None:
        response.headers["etag"] = f'"{reply.version}"'
    return CannedReplyView.model_validate(reply)


@api.get("/desk/holidays")
async def read_holidays(caller: Caller, tx: Tx, response: Response) -> HolidaysView:
    """The days that count towards no promise."""
    return _days_off(await service.read_holidays(tx, caller), response)


@api.put("/desk/holidays")
async def set_holidays(
    holidays: Holidays, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> HolidaysView:
    """Set all days off at once; what was promised before stays promised. `If-Match: "0"` makes the first change."""
    return _days_off(await service.set_holidays(tx, caller, holidays.days, version), response)


def _days_off(found: DaysOff, response: Response) -> HolidaysView:
    response.headers["etag"] = f'"{found.version}"'
    return HolidaysView(days=[DayOffView.model_validate(day) for day in found.days], version=found.version)
