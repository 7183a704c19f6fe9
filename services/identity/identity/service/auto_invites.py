"""F043: whoever sends a request without having access is invited to follow it."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from identity import policy
from identity.errors import MayNotDoThat
from identity.schemas.access import AccessSettings
from identity.schemas.registrations import NewInvitation
from identity.service import audit, tokens
from identity.service.tokens import Addressee
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.seal import Seal

GOOD_FOR = timedelta(days=14)

_WHO = """
SELECT s.access, coalesce(c.portal_enabled, false) AS enabled FROM portal_settings s
LEFT JOIN contacts c ON c.tenant_id = s.tenant_id AND c.email_key = lower($2)
WHERE s.tenant_id = $1
"""
# One invitation a day is enough for an address, however many requests it sends; of two at once, one is the first.
_FIRST = """
INSERT INTO invitations AS i (tenant_id, email_key) VALUES ($1, lower($2))
ON CONFLICT (tenant_id, email_key) DO UPDATE SET at = now() WHERE i.at < now() - interval '1 day' RETURNING at
"""


async def invite(tx: AsyncSession, seal: Seal, caller: Caller, new: NewInvitation) -> bool:
    """F043, F044: a letter with a link that is good for this address alone. Says whether one goes out.

    Not where the tenant invites nobody, where the address has access, or where it was invited within a day.
    """
    if not policy.may_write_people(caller):
        raise MayNotDoThat("Send a key with the scope crm.write.")
    [found] = await fetch(tx, _WHO, tenant_of(tx), new.email)
    if not AccessSettings.model_validate(found["access"]).auto_invite or found["enabled"]:
        return False
    if not await fetch(tx, _FIRST, tenant_of(tx), new.email):
        return False
    to = Addressee("stranger", None, new.name or new.email, new.email.lower())
    secret = await tokens.issue(tx, "invite", to, lives=GOOD_FOR, data={"name": new.name})
    tokens.write_to(tx, seal, "invited", to, path=f"/register/invited/{secret}", reference=new.reference)
    audit.note(tx, caller, audit.Line("invitation.sent", "invitation", None, new.email, {"email": [None, new.email]}))
    return True
