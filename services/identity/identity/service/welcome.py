"""F029, F031, F048, F053: the welcome letter, which brings the link to a password of one's own."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from identity.models import Contact
from identity.schemas.access import AccessSettings
from identity.service import tokens
from identity.service.tokens import Addressee
from kit.ids import now
from kit.seal import Seal

PURPOSE = "activate"


async def invite_by_itself(tx: AsyncSession, seal: Seal, choices: AccessSettings, rows: Sequence[Contact]) -> None:
    """F031, F053: the welcome letter for those whom the CRM has just enabled, where the tenant chose so."""
    told = {"contact": choices.contacts_auto_notify, "lead": choices.leads_auto_notify}
    if invited := [row for row in rows if told[row.kind] and not row.email_opt_out]:
        await invite(tx, seal, choices, invited)


async def invite(tx: AsyncSession, seal: Seal, choices: AccessSettings, rows: Sequence[Contact]) -> None:
    """A letter with a new link for each of them; the links of earlier ones are over."""
    people = [Addressee("contact", row.id, row.name, row.email) for row in rows]
    secrets = tokens.issue_at_last(tx, PURPOSE, people)
    at = now()
    for row, to, secret in zip(rows, people, secrets, strict=True):
        row.invited_at = at
        letter = {"path": f"/activate/{secret}", "user_name": row.email}
        expires_at = at + tokens.LIFETIME[PURPOSE]
        tokens.write_to(tx, seal, choices.login_details_template, to, expires_at=expires_at, **letter)
