"""F054: requests of people who are not logged in.

The text waits in the token of the letter that proves the address. Only who presses the button there sends it:
as the contact they are, or as a lead with a prospect of their own and no access. The answer to whoever fills the
form in is the same for known and unknown addresses.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords
from identity.errors import EmailTaken, LinkOver, RequestsOff
from identity.models import Contact, Organisation
from identity.schemas.access import AccessSettings
from identity.schemas.requests import NewRequest, RequestConfirmed, RequestLook, WhichRequest
from identity.service import audit, said, tokens
from identity.service.rows import written
from identity.service.tokens import Addressee
from identity.service.tries import LETTERS, count_a_try
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.ids import new_id
from kit.outbox import emit
from kit.seal import Seal

PURPOSE = "request"
GOOD_FOR = timedelta(days=2)

# The link is used up and whose it is is read in one statement: of two at once, one opens a case.
_USE = """
WITH used AS (
    UPDATE tokens SET used_at = now()
    WHERE tenant_id = $1 AND hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > now()
    RETURNING email, data
)
SELECT used.email, used.data, c.id, c.name, c.organisation_id, s.access, 'cases' = ANY (s.modules) AS cases
FROM used CROSS JOIN portal_settings s
LEFT JOIN contacts c ON c.tenant_id = $1 AND c.email_key = lower(used.email)
WHERE s.tenant_id = $1
"""


async def ask(tx: AsyncSession, seal: Seal, new: NewRequest) -> None:
    """Send the letter that proves the address. Raises RequestsOff, TooManyRegistrations."""
    found = await count_a_try(tx, new.ip, new.email, proven=new.proven)
    if not AccessSettings.model_validate(found["access"]).guest_requests:
        raise RequestsOff()
    if found["before"] < LETTERS:
        to = Addressee("stranger", None, new.name, new.email.lower())
        text = {"name": new.name, "subject": new.subject, "body": new.body}
        secret = await tokens.issue(tx, PURPOSE, to, lives=GOOD_FOR, data=text)
        tokens.write_to(tx, seal, "request_confirm", to, path=f"/request/confirm/{secret}", about=new.subject)


async def look(tx: AsyncSession, which: WhichRequest) -> RequestLook:
    """What a link would send. Looking uses nothing up. Raises LinkOver."""
    token = await tokens.peek(tx, PURPOSE, which.token)
    return RequestLook(email=token.email, subject=token.data["subject"])


async def confirm(tx: AsyncSession, which: WhichRequest) -> RequestConfirmed:
    """Use the link: who opens the case, and what it says. Raises LinkOver, RequestsOff."""
    found = await fetch(tx, _USE, tenant_of(tx), passwords.digest(which.token), PURPOSE)
    if not found:
        raise LinkOver()
    row = found[0]
    if not (row["cases"] and AccessSettings.model_validate(row["access"]).guest_requests):
        raise RequestsOff()
    text = row["data"]
    who = (row["id"], row["name"], row["organisation_id"]) if row["id"] else await _new_lead(tx, row["email"], text)
    words = {"email": row["email"], "name": text["name"], "subject": text["subject"], "body": text["body"]}
    return RequestConfirmed(caller=_opener(tx, row["email"], *who), **words)


def _opener(tx: AsyncSession, email: str, person_id: UUID, name: str, organisation_id: UUID) -> Caller:
    return Caller(
        kind="contact",
        tenant_id=tenant_of(tx),
        id=person_id,
        name=name,
        email=email,
        organisation_id=organisation_id,
        organisation_ids=(organisation_id,),
        modules=frozenset({"cases"}),
        scopes={"cases": "own"},
    )


async def _new_lead(tx: AsyncSession, email: str, text: dict[str, Any]) -> tuple[UUID, str, UUID]:
    """A stranger: a lead with a prospect of their own, without access to the portal. Raises EmailTaken."""
    name = text["name"]
    organisation = Organisation(id=new_id(), kind="prospect", name=name, version=1, active=True)
    lead = Contact(id=new_id(), kind="lead", name=name, email=email, organisation_id=organisation.id, version=1)
    lead.portal_enabled, lead.manager, lead.email_opt_out = False, False, False
    tx.add(organisation)
    await tx.flush()
    tx.add(lead)
    await written(tx, {"contacts_email": EmailTaken})
    emit(tx, said.organisation(organisation), version=1)
    emit(tx, said.contact(lead), version=1)
    guest = Caller(kind="guest", tenant_id=tenant_of(tx), name=name, email=email)
    audit.note(tx, guest, audit.Line("contact.made", "lead", lead.id, name, {"email": [None, email]}))
    return lead.id, name, organisation.id
