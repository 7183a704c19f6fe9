"""Where an organisation's own people log in: set by the tenant, used by whoever has an address of its domains."""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import queries
from identity.errors import (
    AddressUnknown,
    CompanyRefused,
    DomainTaken,
    MayNotDoThat,
    OrganisationNotFound,
    ProviderNotFound,
    SecretMissing,
    StepOver,
)
from identity.models import IdentityProvider, Organisation, Tenant
from identity.oidc import SECONDS, Client
from identity.schemas.providers import CompanyLogin, ProviderChange, ProviderCheck
from identity.service import audit
from identity.service.addresses import Addresses
from identity.service.admission import Admission, Entrance
from identity.service.logins import admit, find_who
from identity.service.rows import changed
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.ids import now
from kit.seal import Seal, Unreadable

_BY_DOMAIN = """
SELECT p.organisation_id, p.issuer, p.client_id, p.sealed_secret, o.email_domains FROM identity_providers p
JOIN organisations o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id AND o.active
WHERE p.tenant_id = $1 AND p.active AND $2 = ANY (o.email_domains) LIMIT 1
"""
_TAKEN = """
SELECT o.name FROM identity_providers p JOIN organisations o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
WHERE p.tenant_id = $1 AND p.organisation_id <> $2 AND o.email_domains && $3::text[] LIMIT 1
"""
_ANY = "SELECT EXISTS (SELECT FROM identity_providers WHERE tenant_id = $1 AND active) AS any"
_SLUG = select(Tenant.slug).scalar_subquery()
_SET = select(IdentityProvider, Organisation.email_domains, _SLUG, Organisation.name).join(
    Organisation, Organisation.id == IdentityProvider.organisation_id
)
MOST = 500
"""Providers that a list names."""


class Set(NamedTuple):
    """A provider that is set, the domains it stands for, and the slug of the portal people come back to."""

    row: IdentityProvider
    domains: list[str]
    slug: str
    organisation_name: str


@dataclass(frozen=True)
class Provider:
    """An organisation's provider, its secret opened."""

    organisation_id: UUID
    client: Client
    domains: frozenset[str]


async def read_provider(tx: AsyncSession, caller: Caller, organisation_id: UUID) -> Set:
    """An organisation's provider and its domains. Raises MayNotDoThat, ProviderNotFound."""
    _only_who_sets(caller)
    found = (await tx.execute(_SET.where(IdentityProvider.organisation_id == organisation_id))).one_or_none()
    if found is None:
        raise ProviderNotFound()
    return Set(*found)


async def list_providers(tx: AsyncSession, caller: Caller) -> list[Set]:
    """All of the tenant's, by the organisations' names. Raises MayNotDoThat."""
    _only_who_sets(caller)
    found = (await tx.execute(_SET.order_by(Organisation.sort_name, Organisation.id).limit(MOST))).all()
    return [Set(*row) for row in found]


async def client_to_check(
    tx: AsyncSession, vault: Seal, caller: Caller, organisation_id: UUID, check: ProviderCheck
) -> tuple[Client, str]:
    """What to ask a provider with, as it was sent and else as it is set; and the slug of the portal.

    Raises MayNotDoThat, OrganisationNotFound, ProviderNotFound, SecretMissing.
    """
    _only_who_sets(caller)
    query = select(Organisation.id, IdentityProvider, _SLUG)
    query = query.outerjoin(IdentityProvider, IdentityProvider.organisation_id == Organisation.id)
    found = (await tx.execute(query.where(Organisation.id == organisation_id))).one_or_none()
    if found is None:
        raise OrganisationNotFound()
    _, row, slug = found
    if row is None and not (check.issuer and check.client_id):
        raise ProviderNotFound()
    if row is None and not check.client_secret:
        raise SecretMissing()
    secret = check.client_secret or vault.open(row.sealed_secret)["client_secret"]
    return Client(check.issuer or row.issuer, check.client_id or row.client_id, secret), slug


async def put_provider(
    tx: AsyncSession, vault: Seal, caller: Caller, organisation_id: UUID, change: ProviderChange
) -> Set:
    """Set where an organisation's people log in.

    Raises MayNotDoThat, OrganisationNotFound, DomainTaken, SecretMissing.
    """
    _only_who_sets(caller)
    query = (
        select(Organisation, IdentityProvider, _SLUG)
        .outerjoin(IdentityProvider, IdentityProvider.organisation_id == Organisation.id)
        .where(Organisation.id == organisation_id)
        .with_for_update(of=Organisation)
    )
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise OrganisationNotFound()
    organisation, row, slug = found
    if taken := await fetch(tx, _TAKEN, tenant_of(tx), organisation_id, change.domains):
        raise DomainTaken(f"{taken[0]['name']} has one of these domains. A domain's people log in at one place.")
    row, different = _kept(tx, vault, row, organisation_id, change)
    different |= changed(organisation, {"email_domains": list(dict.fromkeys(change.domains))})
    if different:
        audit.note(
            tx, caller, audit.Line("provider.set", "organisation", organisation_id, organisation.name, different)
        )
    return Set(row, organisation.email_domains, slug, organisation.name)


