"""Records as the events that tell of them."""

from collections.abc import Sequence
from typing import Literal, cast
from uuid import UUID

import contracts
from identity.models import Contact, Organisation, PortalSettings, Staff


def organisation(row: Organisation) -> contracts.OrganisationChanged:
    """An organisation, as others keep it."""
    return contracts.OrganisationChanged(
        organisation_id=row.id,
        external_id=row.external_id,
        name=row.name,
        parent_id=row.parent_id,
        active=row.active,
        phone=row.phone or "",
        website=row.website or "",
        address=row.address or {},
        registered_office=row.registered_office or "",
        business_type=row.business_type or "",
    )


def contact(row: Contact, further: Sequence[UUID] | None = ()) -> contracts.ContactChanged:
    """A contact, as others keep them, with the further organisations they act for."""
    return contracts.ContactChanged(
        contact_id=row.id,
        external_id=row.external_id,
        name=row.name,
        email=row.email,
        organisation_id=row.organisation_id,
        portal_enabled=row.portal_enabled,
        email_opt_out=row.email_opt_out,
        kind=cast(Literal["contact", "lead"], row.kind),
        organisation_ids=list(dict.fromkeys([row.organisation_id, *(further or ())])),
        can_sign=row.can_sign,
        notify_team=row.notify_team,
        phone=row.phone or "",
        job_title=row.job_title or "",
    )


def staff(row: Staff) -> contracts.StaffChanged:
    """A member of staff, as others keep them."""
    return contracts.StaffChanged(
        staff_id=row.id, name=row.name, email=row.email, on_duty=row.on_duty, active=row.active, roles=row.roles
    )


def settings(row: PortalSettings, slug: str, origin: str) -> contracts.PortalSettingsChanged:
    """A portal's settings, with the address that links in mails are made from."""
    return contracts.PortalSettingsChanged(
        name=row.name,
        slug=slug,
        portal_url=portal_url(origin, slug),
        accent=row.accent,
        support_email=row.support_email,
        modules=row.modules,
        has_logo=row.logo_hash is not None,
    )


def portal_url(origin: str, slug: str) -> str:
    """F004: where a tenant's portal is."""
    return f"{origin.rstrip('/')}/portal/{slug}"
