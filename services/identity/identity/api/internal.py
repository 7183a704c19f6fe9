"""What the gateway asks on its own account: who is behind an address, a key, a session. Nobody else may."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request, Response

from identity import passwords, policy, queries, service
from identity.api.portal import Origin, tenant_view
from identity.errors import KeyRefused, LoginRefused, OrganisationNotFound, SessionNotFound, TenantNotFound
from identity.schemas.internal import (
    KeyResolved,
    Login,
    SessionResolved,
    SessionStarted,
    Snapshots,
    SnapshotsSaid,
    TenantView,
    WhichKey,
    WhichSession,
    WhichTenant,
)
from identity.schemas.security import StepNeeded
from kit.db import Database
from kit.edge import Caller, Tx, router
from kit.problems import NotFound


async def only_the_system(caller: Caller) -> None:
    """The gateway, on its own account."""
    if caller.kind != "system":
        raise NotFound()


async def _database(request: Request) -> Database:
    found: Database = request.app.state.database
    return found


internal = router(prefix="/internal", tags=["internal"], dependencies=[Depends(only_the_system)])

Db = Annotated[Database, Depends(_database)]
"""For routes that act in a tenant they are told of, or in more than one transaction."""


@internal.post("/tenants/resolve")
async def resolve_tenant(which: WhichTenant, tx: Tx) -> TenantView:
    """F001, F004, F005: the tenant behind a publishable key, a slug or a host name."""
    if which.api_key is not None:
        found = await queries.portal_by(tx, "key", passwords.digest(which.api_key))
    elif which.slug is not None:
        found = await queries.portal_by(tx, "slug", which.slug)
    else:
        found = await queries.portal_by(tx, "host", which.host or "")
    if found is None:
        raise TenantNotFound()
    return tenant_view(found)


@internal.post("/keys/resolve")
async def resolve_key(which: WhichKey, tx: Tx) -> KeyResolved:
    """The tenant and grants of a secret key."""
    found = await queries.key_by(tx, passwords.digest(which.key))
    if found is None:
        raise KeyRefused()
    caller, portal = found
    return KeyResolved(tenant=tenant_view(portal), caller=caller)


@internal.post("/sessions", status_code=201, responses={202: {"model": StepNeeded}})
async def log_in(login: Login, database: Db, response: Response) -> SessionStarted | StepNeeded:
    """F032: open a session, or say which step is missing. Known and unknown addresses are answered alike, in the
    same time."""
    async with database.transaction(login.tenant_id) as tx:
        attempt = await service.begin_login(tx, login)
    if not await passwords.matches(login.password, attempt.hash):
        raise LoginRefused()
    async with database.transaction(login.tenant_id) as tx:
        admission = await service.finish_login(tx, attempt)
    return admitted(admission, response)


def admitted(admission: service.Admission, response: Response) -> SessionStarted | StepNeeded:
    """The answer to a login: 201 with a session, or 202 with a ticket to the next step."""
    response.headers["cache-control"] = "no-store"
    if isinstance(admission, service.Ticket):
        response.status_code = 202
        return StepNeeded(step=admission.step, ticket=admission.secret, methods=admission.methods)
    return SessionStarted(token=admission.token, expires_at=admission.expires_at, caller=admission.caller)


@internal.post("/sessions/resolve")
async def resolve_session(which: WhichSession, tx: Tx) -> SessionResolved:
    """Who is behind a session's token, and what they are granted at this moment."""
    found = await queries.session_by(tx, passwords.digest(which.token), which.organisation_id)
    if found is None:
        raise SessionNotFound()
    if which.organisation_id not in (None, found[1].organisation_id):
        raise OrganisationNotFound()
    return session_view(*found)


def session_view(session: Any, caller: Caller, portal: queries.Portal) -> SessionResolved:
    """A session that was found, as the gateway is told of it."""
    return SessionResolved(
        session_id=session["session_id"],
        must_change_password=session["must_change"],
        tenant=tenant_view(portal),
        audience=session["audience"],
        caller=caller,
        expires_at=session["expires_at"],
        support_ends_on=policy.support_ends_on(session["support_end_on"], portal["access"]),
        organisations=session["organisations"],
    )


@internal.post("/sessions/end", status_code=204)
async def log_out(which: WhichSession, tx: Tx) -> None:
    """End a session, at once."""
    await service.end_session(tx, which.token)


@internal.get("/tenants/{tenant_id}/logo")
async def read_logo(tenant_id: UUID, database: Db, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """F009: the bytes of a tenant's logo."""
    async with database.transaction(tenant_id) as tx:
        found = await queries.logo(tx)
    if found is None:
        raise NotFound()
    etag = f'"{found.logo_hash}"'
    headers = {"etag": etag, "x-content-type-options": "nosniff"}
    if if_none_match == etag:
        return Response(status_code=304, headers=headers)
    return Response(found.logo, media_type=found.logo_type, headers=headers)


@internal.post("/snapshots")
async def say_everything_again(asked: Snapshots, database: Db, origin: Origin) -> SnapshotsSaid:
    """E7: say one batch of a tenant's records again; ask again with `next` until it is null."""
    async with database.transaction(asked.tenant_id) as tx:
        said, cursor = await service.say_everything_again(tx, origin, asked.cursor)
    return SnapshotsSaid(said=said, next=cursor)
