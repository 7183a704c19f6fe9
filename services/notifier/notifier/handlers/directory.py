"""Copies of who is who and how portals look."""

import re

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import ContactChanged, PortalSettingsChanged, StaffChanged
from kit.copies import keep_newest
from notifier.handlers.heard import hears
from notifier.models import KnownPerson, Portal

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
NEUTRAL = "#334155"
"""For a portal whose accent is no colour."""


@hears(ContactChanged)
async def know_the_contact(tx: AsyncSession, event: ContactChanged) -> None:
    """Keep a copy of a contact."""
    await keep_newest(
        tx,
        KnownPerson,
        id=event.contact_id,
        kind="contact",
        name=event.name,
        email=event.email,
        active=event.portal_enabled,
        opted_out=event.email_opt_out,
        on_duty=False,
        organisation_ids=event.organisation_ids or [event.organisation_id],
        notify_team=event.notify_team,
        version=event.envelope.version,
    )


@hears(StaffChanged)
async def know_the_staff(tx: AsyncSession, event: StaffChanged) -> None:
    """F060: keep a copy of a member of staff, and whether they are on duty."""
    await keep_newest(
        tx,
        KnownPerson,
        id=event.staff_id,
        kind="staff",
        name=event.name,
        email=event.email,
        active=event.active,
        opted_out=False,
        on_duty=event.on_duty,
        organisation_ids=None,
        version=event.envelope.version,
    )


@hears(PortalSettingsChanged)
async def know_the_portal(tx: AsyncSession, event: PortalSettingsChanged) -> None:
    """Keep a copy of how a tenant's portal is called, looks and is reached."""
    await keep_newest(
        tx,
        Portal,
        name=event.name,
        slug=event.slug,
        portal_url=event.portal_url.rstrip("/"),
        accent=event.accent if _COLOUR.fullmatch(event.accent) else NEUTRAL,
        support_email=event.support_email,
        modules=event.modules,
        has_logo=event.has_logo,
        version=event.envelope.version,
    )
