"""Who acts for which organisations, and what they look after themselves."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import ContactNotFound, OrganisationNotFound
from identity.models import Contact, Organisation
from identity.policy import manages, sees_colleagues, sees_everybody
from identity.schemas.members import ColleagueFilters
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow, fetch, tenant_of

_MINE = """
SELECT o.id, o.name, o.id = $3 AS current, o.id = c.organisation_id AS own, o.id = c.default_organisation_id AS chosen,
    CASE WHEN o.id = c.organisation_id THEN c.manager ELSE m.manager END AS manager
FROM contacts c
LEFT JOIN memberships m ON m.tenant_id = c.tenant_id AND m.contact_id = c.id
JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id IN (c.organisation_id, m.organisation_id) AND o.active
WHERE c.tenant_id = $1 AND c.id = $2
ORDER BY o.sort_name, o.id
"""

_THEIRS = """
SELECT o.id AS organisation_id, o.name AS organisation_name, o.external_id AS organisation_external_id, m.manager,
    m.modules
FROM contacts c
LEFT JOIN (memberships m JOIN organisations o ON o.tenant_id = m.tenant_id AND o.id = m.organisation_id)
    ON m.tenant_id = c.tenant_id AND m.contact_id = c.id
WHERE c.tenant_id = $1 AND c.id = $2
ORDER BY o.sort_name, o.id
"""


async def my_organisations(tx: AsyncSession, caller: Caller) -> list[dict[str, Any]]:
    """Every organisation the caller may act for, by name: which now, and which after logging in."""
    if caller.kind != "contact":
        return []
    rows = await fetch(tx, _MINE, tenant_of(tx), caller.id, caller.organisation_id)
    mine = {row["id"]: row for row in rows}
    chosen = any(row["chosen"] for row in mine.values())
    return [
        {name: row[name] for name in ("id", "name", "manager", "current")}
        | {"default": bool(row["chosen"]) if chosen else row["own"]}
        for row in mine.values()
    ]


async def memberships(tx: AsyncSession, caller: Caller, contact_id: UUID) -> list[dict[str, Any]]:
    """The further organisations a contact acts for. Raises ContactNotFound."""
    rows = await fetch(tx, _THEIRS, tenant_of(tx), contact_id) if sees_everybody(caller) else []
    if not rows:
        raise ContactNotFound()
    return [dict(row) for row in rows if row["organisation_id"]]


_COLLEAGUES = """
SELECT c.id, c.name, c.email, c.job_title, c.version, c.portal_enabled AS access,
    CASE WHEN m.contact_id IS NULL THEN c.manager ELSE m.manager END AS manager,
    CASE WHEN m.contact_id IS NULL THEN c.modules ELSE m.modules END AS modules
FROM contacts c
LEFT JOIN memberships m ON m.tenant_id = c.tenant_id AND m.contact_id = c.id AND m.organisation_id = $2
    AND c.organisation_id <> $2
WHERE c.tenant_id = $1 AND c.id IN (
        SELECT id FROM contacts WHERE tenant_id = $1 AND organisation_id = $2
        UNION ALL SELECT contact_id FROM memberships WHERE tenant_id = $1 AND organisation_id = $2)
    AND ($3::uuid IS NULL OR c.id = $3)
    AND ($4::text IS NULL OR strpos(lower(c.name || ' ' || c.email), lower($4)) > 0)
    AND ($5::uuid IS NULL OR (c.sort_name, c.id) > (
        (SELECT l.sort_name FROM contacts l WHERE l.tenant_id = $1 AND l.id = $5), $5))
ORDER BY c.sort_name, c.id LIMIT $6
"""


async def colleagues(
    tx: AsyncSession, caller: Caller, filters: ColleagueFilters
) -> tuple[list[dict[str, Any]], str | None]:
    """F057: a page of those who act for the caller's organisation, by name; nobody for who may not see them."""
    if not sees_colleagues(caller):
        return [], None
    after = paging.decode(filters.cursor, UUID)
    found = await fetch(
        tx, _COLLEAGUES, tenant_of(tx), caller.organisation_id, None, filters.q, after and after[0], filters.limit + 1
    )
    shown, last = paging.cut(found, filters.limit)
    return [_colleague(caller, row) for row in shown], (paging.encode(last["id"]) if last else None)


async def colleague(tx: AsyncSession, caller: Caller, contact_id: UUID) -> dict[str, Any]:
    """F057: one of them. Raises ContactNotFound."""
    found = []
    if sees_colleagues(caller):
        found = await fetch(tx, _COLLEAGUES, tenant_of(tx), caller.organisation_id, contact_id, None, None, 1)
    if not found:
        raise ContactNotFound()
    return _colleague(caller, found[0])


def _colleague(caller: Caller, row: Any) -> dict[str, Any]:
    if not manages(caller):  # what somebody may, and whether they come in, is their manager's to know
        return {**row, "modules": None, "access": None, "may_edit": False}
    return {**row, "may_edit": not row["manager"] and row["id"] != caller.id}


async def my_details(tx: AsyncSession, caller: Caller) -> AnyRow:
    """F055: the caller's own record. Raises ContactNotFound for who is no contact."""
    columns = (Contact.id, Contact.name, Contact.email, Contact.phone, Contact.job_title, Contact.version)
    query: AnyQuery = select(*columns).where(Contact.id == caller.id)
    row = (await tx.execute(query)).one_or_none() if caller.kind == "contact" else None
    if row is None:
        raise ContactNotFound()
    return row


async def my_company(tx: AsyncSession, caller: Caller) -> Organisation:
    """F056: the organisation the caller acts for. Raises OrganisationNotFound for who acts for none."""
    query = select(Organisation).where(Organisation.id == caller.organisation_id)
    row = (await tx.execute(query)).scalar_one_or_none() if caller.kind == "contact" else None
    if row is None:
        raise OrganisationNotFound()
    return row
