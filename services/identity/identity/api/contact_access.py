"""F022-F031, F051, F052: letting a contact or lead in, and bringing them the news."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from identity import passwords, policy, queries, service
from identity.api.internal import Db
from identity.api.portal import MailSeal
from identity.errors import ContactNotFound
from identity.schemas.access import AccessSettings
from identity.schemas.ways_in import AccessView, Enabling, InitialPassword, MayDo, Warned
from kit import caller as callers
from kit.edge import Caller, Tx, router, transaction
from kit.idempotency import outside_first

contact_access = router(tags=["access"])

OPTED_OUT = "This contact wants no e-mail: no letter goes to them, neither the welcome nor a link to a new password."
_COLUMNS = AccessView.model_fields.keys() - {"contact_id", "window_required", "warnings", "may"}


@contact_access.get("/contacts/{contact_id}/access")
async def read_access(contact_id: UUID, caller: Caller, tx: Tx) -> AccessView:
    """How a contact or lead gets in, how far they have come, and what to know before writing to them."""
    row = await queries.access_of(tx, caller, contact_id)
    if row is None:
        raise ContactNotFound()
    return access_view(caller, row)


@contact_access.post("/contacts/{contact_id}/enable")
async def enable(contact_id: UUID, wanted: Enabling, caller: Caller, tx: Tx, seal: MailSeal) -> AccessView:
    """F022-F026, F052: let a contact or lead in, or change the days and modules of one who is."""
    return _changed(caller, await service.enable_contact(tx, caller, seal, contact_id, wanted))


@contact_access.post("/contacts/{contact_id}/disable")
async def disable(contact_id: UUID, caller: Caller, tx: Tx) -> AccessView:
    """F022: shut a contact or lead out, within five seconds and wherever they are logged in."""
    return _changed(caller, await service.disable_contact(tx, caller, contact_id))


@contact_access.post("/contacts/{contact_id}/welcome")
async def send_welcome(contact_id: UUID, caller: Caller, tx: Tx, seal: MailSeal) -> AccessView:
    """F029: send the welcome letter; the link of an earlier one is over. F051: to whom no mail goes, `warnings` say."""
    return _changed(caller, await service.send_welcome(tx, caller, seal, contact_id))


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


def access_view(caller: callers.Caller, row: Any) -> AccessView:
    """How somebody gets in, from a row of `queries.access_of`."""
    return _view(caller, row, AccessSettings.model_validate(row.access), has_own_password=bool(row.has_own_password))


def _changed(caller: callers.Caller, found: service.Found) -> AccessView:
    return _view(caller, found.contact, found.choices, has_own_password=found.has_own_password)


def _view(caller: callers.Caller, row: Any, choices: AccessSettings, *, has_own_password: bool) -> AccessView:
    """A contact, or a row that reads like one, as whoever looks after people sees it."""
    edit, enabled = policy.may_edit_people(caller), row.portal_enabled
    first = policy.may_show_password(caller, chosen=choices.initial_password, enabled=enabled, has_own=has_own_password)
    return AccessView(
        contact_id=row.id,
        **{name: getattr(row, name) for name in _COLUMNS},
        window_required=choices.window_required,
        warnings=[Warned(kind="opted_out", text=OPTED_OUT)] if row.email_opt_out else [],
        may=MayDo(edit=edit, welcome=edit and enabled and not row.email_opt_out, initial_password=first),
    )
