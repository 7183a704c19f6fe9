"""What contacts look after themselves: their details, their company, and as managers their colleagues."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from identity import service
from identity.api.internal import internal
from identity.api.portal import MailSeal
from identity.models import Organisation
from identity.policy import manages
from identity.queries import members as queries
from identity.schemas.members import (
    ColleagueChange,
    ColleagueFilters,
    ColleaguePage,
    ColleagueView,
    CompanyChange,
    CompanyView,
    EmailChange,
    EmailChangeAsked,
    EmailChangeView,
    MyDetails,
    MyDetailsChange,
    NewColleague,
    WhichEmailChange,
)
from kit.edge import Caller, Tx, router
from kit.versions import IfMatch

members = router(tags=["people"])


@members.get("/me/details")
async def read_my_details(caller: Caller, tx: Tx, response: Response) -> MyDetails:
    """F055: the caller's own record."""
    row = await queries.my_details(tx, caller)
    response.headers["etag"] = f'"{row.version}"'
    return MyDetails.model_validate(row)


@members.patch("/me/details")
async def change_my_details(
    change: MyDetailsChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> MyDetails:
    """F055: change one's own name, phone or job title."""
    row = await service.change_my_details(tx, caller, change, version)
    response.headers["etag"] = f'"{row.version}"'
    return MyDetails.model_validate(row)


@members.post("/me/email", status_code=202)
async def ask_for_email_change(change: EmailChange, caller: Caller, tx: Tx, seal: MailSeal) -> EmailChangeAsked:
    """F055: ask for another e-mail address; it is changed by the link of the letter that goes there."""
    await service.ask_for_email_change(tx, caller, seal, change.email)
    return EmailChangeAsked(sent_to=change.email)


@internal.post("/email-changes/look")
async def look_at_email_change(which: WhichEmailChange, tx: Tx) -> EmailChangeView:
    """What a link to confirm an address is about; nothing is changed by looking."""
    name, email = await service.look_at_email_change(tx, which.token)
    return EmailChangeView(name=name, email=email)


@internal.post("/email-changes/confirm")
async def confirm_email_change(which: WhichEmailChange, tx: Tx, seal: MailSeal) -> EmailChangeAsked:
    """F024, F055: the new address is the user name from now on."""
    return EmailChangeAsked(sent_to=await service.confirm_email_change(tx, seal, which.token))


@members.get("/me/company")
async def read_my_company(caller: Caller, tx: Tx, response: Response) -> CompanyView:
    """F056: the organisation the caller acts for."""
    return _company(await queries.my_company(tx, caller), caller, response)


@members.patch("/me/company")
async def change_my_company(
    change: CompanyChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> CompanyView:
    """F056, O+7: a manager sets what is known of their organisation."""
    return _company(await service.change_company(tx, caller, change, version), caller, response)


@members.get("/colleagues")
async def list_colleagues(filters: Annotated[ColleagueFilters, Query()], caller: Caller, tx: Tx) -> ColleaguePage:
    """F057: who acts for the caller's organisation, by name."""
    items, cursor = await queries.colleagues(tx, caller, filters)
    return ColleaguePage(items=[ColleagueView(**item) for item in items], next=cursor)


@members.post("/colleagues", status_code=201)
async def invite_colleague(new: NewColleague, caller: Caller, tx: Tx, seal: MailSeal) -> ColleagueView:
    """A manager invites a colleague by mail, to see at most what the manager sees."""
    row = await service.invite_colleague(tx, caller, seal, new)
    return ColleagueView.model_validate({**vars(row), "access": True, "may_edit": True})


@members.get("/colleagues/{contact_id}")
async def read_colleague(contact_id: UUID, caller: Caller, tx: Tx, response: Response) -> ColleagueView:
    """F057: one of them."""
    return _colleague(await queries.colleague(tx, caller, contact_id), response)


@members.patch("/colleagues/{contact_id}")
async def change_colleague(contact_id: UUID, change: ColleagueChange, version: IfMatch, caller: Caller, tx: Tx) -> None:
    """A manager sets what a colleague sees, shuts them out, or lets them in again."""
    await service.change_colleague(tx, caller, contact_id, change, version)


def _colleague(row: dict[str, object], response: Response) -> ColleagueView:
    response.headers["etag"] = f'"{row["version"]}"'
    return ColleagueView.model_validate(row)


def _company(row: Organisation, caller: Caller, response: Response) -> CompanyView:
    response.headers["etag"] = f'"{row.version}"'
    wanted = [name for name in ("registered_office", "business_type") if not getattr(row, name)]
    fields = {name: getattr(row, name) for name in CompanyView.model_fields if hasattr(row, name)}
    return CompanyView(**fields, may_edit=manages(caller), wanted=wanted)
