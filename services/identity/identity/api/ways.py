"""The further steps and ways of a login, as the gateway asks for them."""

from fastapi import Depends, Response

from identity import queries, service
from identity.api.internal import Db, admitted, only_the_system
from identity.api.portal import MailSeal, VaultSeal
from identity.errors import LinkOver, StepOver, TenantNotFound
from identity.schemas.internal import SessionStarted
from identity.schemas.security import (
    Enrolled,
    EnrolStep,
    MagicAsked,
    MagicPeek,
    MagicUsed,
    MagicView,
    SecondStep,
    StepNeeded,
    TotpSetup,
    WhichTicket,
)
from identity.service import tokens
from kit.edge import router

ways = router(prefix="/internal", tags=["internal"], dependencies=[Depends(only_the_system)])


@ways.post("/sessions/second", status_code=201)
async def show_a_code(
    step: SecondStep, database: Db, vault: VaultSeal, mail: MailSeal, response: Response
) -> SessionStarted | StepNeeded:
    """F032: the second step. The try is counted in a transaction of its own, whatever comes of it."""
    async with database.transaction(step.tenant_id) as tx:
        shown = await service.begin_second_step(tx, step)
    used = service.use_up(vault, shown)
    async with database.transaction(step.tenant_id, used.opening) as tx:
        started = await service.finish_second_step(tx, mail, shown, used)
    return admitted(started, response)


@ways.post("/sessions/enrolment")
async def begin_to_enrol(which: WhichTicket, database: Db, vault: VaultSeal, response: Response) -> TotpSetup:
    """A new app for somebody who must have one to come in."""
    async with database.transaction(which.tenant_id) as tx:
        try:
            ticket = await tokens.peek(tx, "enrol_factor", which.ticket)
        except LinkOver as over:
            raise StepOver() from over
        found = await queries.portal(tx)
    if found is None or ticket.person_id is None:
        raise TenantNotFound()
    response.headers["cache-control"] = "no-store"
    begun = service.begin_enrolment(vault, ticket.person_id, ticket.email, found["name"])
    return TotpSetup.model_validate(begun)


@ways.post("/sessions/enrol", status_code=201)
async def enrol(step: EnrolStep, database: Db, vault: VaultSeal, mail: MailSeal, response: Response) -> Enrolled:
    """The app's first code: it is added, and they are in. The recovery codes are told this once."""
    async with database.transaction(step.tenant_id) as tx:
        started, codes = await service.enrol_with_ticket(tx, vault, mail, step, step.setup)
    response.headers["cache-control"] = "no-store"
    return Enrolled(token=started.token, expires_at=started.expires_at, codes=codes)


@ways.post("/magic", status_code=202)
async def send_a_link(asked: MagicAsked, database: Db, mail: MailSeal) -> None:
    """A link by mail, for whoever has an address here; the answer is the same for everybody."""
    async with database.transaction(asked.tenant_id) as tx:
        await service.magic_link(tx, mail, asked)


@ways.post("/magic/peek")
async def look_at_a_link(which: MagicPeek, database: Db) -> MagicView:
    """Whose link it is; looking uses nothing up."""
    async with database.transaction(which.tenant_id) as tx:
        token = await tokens.peek(tx, "magic", which.token)
    return MagicView(email=token.email)


@ways.post("/sessions/magic", status_code=201, responses={202: {"model": StepNeeded}})
async def come_in_by_a_link(used: MagicUsed, database: Db, response: Response) -> SessionStarted | StepNeeded:
    """Use a link up: a session, or the step that is still missing."""
    async with database.transaction(used.tenant_id) as tx:
        admission = await service.magic_login(tx, used)
    return admitted(admission, response)
