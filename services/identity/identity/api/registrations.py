"""Registrations: asked for and confirmed by way of the gateway; listed, mapped and refused by staff; invitations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from identity import queries
from identity.api.internal import internal
from identity.api.portal import MailSeal
from identity.errors import RegistrationNotFound
from identity.schemas.registrations import (
    Asked,
    Confirmation,
    Confirmed,
    InvitationView,
    LinkView,
    Mapping,
    NewInvitation,
    NewRegistration,
    Refusal,
    RegistrationFilters,
    RegistrationPage,
    RegistrationView,
    SolvedChallenge,
    Spent,
    WhichLink,
)
from identity.service import auto_invites, captchas, registering
from identity.service import registrations as decisions
from kit.edge import Caller, Tx, router
from kit.paging import total
from kit.versions import IfMatch

registrations = router(tags=["registrations"])


@internal.post("/registrations", status_code=202)
async def ask_for_access(new: NewRegistration, tx: Tx, seal: MailSeal) -> Asked:
    """F034, F041: somebody at the caller's tenant asks for access. One answer for known and unknown addresses."""
    await registering.ask_for_access(tx, seal, new)
    return Asked()


@internal.post("/registrations/look")
async def look_at_link(which: WhichLink, tx: Tx) -> LinkView:
    """Whom a link in a letter was sent to; it stays good."""
    return await registering.look_at_link(tx, which)


@internal.post("/registrations/confirm")
async def confirm_address(given: Confirmation, tx: Tx, seal: MailSeal, response: Response) -> Confirmed:
    """F035, F041, F044: use the link in a letter."""
    confirmed = await registering.confirm_address(tx, seal, given)
    if confirmed.path is not None:
        response.headers["cache-control"] = "no-store"
    return confirmed


@internal.post("/captchas")
async def spend_captcha(solved: SolvedChallenge, tx: Tx) -> Spent:
    """F042: use the solution of a captcha up."""
    return Spent(fresh=await captchas.spend_captcha(tx, solved))


@registrations.get("/registrations")
async def list_registrations(
    filters: Annotated[RegistrationFilters, Query()], caller: Caller, tx: Tx
) -> RegistrationPage:
    """F037: who asked for access, the newest first. Empty for whoever does not map registrations."""
    rows, cursor, counted = await queries.registrations(tx, caller, filters)
    items = [RegistrationView.model_validate(row) for row in rows]
    return RegistrationPage(items=items, next=cursor, total=total(counted))


@registrations.get("/registrations/{registration_id}")
async def read_registration(registration_id: UUID, caller: Caller, tx: Tx, response: Response) -> RegistrationView:
    """F037: one registration."""
    row = await queries.registration(tx, caller, registration_id)
    if row is None:
        raise RegistrationNotFound()
    response.headers["etag"] = f'"{row.version}"'
    return RegistrationView.model_validate(row)


@registrations.post("/registrations/{registration_id}/map")
async def map_registration(
    registration_id: UUID, wanted: Mapping, version: IfMatch, caller: Caller, tx: Tx, seal: MailSeal
) -> RegistrationView:
    """F037-F039: map a registration to an organisation's contact, who is enabled and gets their login details."""
    row = await decisions.map_registration(tx, seal, caller, registration_id, version, wanted)
    return RegistrationView.model_validate(row)


@registrations.post("/registrations/{registration_id}/refuse")
async def refuse_registration(
    registration_id: UUID, refusal: Refusal, version: IfMatch, caller: Caller, tx: Tx, seal: MailSeal
) -> RegistrationView:
    """F037: refuse a registration, with a reason; the person is told where that is asked for."""
    row = await decisions.refuse_registration(tx, seal, caller, registration_id, version, refusal)
    return RegistrationView.model_validate(row)


@registrations.post("/invitations")
async def invite(new: NewInvitation, caller: Caller, tx: Tx, seal: MailSeal) -> InvitationView:
    """F043: a request came from an address without access; it is invited, where the tenant wishes it."""
    return InvitationView(sent=await auto_invites.invite(tx, seal, caller, new))
