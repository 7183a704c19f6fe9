"""F031, F053: what happens by itself when the CRM brings somebody: access, and the welcome letter."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from identity.models import Contact
from identity.schemas.access import AccessSettings
from identity.service.requirements import missing_dates
from identity.service.rows import Changes
from identity.service.welcome import invite_by_itself
from kit.seal import Seal


class ByItself(NamedTuple):
    """What the tenant chose, and what letters are sealed with; nothing is sent where there is no seal."""

    choices: AccessSettings
    seal: Seal | None

    def let_in(self, row: Contact, change: Any, different: Changes) -> None:
        """Access for somebody new of whom the CRM did not say whether they should have it.

        Not for whoever lacks the days that the tenant asks for: they come in without access, as before.
        """
        chosen = {"contact": self.choices.contacts_auto_enable, "lead": self.choices.leads_auto_enable}[row.kind]
        days = {name: value[1] for name, value in different.items()}
        if chosen and "portal_enabled" not in change.model_fields_set and not missing_dates(self.choices, days):
            different["portal_enabled"] = [False, True]

    async def welcome(self, tx: AsyncSession, rows: Iterable[Contact]) -> None:
        """The welcome letter for those who were let in just now, where the tenant chose so."""
        if self.seal is not None:
            await invite_by_itself(tx, self.seal, self.choices, list(rows))


def by_itself(access: Mapping[str, Any] | None, seal: Seal | None) -> ByItself:
    """What was chosen, as it was read; nothing, where nothing was."""
    return ByItself(AccessSettings.model_validate(access or {}), seal)
