"""What there is to choose from when a case is opened, and what was chosen."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from cases.schemas.cases import NewCase
from kit.db import AnyRow, tenant_of

# One statement for all that a new case refers to: what is not offered here (any more) comes out as NULL.
# A category's own group comes before the desk's; a template fills in what was not said.
_CHOSEN = text(
    """
    SELECT d.settings, t.id AS template_id, t.priority AS template_priority, c.id AS category_id, c.name AS category,
        c.form, dep.id AS department_id, dep.name AS department, p.id AS product_id, p.name AS product,
        g.id AS group_id, CAST(d.settings AS text) AS desk,
        (SELECT array_agg(h.on_date) FROM holidays h WHERE h.tenant_id = :tenant) AS days_off,
        (SELECT array_agg(m.person_id) FROM group_members m WHERE m.tenant_id = :tenant AND m.group_id = g.id)
            AS member_ids,
        (SELECT s.id FROM people s WHERE s.tenant_id = :tenant AND s.kind = 'staff' AND s.active
            AND s.id = CAST(d.settings ->> 'default_assignee_id' AS uuid)) AS assignee_id
    FROM (SELECT 1) AS one
    LEFT JOIN desks d ON d.tenant_id = :tenant
    LEFT JOIN request_templates t ON t.tenant_id = :tenant AND t.id = CAST(:template AS uuid) AND NOT t.archived
    LEFT JOIN categories c ON c.tenant_id = :tenant AND c.id = (
        SELECT x.id FROM categories x WHERE x.tenant_id = :tenant AND NOT x.archived
        AND CASE WHEN CAST(:category AS uuid) IS NOT NULL THEN x.id = CAST(:category AS uuid)
            WHEN CAST(:category_name AS text) IS NOT NULL THEN lower(x.name) = lower(CAST(:category_name AS text))
            ELSE x.id = t.category_id END
        ORDER BY x.position, x.id LIMIT 1)
    LEFT JOIN departments dep ON dep.tenant_id = :tenant AND dep.id = CAST(:department AS uuid) AND NOT dep.archived
    LEFT JOIN products p ON p.tenant_id = :tenant AND p.id = coalesce(CAST(:product AS uuid), t.product_id)
        AND NOT p.archived
    LEFT JOIN groups g ON g.tenant_id = :tenant AND g.id = (
        SELECT x.id FROM groups x WHERE x.tenant_id = :tenant AND NOT x.archived
        AND x.id IN (c.group_id, CAST(d.settings ->> 'default_group_id' AS uuid))
        ORDER BY x.id = c.group_id DESC NULLS LAST LIMIT 1)
    """
).columns(settings=JSONB, form=JSONB, member_ids=ARRAY(Uuid), days_off=ARRAY(Date))

_OFFERED = text(
    """
    SELECT (SELECT d.settings FROM desks d WHERE d.tenant_id = :tenant) AS settings,
        (SELECT CAST(d.settings AS text) FROM desks d WHERE d.tenant_id = :tenant) AS desk,
        (SELECT array_agg(h.on_date) FROM holidays h WHERE h.tenant_id = :tenant) AS days_off,
        (SELECT json_agg(c ORDER BY c.position, c.name, c.id) FROM categories c
            WHERE c.tenant_id = :tenant AND NOT c.archived) AS categories,
        (SELECT json_agg(dep ORDER BY dep.position, dep.name, dep.id) FROM departments dep
            WHERE dep.tenant_id = :tenant AND NOT dep.archived) AS departments,
        (SELECT json_agg(p ORDER BY p.position, p.name, p.id) FROM products p
            WHERE p.tenant_id = :tenant AND NOT p.archived) AS products,
        (SELECT json_agg(g ORDER BY g.position, g.name, g.id) FROM groups g
            WHERE g.tenant_id = :tenant AND NOT g.archived) AS groups,
        (SELECT json_agg(t ORDER BY t.position, t.name, t.id) FROM request_templates t
            WHERE t.tenant_id = :tenant AND NOT t.archived) AS templates,
        (SELECT json_agg(json_build_object('id', o.id, 'external_id', o.external_id, 'name', o.name,
                'organisation_id', o.organisation_id)) FROM people o
            WHERE o.tenant_id = :tenant AND o.kind = 'contact' AND o.external_id = ANY (CAST(:contacts AS text[])))
            AS contacts,
        (SELECT json_agg(json_build_object('id', s.id, 'email', lower(s.email), 'name', s.name)) FROM people s
            WHERE s.tenant_id = :tenant AND s.kind = 'staff' AND s.active
            AND lower(s.email) = ANY (CAST(:staff AS text[]))) AS staff
    """
).columns(
    settings=JSONB,
    categories=JSONB,
    departments=JSONB,
    products=JSONB,
    groups=JSONB,
    templates=JSONB,
    contacts=JSONB,
    staff=JSONB,
    days_off=ARRAY(Date),
)


async def chosen_for(tx: AsyncSession, new: NewCase) -> AnyRow:
    """What a new case refers to, who it goes to, and how the desk is set."""
    values: dict[str, UUID | str | None] = {
        "tenant": tenant_of(tx),
        "template": new.template_id,
        "category": new.category_id,
        "category_name": new.category,
        "department": new.department_id,
        "product": new.product_id,
    }
    row: Any = (await tx.execute(_CHOSEN, values)).one()
    found: AnyRow = row
    return found


async def offered(tx: AsyncSession, contacts: Sequence[str] = (), staff: Sequence[str] = ()) -> AnyRow:
    """What a new case may refer to, in the order of its lists; `contacts` by what the CRM calls them, `staff` by their
    addresses in small letters."""
    named = {"contacts": list(contacts), "staff": list(staff)}
    row: Any = (await tx.execute(_OFFERED, {"tenant": tenant_of(tx), **named})).one()
    found: AnyRow = row
    return found
