"""How a tenant's desk is set: groups, categories with their questions, lists, ready-made replies, promises, holidays.

Straight into the service's own database, as its own role and inside the tenant: setting a desk is a person's work in
the console, and nobody is logged in yet.
"""

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from kit.ids import derived_id
from stack import databases
from stack.demo.plan import Tenant
from stack.services import Site

_QUESTION: dict[str, Any] = {"kind": "text", "required": False, "choices": [], "staff_only": False}
_QUESTION |= {"help": "", "pattern": "", "minimum": None, "maximum": None}
_LISTED = """INSERT INTO {} (tenant_id, id, name, position, archived, version) VALUES ($1, $2, $3, $4, false, 1)
ON CONFLICT DO NOTHING"""
_MEMBER = "INSERT INTO group_members (tenant_id, group_id, person_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_CATEGORY = """INSERT INTO categories (tenant_id, id, name, group_id, form, position, archived, version)
VALUES ($1, $2, $3, $4, $5, $6, false, 1) ON CONFLICT DO NOTHING"""
_TEMPLATE = """INSERT INTO request_templates (tenant_id, id, name, subject, body, category_id, priority, position,
    archived, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false, 1) ON CONFLICT DO NOTHING"""
_REPLY = """INSERT INTO canned_replies (tenant_id, id, group_id, title, body, version) VALUES ($1, $2, $3, $4, $5, 1)
ON CONFLICT DO NOTHING"""
_HOLIDAY = "INSERT INTO holidays (tenant_id, on_date, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_DESK = """INSERT INTO desks (tenant_id, settings, version, changed_by, changed_at) VALUES ($1, $2, 1, $3, now())
ON CONFLICT DO NOTHING"""


@lru_cache
def desks() -> dict[str, dict[str, Any]]:
    """The desks by tenant, as desks.toml has them."""
    return tomllib.loads((Path(__file__).parent / "desks.toml").read_text())


@lru_cache
def id_of(tenant_id: UUID, noun: str, name: str | None) -> UUID | None:
    """A row of one of the lists, by its name; nothing for none."""
    return derived_id("demo-desk", tenant_id, f"{noun} {name}") if name else None


def group_of(desk: Mapping[str, Any], category: Mapping[str, Any]) -> str:
    """Whose its cases are: its own group's, or the first one's."""
    return str(category.get("group") or next(iter(desk["groups"])))


async def write(site: Site, tenant: Tenant, tenant_id: UUID, staff: Mapping[str, tuple[str, str]]) -> None:
    """Set the desk, once."""
    told = desks()[tenant.slug]
    connection = await asyncpg.connect(site.databases["cases"].app_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('app.tenant_id', $1, true)", tenant_id.hex)
            await _groups(connection, tenant_id, told, staff)
            await _lists(connection, tenant_id, told)
            await _words(connection, tenant_id, told)
            first = id_of(tenant_id, "groups", next(iter(told["groups"])))
            chosen = json.dumps(told["settings"] | {"default_group_id": str(first)})
            await connection.execute(_DESK, tenant_id, chosen, tenant.admin.name)
    finally:
        await connection.close()


async def _groups(
    connection: databases.Connection, tenant_id: UUID, told: Mapping[str, Any], staff: Mapping[str, tuple[str, str]]
) -> None:
    for position, (name, people) in enumerate(told["groups"].items()):
        group = id_of(tenant_id, "groups", name)
        await connection.execute(_LISTED.format("groups"), tenant_id, group, name, position)
        await connection.executemany(_MEMBER, [(tenant_id, group, UUID(staff[email][0])) for email in people])


async def _lists(connection: databases.Connection, tenant_id: UUID, told: Mapping[str, Any]) -> None:
    for table in ("departments", "products"):
        rows = [(tenant_id, id_of(tenant_id, table, name), name, at) for at, name in enumerate(told[table])]
        await connection.executemany(_LISTED.format(table), rows)
    categories = [
        (
            *(tenant_id, id_of(tenant_id, "categories", one["name"]), one["name"]),
            *(id_of(tenant_id, "groups", one.get("group")), json.dumps([_QUESTION | q for q in one.get("form", [])])),
            at,
        )
        for at, one in enumerate(told["categories"])
    ]
    await connection.executemany(_CATEGORY, categories)


async def _words(connection: databases.Connection, tenant_id: UUID, told: Mapping[str, Any]) -> None:
    """What is written beforehand: requests, replies, and the days on which nobody writes."""
    templates = [
        (
            *(tenant_id, id_of(tenant_id, "templates", one["name"]), one["name"], one["subject"], one["body"]),
            *(id_of(tenant_id, "categories", one["category"]), one.get("priority"), at),
        )
        for at, one in enumerate(told["templates"])
    ]
    await connection.executemany(_TEMPLATE, templates)
    replies = [
        (
            *(tenant_id, id_of(tenant_id, "replies", one["title"])),
            *(id_of(tenant_id, "groups", one.get("group")), one["title"], one["body"]),
        )
        for one in told["replies"]
    ]
    await connection.executemany(_REPLY, replies)
    days = [(tenant_id, date.fromisoformat(day), name) for day, name in told["holidays"].items()]
    await connection.executemany(_HOLIDAY, days)
