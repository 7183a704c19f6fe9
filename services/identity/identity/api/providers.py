"""Where an organisation's own people log in (OpenID Connect)."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from identity import oidc, service
from identity.api.internal import Db, admitted, only_the_system
from identity.api.portal import Origin, Places, VaultSeal
from identity.errors import CompanyRefused, ProviderSilent
from identity.schemas.internal import SessionStarted
from identity.schemas.providers import (
    CompanyAsked,
    CompanyBegun,
    CompanyLogin,
    Offered,
    ProviderChange,
    ProviderCheck,
    ProviderChecked,
    Providers,
    ProviderView,
    WhichOffer,
)
from identity.schemas.security import StepNeeded
from identity.service import providers as verbs
from identity.service.said import portal_url
from kit.edge import Caller, Tx, router
from kit.egress import Egress
from kit.idempotency import outside_first

providers = router(tags=["people"])
companies = router(prefix="/internal", tags=["internal"], dependencies=[Depends(only_the_system)])


async def _egress(request: Request) -> Egress:
    found: Egress = request.app.state.egress
    return found


Out = Annotated[Egress, Depends(_egress)]
"""The one way out."""

PATH = "/organisations/{organisation_id}/identity-provider"


@providers.get(PATH)
async def read_provider(organisation_id: UUID, caller: Caller, tx: Tx, origin: Origin) -> ProviderView:
    """Where an organisation's people log in; the secret is not shown."""
    return _view(await service.read_provider(tx, caller, organisation_id), origin)


@providers.put(PATH)
async def put_provider(
    organisation_id: UUID, change: ProviderChange, caller: Caller, tx: Tx, vault: VaultSeal, origin: Origin
) -> ProviderView:
    """Set where an organisation's people log in, and whose addresses are theirs."""
    return _view(await service.put_provider(tx, vault, caller, organisation_id, change), origin)


@providers.delete(PATH, status_code=204)
async def remove_provider(organisation_id: UUID, caller: Caller, tx: Tx) -> None:
    """Let nobody in from there any more."""
    await service.remove_provider(tx, caller, organisation_id)


@providers.get("/identity-providers")
async def list_providers(caller: Caller, tx: Tx, origin: Origin) -> Providers:
    """Every organisation whose people log in at a provider of their own."""
    return Providers(items=[_view(found, origin) for found in await verbs.list_providers(tx, caller)])


@providers.post(f"{PATH}/check")
@outside_first
async def check_provider(
    organisation_id: UUID,
    check: ProviderCheck,
    caller: Caller,
    database: Db,
    vault: VaultSeal,
    out: Out,
    origin: Origin,
) -> ProviderChecked:
    """Ask a provider whether it is one and knows us: as it is set, or as it would be. Nothing is kept of it."""
    async with database.transaction(caller.tenant_id) as tx:
        client, slug = await verbs.client_to_check(tx, vault, caller, organisation_id, check)
    try:
        await oidc.check(out, client, _callback(origin, slug))
    except oidc.NotSaid as error:
        return ProviderChecked.model_validate({"ok": False, "field": error.field, "sentence": error.sentence})
    return ProviderChecked(ok=True, field=None, sentence="The provider answers, and knows this portal.")


@companies.post("/oidc/offered")
async def offered(which: WhichOffer, database: Db) -> Offered:
    """Is there anything to offer on the login page?"""
    async with database.transaction(which.tenant_id) as tx:
        return Offered(company=await verbs.any_provider(tx))


@companies.post("/oidc/begin")
async def begin(
    asked: CompanyAsked, database: Db, vault: VaultSeal, out: Out, places: Places, response: Response
) -> CompanyBegun:
    """Where whoever has this address logs in, with what to bring back. No connection is held while asking there."""
    async with database.transaction(asked.tenant_id) as tx:
        provider = await verbs.provider_of(tx, vault, asked.email)
        callback = await verbs.callback_at(tx, places, asked.root)
    try:
        begun = await oidc.begin(out, provider.client, callback, asked.email)
    except oidc.NotSaid as error:
        raise ProviderSilent() from error
    response.headers["cache-control"] = "no-store"
    return CompanyBegun(url=begun.url, kept=verbs.keep(vault, begun.kept, asked.email))


@companies.post("/sessions/oidc", status_code=201, responses={202: {"model": StepNeeded}})
async def come_in_by_a_company(
    login: CompanyLogin, database: Db, vault: VaultSeal, out: Out, response: Response
) -> SessionStarted | StepNeeded:
    """Back from the provider: a session for the contact whose address it has verified."""
    kept, asked_with = verbs.brought_back(vault, login)
    async with database.transaction(login.tenant_id) as tx:
        provider = await verbs.provider_of(tx, vault, asked_with)
    try:
        email = await oidc.verified_email(out, provider.client, kept, login.code)
    except oidc.NotSaid as error:
        raise CompanyRefused() from error
    async with database.transaction(login.tenant_id) as tx:
        admission = await service.company_login(tx, provider, email, login)
    return admitted(admission, response)


def _view(found: verbs.Set, origin: str) -> ProviderView:
    row, back = found.row, _callback(origin, found.slug)
    about = {name: getattr(row, name) for name in ("organisation_id", "issuer", "client_id", "active", "version")}
    return ProviderView(**about, domains=found.domains, redirect_uri=back, organisation_name=found.organisation_name)


def _callback(origin: str, slug: str) -> str:
    """What a provider has to be told of us: where it sends people back to."""
    return f"{portal_url(origin, slug)}/account/oidc/callback"
