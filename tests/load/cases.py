"""What finding and opening cases costs a tenant that has 1,000,000 of them, against bare reads in the same run."""

import asyncio
import os
from collections.abc import Callable
from uuid import UUID

import asyncpg

from cases.main import build
from cases.settings import CasesSettings
from kit import paging
from kit.db import Database
from kit.ids import new_id
from kit.testing import PUBLIC_KEY, As, contact, served, staff
from stack import databases, postgres
from stack.state import State
from tests.load.asking import By, Step, get, ok, spent_on
from tests.load.ground import SUFFIX, filling, fresh, show

CASES = int(os.environ.get("PORTICO_BENCH_CASES", "1000000"))
NOTES = 3 * CASES

_PEOPLE = """
INSERT INTO people (tenant_id, id, kind, name, email, organisation_id, organisation_ids, active, version)
SELECT $1::uuid, md5($1::uuid::text || 'person' || n)::uuid, CASE WHEN n <= 50 THEN 'staff' ELSE 'contact' END,
    'Person ' || n, 'person' || n || '@customer.example', md5($1::uuid::text || 'organisation' || n % 2000)::uuid,
    CASE WHEN n > 50 THEN ARRAY[md5($1::uuid::text || 'organisation' || n % 2000)::uuid] END, true, 1
FROM generate_series(1, 20000) AS n
"""
_ORGANISATIONS = """
INSERT INTO organisations (tenant_id, id, name, version)
SELECT $1::uuid, md5($1::uuid::text || 'organisation' || n)::uuid, 'Customer ' || n, 1
FROM generate_series(0, 1999) AS n
"""
# Every tenth case is of one large customer; one in twenty is open; one in a hundred thousand is of a rare word.
_CASES = """
INSERT INTO cases (tenant_id, id, number, subject, body, status, priority, category, organisation_id, contact_id,
    contact_name, assignee_id, version, created_at, updated_at, closed_at)
SELECT $1::uuid, uuidv7(($3::int - n) * interval '-1 minute'), n,
    (ARRAY['Router', 'Phone', 'Line', 'Printer', 'Invoice', 'Screen', 'Account'])[1 + n % 7] || ' ' || n % 5000 || ' '
        || (ARRAY['does not answer', 'is slow', 'was moved', 'blinks red', 'rings twice'])[1 + n % 5]
        || CASE WHEN n % 100000 = 17 THEN ' zebra' ELSE '' END,
    'It began this morning and has not stopped since.',
    CASE WHEN r < 0.95 THEN 'closed' ELSE (ARRAY['new', 'in_progress', 'waiting', 'resolved'])[1 + n % 4] END,
    (ARRAY['low', 'normal', 'normal', 'normal', 'normal', 'normal', 'high', 'high', 'high', 'urgent'])[1 + n % 10],
    (ARRAY['Network', 'Hardware', 'Billing'])[1 + n % 3],
    md5($1::uuid::text || 'organisation' || CASE WHEN n % 10 = 0 THEN 0 ELSE n % 2000 END)::uuid,
    md5($1::uuid::text || 'person' || CASE WHEN n % 330 = 0 THEN 2000 ELSE 51 + n % 19949 END)::uuid, 'Person',
    CASE WHEN n % 3 > 0 THEN md5($1::uuid::text || 'person' || 1 + n % 50)::uuid END, 1,
    made, made + r * interval '20 days', CASE WHEN r < 0.95 THEN made + r * interval '20 days' END
FROM (SELECT n, (hashint4(n)::bigint + 2147483648) / 4294967296.0 AS r,
        now() - ($3::int - n) * interval '1 minute' AS made
    FROM generate_series($2::int, $3::int) AS n) AS rows
"""
_NOTES = """
INSERT INTO entries (tenant_id, id, case_id, kind, visibility, author_id, author_kind, author_name, body, created_at)
SELECT c.tenant_id, uuidv7(), c.id, 'note', CASE WHEN m = 2 THEN 'internal' ELSE 'customer' END, c.contact_id,
    'contact', 'Person', 'Switched off and on again: the same.', c.created_at + m * interval '1 hour'
FROM cases c CROSS JOIN generate_series(1, 3) AS m WHERE c.tenant_id = $1
"""
_BARE = """
SELECT c.id, c.number, c.subject, c.status, c.priority, c.contact_name, c.created_at, c.updated_at, o.name
FROM cases c LEFT JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id
WHERE c.tenant_id = $1 ORDER BY c.updated_at DESC, c.id DESC LIMIT 25
"""
_DEEP = "SELECT updated_at, id FROM cases WHERE tenant_id = $1 {} ORDER BY updated_at DESC, id DESC OFFSET $2 LIMIT 1"


