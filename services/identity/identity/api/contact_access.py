"""F022-F031, F051, F052: letting a contact or lead in, and bringing them the news."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords, policy, queries, service
from identity.api.internal import Db
from identity.api.portal import MailSeal
from identity.errors import ContactNotFound
from identity.schemas.ways_in import AccessView, Enabling, InitialPassword, MayDo, Warned
from kit import caller as callers
from kit.edge import Caller, Tx, outside_first, router, transaction

contact_access = router(tags=["access"])

OPTED_OUT = "This contact wants no e-mail: no letter goes to them, neither the welcome nor a link to a new password."
_COLUMNS = AccessView.model_fields.keys() - {"window_required", "warnings", "may"}


@contact_access.get("/contacts/{contact_id}/access")
async def read_access(contact_id: UUID, caller: Caller, tx: Tx) -> AccessView:
    """How a contact or lead gets in, how far they have come, and what to know before writing to them."""
    return await _view(tx, caller, contact_id)


@contact_access.post("/contacts/{contact_id}/enable")
async def enable(contact_id: UUID, wanted: Enabling, caller: Caller, tx: Tx, seal: MailSeal) -> AccessView:
    """F022-F026, F052: let a contact or lead in, or change the days and modules of one who is."""
    await service.enable_contact(tx, caller, seal, contact_id, wanted)
    return await _view(tx, caller, contact_id)


@contact_access.post("/contacts/{contact_id}/disable")
async def disable(contact_id: UUID, caller: Caller, tx: Tx) -> AccessView:
    """F022: shut a contact or lead out, within five seconds and wherever they are logged in."""
    await service.disable_contact(tx, caller, contact_id)
    return await _view(tx, caller, contact_id)


@contact_access.post("/contacts/{contact_id}/welcome")
async def send_welcome(contact_id: UUID, caller: Caller, tx: Tx, seal: MailSeal) -> AccessView:
    """F029: send the welcome letter; the link of an earlier one is over. F051: to whom no mail goes, `warnings` say."""
    await service.send_welcome(tx, caller, seal, contact_id)
    return await _view(tx, caller, contact_id)


@contact_access.post("/contacts/{contact_id}/initial-password")
@outside_first
async def make_initial_password(
    contact_id: UUID, caller: Caller, database: Db, request: Request, response: Response
) -> InitialPassword:
    """F030: a first password, told this once; it must be changed at the first login. A tenant option."""
    async with database.transaction(caller.tenant_id) as tx:
        await service.allow_initial_password(tx, caller, contact_id)
    password = passwords.readable()
    hashed = await passwords.hashed(password)
    row = await service.give_initial_password(await transaction(request), caller, contact_id, hashed)
    response.headers["cache-control"] = "no-store"
    return InitialPassword.model_validate({"email": row.email, "password": password})


async def _view(tx: AsyncSession, caller: callers.Caller, contact_id: UUID) -> AccessView:
    found = await queries.access_of(tx, caller, contact_id)
    if found is None:
        raise ContactNotFound()
    edit = policy.may_edit_people(caller)
    return AccessView(
        **{name: getattr(found, name) for name in _COLUMNS},
        window_required=bool(found.access.get("window_required")),
        warnings=[Warned(kind="opted_out", text=OPTED_OUT)] if found.email_opt_out else [],
        may=MayDo(
            edit=edit,
            welcome=edit and found.portal_enabled and not found.email_opt_out,
            initial_password=policy.may_show_password(caller, found),
        ),
    )
