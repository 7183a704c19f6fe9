"""The customer's own admin: a manager invites colleagues and sets what they see, within what the manager sees."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import CannotInvite, ContactNotFound, ManagersAreStaffs, MayNotDoThat, NotYours, TooManyLetters
from identity.models import Contact, Membership, Organisation, PortalSettings
from identity.policy import manages
from identity.schemas.members import ColleagueChange, NewColleague
from identity.service import audit, said, tokens
from identity.service.contacts import FURTHER
from identity.service.memberships import take_away
from identity.service.rows import written
from identity.service.tokens import LIFETIME, Addressee
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.ids import new_id, now
from kit.outbox import emit
from kit.problems import VersionStale
from kit.seal import Seal

MOST_AN_HOUR = 30
"""Colleagues that one manager may invite."""

# The window of support is the manager's own: nobody invites somebody who outlasts them (F052).
_ALLOWED = """
SELECT coalesce((s.access ->> 'managers_invite')::boolean, true) AS allowed, c.support_start_on, c.support_end_on,
    o.name AS organisation, (SELECT count(*) FROM audit a WHERE a.tenant_id = $1 AND a.actor_id = $2
        AND a.action = 'contact.invited' AND a.at > now() - interval '1 hour') AS lately
FROM portal_settings s, contacts c, organisations o
WHERE s.tenant_id = $1 AND c.tenant_id = $1 AND c.id = $2 AND o.tenant_id = $1 AND o.id = $3
"""


class Colleague(NamedTuple):
    """A contact as seen from the organisation they act for: their membership where it is a further one of theirs."""

    contact: Contact
    membership: Membership | None
    organisation: Organisation
    further: list[UUID] | None
    tenants_modules: list[str]

    @property
    def grants(self) -> Contact | Membership:
        """Where it stands what they may in this organisation."""
        return self.membership or self.contact


async def invite_colleague(tx: AsyncSession, caller: Caller, seal: Seal, new: NewColleague) -> Contact:
    """A manager invites somebody into the organisation they act for, to see at most what they see themselves.

    Raises MayNotDoThat, NotYours for a module beyond that, CannotInvite for an address that is in use.
    """
    _only_managers(caller)
    assert caller.organisation_id is not None
    [allowed] = await fetch(tx, _ALLOWED, tenant_of(tx), caller.id, caller.organisation_id)
    if not allowed["allowed"]:
        raise MayNotDoThat("Colleagues are invited by the people who run this portal. Ask them.")
    if allowed["lately"] >= MOST_AN_HOUR:
        raise TooManyLetters(headers={"retry-after": "3600"})
    row = _invited(caller, new, allowed["support_start_on"], allowed["support_end_on"])
    tx.add(row)
    await written(tx, {"contacts_email": CannotInvite})
    emit(tx, said.contact(row), version=row.version)
    to = Addressee("contact", row.id, row.name, row.email)
    secret = await tokens.issue(tx, "activate", to, data={"invited_by": str(caller.id)})
    letter = {"inviter": caller.name, "organisation": allowed["organisation"], "path": f"/activate/{secret}"}
    tokens.write_to(tx, seal, "invited_by_colleague", to, expires_at=now() + LIFETIME["activate"], **letter)
    given = {"email": [None, row.email], "modules": [None, row.modules]}
    audit.note(tx, caller, audit.Line("contact.invited", row.kind, row.id, row.name, given))
    return row


def _invited(caller: Caller, new: NewColleague, starts_on: date | None, ends_on: date | None) -> Contact:
    modules = caller.modules if new.modules is None else frozenset(new.modules)
    _within(caller, modules)
    return Contact(
        id=new_id(),
        name=new.name,
        email=new.email,
        job_title=new.job_title,
        organisation_id=caller.organisation_id,
        portal_enabled=True,
        modules=sorted(modules),
        support_start_on=starts_on,
        support_end_on=ends_on,
        invited_at=now(),
        manager=False,
        email_opt_out=False,
        version=1,
    )


async def change_colleague(
    tx: AsyncSession, caller: Caller, contact_id: UUID, change: ColleagueChange, version: int
) -> None:
    """A manager sets what a colleague sees in their organisation, or shuts them out of it, or lets them in again.

    What lies beyond the manager's own sight stays as it is. Raises ContactNotFound, MayNotDoThat, VersionStale.
    """
    _only_managers(caller)
    found = await _find(tx, caller, contact_id)
    if found.contact.version != version:
        raise VersionStale()
    if found.grants.manager or contact_id == caller.id:
        raise ManagersAreStaffs()
    if found.membership is not None and change.access is False:
        await take_away(tx, caller, found.contact, found.organisation, found.membership, found.further)
        return
    different = _set_modules(caller, found, change) | _set_access(found.contact, change)
    if different:
        row = found.contact
        row.version, row.updated_at = row.version + 1, now()
        emit(tx, said.contact(row, found.further), version=row.version)
        audit.note(tx, caller, audit.Line("contact.changed", row.kind, row.id, row.name, different))


def _set_modules(caller: Caller, found: Colleague, change: ColleagueChange) -> dict[str, Any]:
    if change.modules is None:
        return {}
    chosen, before = frozenset(change.modules), found.grants.modules
    _within(caller, chosen)
    held = frozenset(found.tenants_modules if before is None else before)
    wanted = chosen | (held - caller.modules)
    if wanted == held:
        return {}
    found.grants.modules = sorted(wanted)
    return {"modules": [before, found.grants.modules]}


def _set_access(row: Contact, change: ColleagueChange) -> dict[str, Any]:
    if change.access is None or change.access == row.portal_enabled:
        return {}
    if change.access and not row.shut_by_manager:
        raise MayNotDoThat("The people who run this portal shut this person out. Ask them.")
    row.portal_enabled, row.shut_by_manager = change.access, not change.access
    return {"portal_enabled": [not change.access, change.access]}


def _only_managers(caller: Caller) -> None:
    if not manages(caller):
        raise MayNotDoThat("Only a manager of your organisation can do this.")


def _within(caller: Caller, modules: frozenset[str]) -> None:
    if beyond := modules - caller.modules:
        raise NotYours(errors=[{"field": "modules", "detail": f"You do not see {sorted(beyond)[0]} yourself."}])


async def _find(tx: AsyncSession, caller: Caller, contact_id: UUID) -> Colleague:
    here = Organisation.id == caller.organisation_id
    held = and_(
        Membership.contact_id == Contact.id,
        Membership.organisation_id == Organisation.id,
        Contact.organisation_id != Organisation.id,
    )
    tenants = select(PortalSettings.modules).scalar_subquery()
    query = select(Contact, Membership, Organisation, FURTHER, tenants).select_from(Contact)
    query = query.join(Organisation, here).outerjoin(Membership, held)
    theirs = or_(Contact.organisation_id == Organisation.id, Membership.contact_id.is_not(None))
    query = query.where(Contact.id == contact_id, theirs).with_for_update(key_share=True, of=Contact)
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise ContactNotFound()
    return Colleague(*row)
