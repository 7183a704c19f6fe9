"""Cases go in bulk straight into the service's own database, as its own role and inside the tenant.

Over the API each would be opened now, by somebody logged in, and mailed about; history is none of these.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from kit.ids import derived_id
from stack import databases
from stack.demo.directory import Contact
from stack.demo.history import Case, Entry, cases
from stack.demo.plan import Tenant
from stack.demo.standing import Columns, standing
from stack.services import Site
from stack.trouble import Trouble

PATIENCE = 60
# Whose copies of the people and organisations must be complete before anybody looks at pages.
COPIES = (("cases", "people"), ("cases", "organisations"), ("billing-view", "contacts"), ("notifier", "people"))
_RESERVE = """
INSERT INTO counters AS c (tenant_id, name, value) VALUES ($1, 'case', 1000 + $2)
ON CONFLICT (tenant_id, name) DO UPDATE SET value = c.value + $2 RETURNING value
"""
_COLUMNS = (
    *("tenant_id", "id", "number", "subject", "body", "status", "priority", "category", "organisation_id"),
    *("contact_id", "contact_name", "assignee_id", "version", "created_at", "updated_at", "closed_at"),
    *("category_id", "department_id", "product_id", "group_id", "response_due_at", "resolution_due_at"),
    *("first_response_at", "resolved_at", "paused_since", "next_update_on", "rating", "rating_comment", "rated_at"),
)
_PLACES = ", ".join(f"${number}" for number in range(1, len(_COLUMNS) + 1))
_CASE = f"INSERT INTO cases ({', '.join(_COLUMNS)}) VALUES ({_PLACES})"  # noqa: S608
_MERGE = "UPDATE cases SET merged_into_id = $3 WHERE tenant_id = $1 AND id = $2"
_ENTRY = """
INSERT INTO entries (tenant_id, id, case_id, kind, visibility, author_id, author_kind, author_name, body, field,
    old, new, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
_WATCHER = "INSERT INTO watchers (tenant_id, case_id, person_id) VALUES ($1, $2, $3)"
Row = tuple[Any, ...]


class Known:
    """Who a name in a story stands for: a contact's external id, or a member of staff's e-mail address."""

    def __init__(self, contacts: Sequence[Contact], staff: Mapping[str, tuple[str, str]]) -> None:
        self.contacts = {contact.external_id: contact for contact in contacts}
        self._staff = staff

    @property
    def staff(self) -> Mapping[str, tuple[str, str]]:
        """Everybody of the staff."""
        return self._staff

    def id(self, who: str) -> UUID:
        """Theirs in the portal."""
        return UUID(self._staff[who][0] if who in self._staff else self.contacts[who].id)

    def author(self, who: str) -> tuple[UUID, str, str]:
        """Id, kind and name."""
        if who in self._staff:
            return self.id(who), "staff", self._staff[who][1]
        return self.id(who), "contact", self.contacts[who].name


async def write(site: Site, tenant: Tenant, tenant_id: UUID, known: Known) -> None:
    """All cases in one transaction, numbered after those that are there; nothing if they are there already."""
    now = datetime.now(UTC)
    history = cases(tenant, list(known.contacts.values()), now)
    connection = await asyncpg.connect(site.databases["cases"].app_url)
    try:
        async with connection.transaction():
            await _enter(connection, tenant_id)
            first_id = derived_id("demo", tenant_id, 0)
            if await connection.fetchval("SELECT 1 FROM cases WHERE tenant_id = $1 AND id = $2", tenant_id, first_id):
                return
            last = await connection.fetchval(_RESERVE, tenant_id, len(history))
            told = [standing(tenant.slug, tenant_id, case, known.staff, now) for case in history]
            await _insert(connection, tenant_id, known, list(zip(history, told, strict=True)), last - len(history) + 1)
    finally:
        await connection.close()


async def _enter(connection: databases.Connection, tenant_id: UUID) -> None:
    await connection.execute("SELECT set_config('app.tenant_id', $1, true)", tenant_id.hex)


async def _insert(
    connection: databases.Connection, tenant_id: UUID, known: Known, history: Sequence[tuple[Case, Columns]], first: int
) -> None:
    ids = [derived_id("demo", tenant_id, position) for position in range(len(history))]
    numbered = [(case_id, case) for case_id, (case, _) in zip(ids, history, strict=True)]
    rows = [
        _case(tenant_id, case_id, first + position, known, case) | history[position][1]
        for position, (case_id, case) in enumerate(numbered)
    ]
    await connection.executemany(_CASE, [tuple(row[column] for column in _COLUMNS) for row in rows])
    by_subject = {case.subject: case_id for case_id, case in numbered if not case.merged_into}
    merged = [(tenant_id, case_id, by_subject[case.merged_into]) for case_id, case in numbered if case.merged_into]
    await connection.executemany(_MERGE, merged)
    entries = [
        _entry(tenant_id, case_id, position, known, entry)
        for case_id, case in numbered
        for position, entry in enumerate(case.entries)
    ]
    await connection.executemany(_ENTRY, entries)
    watchers = [(tenant_id, case_id, known.id(who)) for case_id, case in numbered for who in case.watchers]
    await connection.executemany(_WATCHER, watchers)


def _case(tenant_id: UUID, case_id: UUID, number: int, known: Known, case: Case) -> Columns:
    contact = known.contacts[case.contact]
    return {
        "tenant_id": tenant_id,
        "id": case_id,
        "number": number,
        "subject": case.subject,
        "body": case.body,
        "status": case.status,
        "priority": case.priority,
        "category": case.category,
        "organisation_id": UUID(contact.organisation_id),
        "contact_id": UUID(contact.id),
        "contact_name": contact.name,
        "assignee_id": known.id(case.assignee) if case.assignee else None,
        "version": len(case.entries) + 1,
        "created_at": case.opened,
        "updated_at": case.changed,
        "closed_at": case.changed if case.status == "closed" else None,
    }


def _entry(tenant_id: UUID, case_id: UUID, position: int, known: Known, entry: Entry) -> Row:
    old, new = entry.old, entry.new
    if entry.field == "assignee_id":
        old, new = (known.author(who)[2] if who else None for who in (old, new))
    kind = "change" if entry.field else "note"
    # What was said and done in one go keeps its order.
    at = entry.at + timedelta(microseconds=position)
    return (
        *(tenant_id, derived_id(case_id, position), case_id, kind, entry.visibility, *known.author(entry.author)),
        *(entry.body, entry.field, old, new, at),
    )


async def heard(site: Site, tenant_id: UUID, people: int, organisations: int) -> None:
    """Wait until the services that keep copies have heard of everybody."""
    deadline = time.monotonic() + PATIENCE
    for service, table in COPIES:
        wanted = organisations if table == "organisations" else people
        while await _count(site, service, table, tenant_id) < wanted:
            if time.monotonic() > deadline:
                raise Trouble(f"{service} has not heard of everybody yet: read `portico logs {service}`.")
            await asyncio.sleep(0.2)


async def _count(site: Site, service: str, table: str, tenant_id: UUID) -> int:
    connection = await asyncpg.connect(site.databases[service].app_url)
    try:
        async with connection.transaction():
            await _enter(connection, tenant_id)
            counted = await connection.fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id = $1", tenant_id)  # noqa: S608
            return int(counted)
    finally:
        await connection.close()
