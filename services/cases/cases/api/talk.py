"""Routes of what happens on a case after it is opened."""

from uuid import UUID

from fastapi import Response

from cases import service
from cases.api.shown import case_state
from cases.schemas.cases import CaseKey, CaseState
from cases.schemas.talk import Follower, Rating
from kit.edge import Caller, Tx, of_module, router

api = router(tags=["cases"], dependencies=[of_module("cases")])


@api.post("/cases/{case}/watchers", status_code=201)
async def follow_case(case: CaseKey, follower: Follower, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """F111: follow a case, or let a colleague of its organisation follow it."""
    return case_state(await service.follow(tx, caller, case, follower.person_id), response)


@api.delete("/cases/{case}/watchers/{person_id}")
async def unfollow_case(case: CaseKey, person_id: UUID, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """F111: follow a case no more, or take somebody off it."""
    return case_state(await service.unfollow(tx, caller, case, person_id), response)


@api.put("/cases/{case}/rating")
async def rate_case(case: CaseKey, rating: Rating, caller: Caller, tx: Tx, response: Response) -> CaseState:
    """Say how well a closed case was solved; for seven days it can be said anew."""
    return case_state(await service.rate_case(tx, caller, case, rating), response)
