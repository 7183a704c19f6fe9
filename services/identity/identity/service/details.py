"""F055, F056: what contacts change of themselves and, who manages it, of their organisation."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords
from identity.errors import (
    ContactNotFound,
    EmailTaken,
    LinkOver,
    MayNotDoThat,
    OrganisationNotFound,
    SameEmail,
    TooManyLetters,
)
from identity.models import Contact, Organisation, Token
from identity.policy import manages
from identity.schemas.members import CompanyChange, MyDetailsChange
from identity.service import audit, said, tokens
from identity.service.contacts import FURTHER
from identity.service.rows import changed, written
from identity.service.tokens import Addressee
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.ids import now
from kit.outbox import emit
from kit.problems import VersionStale
from kit.seal import Seal

PURPOSE = "email_change"
LIVES = timedelta(days=2)
MOST_AN_HOUR = 5
"""Letters to new addresses that one person may have sent."""

# The link is used, and every other one of its owner is over with it.
_USE = """
WITH used AS (
    UPDATE tokens SET used_at = now()
    WHERE tenant_id = $1 AND hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > now()
    RETURNING id, person_id, email
), over AS (
    UPDATE tokens t SET used_at = now() FROM used
    WHERE t.tenant_id = $1 AND t.person_id = used.person_id AND t.used_at IS NULL AND t.id <> used.id
)
SELECT person_id, email FROM used
"""


async def change_my_details(tx: AsyncSession, caller: Caller, change: MyDetailsChange, version: int) -> Contact:
    """F055: change one's own name, phone or job title, and say so. Raises VersionStale."""
    row, others = await _me(tx, caller)
    if row.version != version:
        raise VersionStale()
    wanted = {name: value for name, value in change.model_dump(exclude_unset=True).items() if value is not None}
    if different := changed(row, wanted):
        emit(tx, said.contact(row, others), version=row.version)
        audit.note(tx, caller, audit.Line("contact.changed", row.kind, row.id, row.name, different))
    return row


async def _me(tx: AsyncSession, caller: Caller) -> tuple[Contact, Any]:
    query = select(Contact, FURTHER).where(Contact.id == caller.id).with_for_update(key_share=True, of=Contact)
    found = (await tx.execute(query)).one_or_none() if caller.kind == "contact" else None
    if found is None:
        raise ContactNotFound()
    return found[0], found[1]


async def ask_for_email_change(tx: AsyncSession, caller: Caller, seal: Seal, email: str) -> None:
    """F055: have a letter sent to the address somebody wants to have: it is theirs once they come by its link.

    An address that is somebody else's is answered alike: its owner reads the letter, and nobody learns of it here.
    Raises SameEmail, TooManyLetters.
    """
    if caller.kind != "contact" or caller.id is None:
        raise ContactNotFound()
    if email.lower() == caller.email.lower():
        raise SameEmail()
    lately = select(func.count()).where(
        Token.person_id == caller.id, Token.purpose == PURPOSE, Token.created_at > now() - timedelta(hours=1)
    )
    if (await tx.execute(lately)).scalar_one() >= MOST_AN_HOUR:
        raise TooManyLetters(headers={"retry-after": "3600"})
    secret = await tokens.issue(tx, PURPOSE, Addressee("contact", caller.id, caller.name, email), lives=LIVES)
    to = Addressee("stranger", None, caller.name, email)
    tokens.write_to(tx, seal, PURPOSE, to, expires_at=now() + LIVES, path=f"/confirm-address/{secret}")
    asked = {"email": [caller.email, email]}
    audit.note(tx, caller, audit.Line("contact.email_change_asked", "contact", caller.id, caller.name, asked))


async def look_at_email_change(tx: AsyncSession, secret: str) -> tuple[str, str]:
    """Whose address becomes which, by the link of a letter. Raises LinkOver."""
    token = await tokens.peek(tx, PURPOSE, secret)
    row = await _with_access(tx, token.person_id)
    return row[0].name, token.email


async def confirm_email_change(tx: AsyncSession, seal: Seal, secret: str) -> str:
    """F055, F024: the new address is the user name from now on; the old one is told, links sent there are over.

    Returns the address. Raises LinkOver, EmailTaken.
    """
    used = await fetch(tx, _USE, tenant_of(tx), passwords.digest(secret), PURPOSE)
    if not used:
        raise LinkOver()
    row, others = await _with_access(tx, used[0]["person_id"])
    old, email = row.email, str(used[0]["email"])
    different = changed(row, {"email": email})
    await written(tx, {"contacts_email": EmailTaken})
    if different:
        emit(tx, said.contact(row, others), version=row.version)
        whom = Addressee("contact", row.id, row.name, old)
        tokens.write_to(tx, seal, "email_changed", whom, path="/account", email=email)
        who = Caller(kind="contact", tenant_id=row.tenant_id, id=row.id, name=row.name)
        audit.note(tx, who, audit.Line("contact.changed", row.kind, row.id, row.name, different))
    return email


async def _with_access(tx: AsyncSession, contact_id: UUID | None) -> tuple[Contact, Any]:
    query = select(Contact, FURTHER).where(Contact.id == contact_id, Contact.portal_enabled)
    found = (await tx.execute(query.with_for_update(key_share=True, of=Contact))).one_or_none()
    if found is None:
        raise LinkOver()
    return found[0], found[1]


async def change_company(tx: AsyncSession, caller: Caller, change: CompanyChange, version: int) -> Organisation:
    """F056, O+7: a manager sets what is known of their organisation. Raises MayNotDoThat, VersionStale."""
    if not manages(caller):
        raise MayNotDoThat("Only a manager of your organisation can change this.")
    query = select(Organisation).where(Organisation.id == caller.organisation_id).with_for_update(key_share=True)
    row = (await tx.execute(query)).scalar_one_or_none()
    if row is None:
        raise OrganisationNotFound()
    if row.version != version:
        raise VersionStale()
    wanted = {name: value for name, value in change.model_dump(exclude_unset=True).items() if value is not None}
    if different := changed(row, wanted):
        emit(tx, said.organisation(row), version=row.version)
        audit.note(tx, caller, audit.Line("organisation.changed", "organisation", row.id, row.name, different))
    return row
