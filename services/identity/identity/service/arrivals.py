"""Somebody whose address is proven: a registration that waits for staff, or a lead with access."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import EmailTaken
from identity.models import Contact, Organisation, Registration
from identity.schemas.registrations import Who
from identity.service import audit, said, tokens
from identity.service.contacts import NOBODY_YET
from identity.service.organisations import NOTHING_YET
from identity.service.tokens import Addressee
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.ids import new_id, now
from kit.outbox import emit
from kit.seal import Seal

# One statement, for whoever waits: what refers to the organisation is checked when both are there.
_LEAD = """
WITH home AS (
    INSERT INTO organisations (tenant_id, id, kind, name, active, version, created_at, updated_at)
    VALUES ($1, $2, 'prospect', $3, true, 1, now(), now())
)
INSERT INTO contacts (tenant_id, id, kind, name, email, phone, organisation_id, portal_enabled, manager, email_opt_out,
    invited_at, version, created_at, updated_at)
VALUES ($1, $4, 'lead', $5, $6, $7, $2, true, false, false, now(), 1, now(), now())
ON CONFLICT (tenant_id, email_key) DO NOTHING RETURNING id
"""


async def let_wait(tx: AsyncSession, seal: Seal, who: Who, mappers: Sequence[Any]) -> None:
    """F034, F036: wait for staff. Asked a second time, nothing is added and nobody is told again."""
    values = who.model_dump() | {"id": new_id(), "tenant_id": tenant_of(tx), "state": "waiting"}
    values |= {"created_at": now(), "version": 1}
    new = insert(Registration).values(values)
    first = new.on_conflict_do_nothing(index_elements=["tenant_id", "email_key"], index_where=text("state = 'waiting'"))
    waiting = (await tx.execute(first.returning(Registration.id))).scalar_one_or_none()
    if waiting is None:
        return
    for mapper in mappers:
        _tell(tx, seal, mapper, waiting, who)
    audit.note(tx, _themselves(tx, who), audit.Line("registration.received", "registration", waiting, who.name))


def _tell(tx: AsyncSession, seal: Seal, mapper: Any, registration_id: UUID, who: Who) -> None:
    """F036: one mail for each who is on duty and maps registrations."""
    staff = orjson.loads(mapper) if isinstance(mapper, str) else mapper
    to = Addressee("staff", UUID(str(staff["id"])), staff["name"], staff["email"])
    about: dict[str, Any] = {"who": who.name, "address": who.email, "company": who.company, "excerpt": who.message}
    tokens.write_to(tx, seal, "registration_arrived", to, path=f"/console/registrations/{registration_id}", **about)


async def open_to_a_lead(tx: AsyncSession, who: Who) -> Addressee:
    """F026, F041: a lead, a prospect of their own, and access. Raises EmailTaken."""
    known = {"kind": "prospect", "name": who.company or who.name, "version": 1}
    organisation = Organisation(id=new_id(), **(NOTHING_YET | known))
    known = {"kind": "lead", "name": who.name, "email": who.email, "phone": who.phone, "version": 1}
    known |= {"organisation_id": organisation.id, "portal_enabled": True}
    lead = Contact(id=new_id(), **(NOBODY_YET | known))
    values = (organisation.id, organisation.name, lead.id, lead.name, lead.email, lead.phone)
    if not await fetch(tx, _LEAD, tenant_of(tx), *values):
        raise EmailTaken()
    emit(tx, said.organisation(organisation), version=1)
    emit(tx, said.contact(lead), version=1)
    given = {"email": [None, lead.email], "portal_enabled": [None, True]}
    audit.note(tx, _themselves(tx, who), audit.Line("contact.made", "lead", lead.id, lead.name, given))
    return Addressee("contact", lead.id, lead.name, lead.email)


def _themselves(tx: AsyncSession, who: Who) -> Caller:
    """Who did it, for the trail: a guest who has proven an address."""
    return Caller(kind="guest", tenant_id=tenant_of(tx), name=who.name, email=who.email)
