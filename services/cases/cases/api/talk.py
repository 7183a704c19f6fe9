"""Routes of what happens on a case after it is opened."""

from uuid import UUID

from fastapi import Response

from cases import service
from cases.api.shown import case_state
from cases.schemas.cases import CaseState
from cases.schemas.keys import CaseKey
from cases.schemas.talk import CannedReplyView, Follower, Merge, Rating, Split
from kit.edge import Caller, Tx, of_module, router

api = router(tags=["cases"], dependencies=[of_module("cases")])


@api.post("/cases/{case}/watchers", status_code=201)
async def follow_case(case: CaseKey, follower: Follower, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """F111: follow a case, or let a colleague of its organisation follow it."""
    return case_state(caller, await service.follow(tx, caller, case, follower.person_id), response)


@api.delete("/cases/{case}/watchers/{person_id}")
async def unfollow_case(case: CaseKey, person_id: UUID, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """F111: follow a case no more, or take somebody off it."""
    return case_state(caller, await service.unfollow(tx, caller, case, person_id), response)


@api.put("/cases/{case}/articles/{article_id}")
async def name_article(case: CaseKey, article_id: UUID, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """F106: name a published article on a case, for whoever reads it."""
    return case_state(caller, await service.name_article(tx, caller, case, article_id), response)


@api.delete("/cases/{case}/articles/{article_id}")
async def drop_article(case: CaseKey, article_id: UUID, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """Name it there no more."""
    return case_state(caller, await service.drop_article(tx, caller, case, article_id), response)


@api.put("/cases/{case}/rating")
async def rate_case(case: CaseKey, rating: Rating, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """Say how well a closed case was solved; for seven days it can be said anew."""
    return case_state(caller, await service.rate_case(tx, caller, case, rating), response)


@api.post("/cases/{case}/merge")
async def merge_case(case: CaseKey, merge: Merge, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """Make a case part of another one of the same customer; answers with that one."""
    return case_state(caller, await service.merge_case(tx, caller, case, merge.into), response)


@api.post("/cases/{case}/split", status_code=201)
async def split_case(case: CaseKey, split: Split, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """Make a note a case of its own; answers with the new one."""
    return case_state(caller, await service.split_case(tx, caller, case, split), response)


@api.post("/cases/{case}/presence", status_code=204)
async def begin_reply(case: CaseKey, caller: Caller, tx: Tx) -> None:
    """Say that one is writing on a case, for colleagues who have it open."""
    await service.begin_reply(tx, caller, case)


@api.get("/cases/{case}/canned-replies/{reply_id}")
async def fill_canned_reply(case: CaseKey, reply_id: UUID, caller: Caller, tx: Tx) -> CannedReplyView:
    """A ready-made reply with a case's own words in it."""
    return await service.fill_canned(tx, caller, reply_id, case)
