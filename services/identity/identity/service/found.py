"""A contact or lead, found to be let in, invited or shut out."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import policy
from identity.errors import ContactNotFound, MayNotDoThat
from identity.models import Contact, Password, PortalSettings
from identity.schemas.access import AccessSettings
from identity.service.contacts import FURTHER
from kit.caller import Caller


class Found(NamedTuple):
    """A contact, the tenant's choices, the further organisations they act for, and whether they chose a password."""

    contact: Contact
    choices: AccessSettings
    further: list[UUID]
    has_own_password: bool


async def find_contact(tx: AsyncSession, caller: Caller, contact_id: UUID) -> Found:
    """Locked, and for whoever may edit people alone. Raises ContactNotFound, MayNotDoThat."""
    if not policy.may_edit_people(caller):
        raise MayNotDoThat("Only those who edit people can say who comes in.")
    own = and_(Password.hash.is_not(None), not_(Password.must_change))
    mine = and_(Password.tenant_id == Contact.tenant_id, Password.person_id == Contact.id)
    query = select(Contact, PortalSettings.access, FURTHER, own)
    query = query.join(PortalSettings, PortalSettings.tenant_id == Contact.tenant_id).outerjoin(Password, mine)
    found = (await tx.execute(query.where(Contact.id == contact_id).with_for_update(of=Contact))).one_or_none()
    if found is None:
        raise ContactNotFound()
    return Found(found[0], AccessSettings.model_validate(found[1]), found[2] or [], bool(found[3]))
