"""What Northwind's desk offers: two groups, categories with questions of their own, departments, products, templates.

Straight into the service's own database, as its own role and inside the tenant: setting a desk is a person's work in
the console, and nobody is logged in yet.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from kit.ids import derived_id
from stack import databases
from stack.demo.plan import NORTHWIND, Tenant
from stack.services import Site

GROUPS = {
    "Service desk": ("sam@northwind.example", "priya@northwind.example"),
    "Network team": ("tom@northwind.example",),
}
DEPARTMENTS = ("Support", "Billing")
PRODUCTS = ("Business Line 100", "Office Phone", "Router NR-7")
CATEGORIES = ("Network", "Telephony", "Hardware", "Software", "Billing", "Other")
TEAM = {"Network": "Network team"}
"""Whose cases go to a group of their own; the others go to the service desk."""
_QUESTION: dict[str, Any] = {"kind": "text", "required": False, "choices": [], "staff_only": False}
_QUESTION |= {"help": "", "pattern": "", "minimum": None, "maximum": None}
FORMS: dict[str, list[dict[str, Any]]] = {
    "Network": [
        {"key": "since", "label": "Since when?", "kind": "date"},
        {"key": "lamps", "label": "Which lamps are on?", "kind": "choices", "choices": ["Power", "Line", "Wi-Fi"]},
        {"key": "restarted", "label": "Switched off and on again?", "kind": "yes_no", "required": True},
        {"key": "contract", "label": "Contract number", "staff_only": True},
    ],
    "Hardware": [
        {"key": "serial", "label": "Serial number", "pattern": "SN-[0-9]{4}", "help": "On the back, such as SN-1234."},
    ],
}
TEMPLATES = (
    ("The line is slow", "Our line is slow", "Measured speed:\nAt what time of day:\n", "Network", "high"),
    ("A question about an invoice", "Question about an invoice", "Number of the invoice:\n", "Billing", None),
)
_LISTED = """INSERT INTO {} (tenant_id, id, name, position, archived, version) VALUES ($1, $2, $3, $4, false, 1)
ON CONFLICT DO NOTHING"""
_MEMBER = "INSERT INTO group_members (tenant_id, group_id, person_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_CATEGORY = """INSERT INTO categories (tenant_id, id, name, group_id, form, position, archived, version)
VALUES ($1, $2, $3, $4, $5, $6, false, 1) ON CONFLICT DO NOTHING"""
_TEMPLATE = """INSERT INTO request_templates (tenant_id, id, name, subject, body, category_id, priority, position,
    archived, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false, 1) ON CONFLICT DO NOTHING"""
_DESK = """INSERT INTO desks (tenant_id, settings, version, changed_by, changed_at) VALUES ($1, $2, 1, $3, now())
ON CONFLICT DO NOTHING"""


async def write(site: Site, tenant: Tenant, tenant_id: UUID, staff: Mapping[str, tuple[str, str]]) -> None:
    """Set the desk, once. A tenant besides Northwind keeps what every desk begins with."""
    if tenant.slug != NORTHWIND.slug:
        return
    connection = await asyncpg.connect(site.databases["cases"].app_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('app.tenant_id', $1, true)", tenant_id.hex)
            await _groups(connection, tenant_id, staff)
            await _lists(connection, tenant_id)
            chosen = json.dumps({"default_group_id": str(_id(tenant_id, "Service desk"))})
            await connection.execute(_DESK, tenant_id, chosen, tenant.admin.name)
    finally:
        await connection.close()


def _id(tenant_id: UUID, name: str) -> UUID:
    return derived_id("demo-desk", tenant_id, name)


async def _groups(connection: databases.Connection, tenant_id: UUID, staff: Mapping[str, tuple[str, str]]) -> None:
    for position, (name, people) in enumerate(GROUPS.items()):
        await connection.execute(_LISTED.format("groups"), tenant_id, _id(tenant_id, name), name, position)
        for email in people:
            await connection.execute(_MEMBER, tenant_id, _id(tenant_id, name), UUID(staff[email][0]))


async def _lists(connection: databases.Connection, tenant_id: UUID) -> None:
    for table, names in (("departments", DEPARTMENTS), ("products", PRODUCTS)):
        for position, name in enumerate(names):
            await connection.execute(
                _LISTED.format(table), tenant_id, _id(tenant_id, f"{table} {name}"), name, position
            )
    for position, name in enumerate(CATEGORIES):
        group = _id(tenant_id, TEAM[name]) if name in TEAM else None
        form = json.dumps([_QUESTION | question for question in FORMS.get(name, [])])
        category = _id(tenant_id, f"category {name}")
        await connection.execute(_CATEGORY, tenant_id, category, name, group, form, position)
    for position, (name, subject, body, category_name, priority) in enumerate(TEMPLATES):
        category = _id(tenant_id, f"category {category_name}")
        row = (_id(tenant_id, f"template {name}"), name, subject, body, category, priority, position)
        await connection.execute(_TEMPLATE, tenant_id, *row)