def _kept(
    tx: AsyncSession, vault: Seal, row: IdentityProvider | None, organisation_id: UUID, change: ProviderChange
) -> tuple[IdentityProvider, dict[str, list[Any]]]:
    if row is None and change.client_secret is None:
        raise SecretMissing()
    if row is None:
        nothing = {"issuer": "", "client_id": "", "sealed_secret": "", "active": True, "version": 0}
        row = IdentityProvider(organisation_id=organisation_id, **nothing)
        tx.add(row)
    different = changed(row, {"issuer": change.issuer, "client_id": change.client_id, "active": change.active})
    if change.client_secret is not None:
        changed(row, {"sealed_secret": vault.seal({"client_secret": change.client_secret})})
        different["client_secret"] = ["", "another"]
    return row, different


async def remove_provider(tx: AsyncSession, caller: Caller, organisation_id: UUID) -> None:
    """Nobody logs in there any more. Raises MayNotDoThat, ProviderNotFound."""
    _only_who_sets(caller)
    gone = delete(IdentityProvider).where(IdentityProvider.organisation_id == organisation_id)
    issuer = (await tx.execute(gone.returning(IdentityProvider.issuer))).scalar_one_or_none()
    if issuer is None:
        raise ProviderNotFound()
    how = {"issuer": [issuer, None]}
    audit.note(tx, caller, audit.Line("provider.removed", "organisation", organisation_id, issuer, how))


def _only_who_sets(caller: Caller) -> None:
    if caller.kind != "staff" or not caller.has("settings.edit"):
        raise MayNotDoThat("Only those who edit the portal's settings can say where people log in.")


async def any_provider(tx: AsyncSession) -> bool:
    """Does anybody log in at a provider of their own?"""
    [row] = await fetch(tx, _ANY, tenant_of(tx))
    return bool(row["any"])


async def provider_of(tx: AsyncSession, vault: Seal, email: str) -> Provider:
    """Where whoever has this address logs in. Raises ProviderNotFound."""
    rows = await fetch(tx, _BY_DOMAIN, tenant_of(tx), email.rpartition("@")[2].lower())
    if not rows:
        raise ProviderNotFound()
    secret = vault.open(rows[0]["sealed_secret"])["client_secret"]
    client = Client(rows[0]["issuer"], rows[0]["client_id"], secret)
    return Provider(rows[0]["organisation_id"], client, frozenset(rows[0]["email_domains"]))


async def callback_at(tx: AsyncSession, places: Addresses, root: str) -> str:
    """The address the provider sends people back to. Raises AddressUnknown for a portal that is not the tenant's."""
    found = await queries.portal(tx)
    if found is None or root not in places.roots_of(found):
        raise AddressUnknown()
    return f"{root}/account/oidc/callback"


def keep(vault: Seal, kept: dict[str, str], email: str) -> str:
    """What the browser brings back from the provider: sealed, so that nobody changes or reads it on the way."""
    return vault.seal({"oidc": kept, "email": email, "until": now().timestamp() + SECONDS})


def brought_back(vault: Seal, login: CompanyLogin) -> tuple[dict[str, str], str]:
    """What was kept of a login that is back, and the address it began with. Raises StepOver."""
    try:
        found = vault.open(login.kept)
    except Unreadable as error:
        raise StepOver() from error
    kept: dict[str, str] = found.get("oidc", {})
    if not kept or found["until"] < now().timestamp() or not compare_digest(kept["state"], login.state):
        raise StepOver()
    return kept, str(found["email"])


async def company_login(tx: AsyncSession, provider: Provider, email: str, login: CompanyLogin) -> Admission:
    """Come in as the contact with this address, which the provider verified: one of its organisation, and enabled.

    A provider speaks for its own organisation's domains and people and for nobody else's. Raises CompanyRefused.
    """
    who = await find_who(tx, "portal", email)
    fits = email.rpartition("@")[2].lower() in provider.domains
    if who is None or not fits or who.organisation_id != provider.organisation_id:
        raise CompanyRefused()
    return await admit(tx, who, Entrance("portal", login.ip, login.user_agent, "oidc", who.email))