def run(state: State) -> None:
    """Fill, measure and print."""
    asyncio.run(_run(state, fresh(state, "cases")))


async def _run(state: State, made: databases.Database) -> None:
    url = postgres.url(state).rsplit("/", 1)[0] + f"/portico_cases{SUFFIX}"
    owner = await asyncpg.connect(url)
    tenant = new_id()
    await _fill(owner, tenant)
    database = Database(made.app_url, pool_size=4)
    settings = CasesSettings(
        database_url=made.app_url, amqp_url="amqp://localhost:1", caller_public_key=PUBLIC_KEY, inline_worker=False
    )
    async with served(build(settings, database), "cases") as app:
        await _measure(state, owner, tenant, lambda caller: app.by(caller))
    await database.close()
    await owner.close()


async def _fill(owner: asyncpg.Connection, tenant: UUID) -> None:
    """The tenant and four others beside it."""
    async with filling(owner, f"{CASES:,} cases and {NOTES:,} notes", "cases", "entries"):
        for number, each in enumerate([tenant, *(new_id() for _ in range(4))]):
            many = CASES if number == 0 else CASES // 20
            await owner.execute(_ORGANISATIONS, each)
            await owner.execute(_PEOPLE, each)
            await owner.execute(_CASES, each, 1, many, timeout=1_200)
            await owner.execute("INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'case', $2)", each, many)
        await owner.execute(_NOTES, tenant, timeout=1_200)


async def _measure(state: State, owner: asyncpg.Connection, tenant: UUID, by: By) -> None:
    acme = await owner.fetchval("SELECT md5($1::uuid::text || 'organisation0')::uuid", tenant)
    person = await owner.fetchval("SELECT md5($1::uuid::text || 'person2000')::uuid", tenant)
    sam = staff(tenant)
    ann = contact(tenant, acme, id=person, scopes={"cases": "organisation"})
    [deep] = await owner.fetch(_DEEP.format(""), tenant, CASES // 2)
    [halfway] = await owner.fetch(_DEEP.format(f"AND organisation_id = '{acme}'"), tenant, CASES // 20)
    steps: dict[str, Callable[[], Step]] = {
        "bare asyncpg: 25 rows": lambda: lambda: owner.fetch(_BARE, tenant),
        "staff: first page": get(by, sam, "/cases"),
        "staff: deep page": get(by, sam, f"/cases?cursor={paging.encode(*deep)}"),
        "staff: by priority": get(by, sam, "/cases?sort=-priority"),
        "staff: open ones": get(by, sam, "/cases?status=new&status=in_progress&status=waiting&status=resolved"),
        "staff: new and urgent, oldest": get(by, sam, "/cases?status=new&priority=urgent&sort=created_at"),
        "staff: nobody's, open": get(by, sam, "/cases?assignee=none&status=new&status=in_progress"),
        "staff: search, rare word": get(by, sam, "/cases?q=zebra"),
        "staff: search, common word": get(by, sam, "/cases?q=router"),
        "staff: search, among the new ones": get(by, sam, "/cases?q=router&status=new"),
        "staff: search, common, deep": get(by, sam, f"/cases?q=router&cursor={paging.encode(*deep)}"),
        "staff: search, common, oldest": get(by, sam, "/cases?q=router&sort=created_at"),
        "staff: search, reference": get(by, sam, "/cases?q=CASE-4711"),
        "customer: first page": get(by, ann, "/cases"),
        "customer: deep page": get(by, ann, f"/cases?cursor={paging.encode(*halfway)}"),
        "customer: own": get(by, ann, "/cases?scope=mine"),
        "customer: filtered, a month": get(by, ann, "/cases?status=closed&date=created&date_from=2026-10-01"),
        "customer: search, common word": get(by, ann, "/cases?q=router"),
        "customer: search, most urgent": get(by, ann, "/cases?q=router&sort=-priority"),
        "customer: search, among the new": get(by, ann, "/cases?q=router&status=new"),
        "case page": get(by, sam, "/cases/CASE-4711"),
        "open a case": lambda: _opening(by(ann)),
    }
    rows = [(what, *await spent_on(state, ready)) for what, ready in steps.items()]
    bare = rows[0][3]
    show(
        f"{CASES:,} cases: milliseconds a request",
        ["what", "CPU Python", "CPU PostgreSQL", "p50", "p95", "p50, of bare"],
        [[what, *(f"{each:.2f}" for each in spent), f"{spent[2] / bare:.1f}"] for what, *spent in rows],
    )


def _opening(client: As) -> Step:
    return lambda: ok(client.post("/cases", {"subject": "Router is dark", "body": "No light."}))
