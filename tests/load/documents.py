"""What finding files costs a tenant that has 300,000 of them, and its customers, against bare reads in the same run."""

import asyncio
import os
from collections.abc import Callable
from uuid import UUID

import asyncpg

from documents.main import build
from documents.settings import DocumentsSettings
from kit import paging
from kit.caller import Caller
from kit.db import Database
from kit.ids import new_id
from kit.testing import PUBLIC_KEY, contact, served, staff
from stack import databases, postgres
from stack.state import State
from tests.load.asking import By, Step, get, spent_on
from tests.load.ground import SUFFIX, filling, fresh, show

FILES = int(os.environ.get("PORTICO_BENCH_FILES", "300000"))

# 200 organisations with 25 people each; every tenth file is of one large one. Number n is whose, on what, and where:
# four in ten a customer's own, five on a case, one in a hundred public, the rest staff's alone.
_CASES = """
INSERT INTO cases (tenant_id, id, reference, organisation_id, contact_id, closed, version)
SELECT $1::uuid, md5($1::uuid::text || 'case' || n)::uuid, 'CASE-' || n,
    md5($1::uuid::text || 'organisation' || CASE WHEN n % 10 = 0 THEN 0 ELSE n % 200 END)::uuid,
    md5($1::uuid::text || 'person' || n % 5000)::uuid, n % 20 > 0, 1
FROM generate_series(1, $2::int) AS n
"""
_FILES = """
INSERT INTO documents (tenant_id, id, title, description, file_name, content_type, size, sha256, state, scan, object_id,
    case_id, case_visibility, uploaded_by_id, uploaded_by_kind, uploaded_by_name, organisation_id, on_portal, folder,
    version, created_at, expires_at, ready_at)
SELECT $1::uuid, uuidv7(($2::int - n) * interval '-1 minute'),
    (ARRAY['Router', 'Floor plan', 'Photo', 'Contract', 'Manual', 'Drawing', 'Protocol'])[1 + n % 7] || ' ' || n
        || CASE WHEN n % 30000 = 17 THEN ' zebra' ELSE '' END, n::text,
    'file ' || n || '.pdf', 'application/pdf', 100000, repeat('a', 64), 'ready', 'clean', uuidv7(),
    CASE WHEN kind BETWEEN 4 AND 8 THEN md5($1::uuid::text || 'case' || 1 + n / 7 % ($2::int / 5))::uuid END,
    'customer', md5($1::uuid::text || 'person' || n % 5000)::uuid,
    CASE WHEN kind < 4 THEN 'contact' ELSE 'staff' END, 'Person',
    CASE WHEN kind < 4 THEN md5($1::uuid::text || 'organisation' || whose)::uuid END, kind < 9 OR n % 100 = 99,
    CASE WHEN kind < 4 THEN 'private' WHEN n % 100 = 99 THEN 'public' END, 1,
    now() - ($2::int - n) * interval '1 minute', now(), now() - ($2::int - n) * interval '1 minute'
FROM (SELECT n, n % 10 AS kind, CASE WHEN n / 10 % 10 = 0 THEN 0 ELSE n / 10 % 200 END AS whose
    FROM generate_series(1, $2::int) AS n) AS rows
"""
_LINKS = """
INSERT INTO links (tenant_id, document_id, case_id, organisation_id, visibility, created_at)
SELECT d.tenant_id, d.id, d.case_id, c.organisation_id, 'customer', d.created_at
FROM documents d JOIN cases c ON c.tenant_id = d.tenant_id AND c.id = d.case_id WHERE d.tenant_id = $1
"""
_FOR = """
INSERT INTO record_links (tenant_id, document_id, kind, record_id, created_at)
SELECT d.tenant_id, d.id, l.kind, l.id, d.created_at FROM documents d
CROSS JOIN LATERAL (VALUES ('contact', d.uploaded_by_id), ('organisation', d.organisation_id)) AS l (kind, id)
WHERE d.tenant_id = $1 AND d.uploaded_by_kind = 'contact'
"""
_BARE = """
SELECT id, title, file_name, content_type, size, sha256, state, folder, uploaded_by_name, created_at
FROM documents WHERE tenant_id = $1 AND state = 'ready' ORDER BY created_at DESC, id DESC LIMIT 25
"""
_DEEP = """
SELECT created_at, id FROM documents WHERE tenant_id = $1 AND state = 'ready' {}
ORDER BY created_at DESC, id DESC OFFSET $2 LIMIT 1
"""
SMALL, GREAT = 7, 0
"""A customer like all others, with one in 222 of the files, and the large one."""


def run(state: State) -> None:
    """Fill, measure and print."""
    asyncio.run(_run(state, fresh(state, "documents")))


async def _run(state: State, made: databases.Database) -> None:
    owner = await asyncpg.connect(postgres.url(state).rsplit("/", 1)[0] + f"/portico_documents{SUFFIX}")
    tenant = new_id()
    await _fill(owner, tenant)
    database = Database(made.app_url, pool_size=4)
    nowhere = dict.fromkeys(("s3_access_key", "s3_secret_key"), "nobody") | {"s3_url": "http://localhost:1"}
    settings = DocumentsSettings(
        database_url=made.app_url, amqp_url="amqp://localhost:1", caller_public_key=PUBLIC_KEY, **nowhere
    )
    async with served(build(settings, database), "documents") as app:
        await _measure(state, owner, tenant, lambda caller: app.by(caller))
    await database.close()
    await owner.close()


async def _fill(owner: asyncpg.Connection, tenant: UUID) -> None:
    """The tenant and four smaller ones beside it."""
    async with filling(owner, f"{FILES:,} files", "documents", "links", "record_links"):
        for number, each in enumerate([tenant, *(new_id() for _ in range(4))]):
            many = FILES if number == 0 else FILES // 20
            await owner.execute(_CASES, each, many // 5)
            await owner.execute(_FILES, each, many, timeout=600)
            await owner.execute(_LINKS, each, timeout=600)
            await owner.execute(_FOR, each, timeout=600)


async def _measure(state: State, owner: asyncpg.Connection, tenant: UUID, by: By) -> None:
    sam = staff(tenant)
    ann, ace = [await _customer(owner, tenant, number, "organisation") for number in (SMALL, GREAT)]
    own = await _customer(owner, tenant, SMALL, "own")
    [deep] = await owner.fetch(_DEEP.format(""), tenant, FILES // 2)
    halfway = f"AND organisation_id = '{ann.organisation_id}'"
    [theirs] = await owner.fetch(_DEEP.format(halfway), tenant, FILES // 1_000)
    newest = await owner.fetchval(_DEEP.replace("created_at, id", "id", 1).format(""), tenant, 0)
    steps: dict[str, Callable[[], Step]] = {
        "bare asyncpg: 25 rows": lambda: lambda: owner.fetch(_BARE, tenant),
        "staff: first page": get(by, sam, "/documents"),
        "staff: deep page": get(by, sam, f"/documents?cursor={paging.encode(*deep)}"),
        "staff: public folder": get(by, sam, "/documents?folder=public"),
        "staff: hidden ones": get(by, sam, "/documents?on_portal=false"),
        "staff: one organisation's": get(by, sam, f"/documents?kind=organisation&id={ann.organisation_id}"),
        "staff: search, rare word": get(by, sam, "/documents?q=zebra"),
        "staff: search, common word": get(by, sam, "/documents?q=router"),
        "staff: search, no such word": get(by, sam, "/documents?q=giraffe"),
        "staff: search, two letters": get(by, sam, "/documents?q=ro"),
        "staff: search, common word, narrowed": get(by, sam, "/documents?q=router&on_portal=true"),
        "a file's page": get(by, sam, f"/documents/{newest}"),
        **_of_a_customer(by, "customer", ann, paging.encode(*theirs)),
        "customer, own alone: first page": get(by, own, "/documents"),
        **_of_a_customer(by, "large customer", ace, paging.encode(*deep)),
    }
    rows = [(what, *await spent_on(state, ready)) for what, ready in steps.items()]
    bare = rows[0][3]
    show(
        f"{FILES:,} files: milliseconds a request",
        ["what", "CPU Python", "CPU PostgreSQL", "p50", "p95", "p50, of bare"],
        [[what, *(f"{each:.2f}" for each in spent), f"{spent[2] / bare:.1f}"] for what, *spent in rows],
    )


def _of_a_customer(by: By, who: str, caller: Caller, deep: str) -> dict[str, Callable[[], Step]]:
    return {
        f"{who}: first page": get(by, caller, "/documents"),
        f"{who}: deep page": get(by, caller, f"/documents?cursor={deep}"),
        f"{who}: private folder": get(by, caller, "/documents?folder=private"),
        f"{who}: public folder": get(by, caller, "/documents?folder=public"),
        f"{who}: search, rare word": get(by, caller, "/documents?q=zebra"),
        f"{who}: search, common word": get(by, caller, "/documents?q=router"),
    }


async def _customer(owner: asyncpg.Connection, tenant: UUID, number: int, scope: str) -> Caller:
    """One of the people who brought files for an organisation."""
    organisation = await owner.fetchval(f"SELECT md5($1::uuid::text || 'organisation{number}')::uuid", tenant)
    query = "SELECT uploaded_by_id FROM documents WHERE tenant_id = $1 AND organisation_id = $2 LIMIT 1"
    person = await owner.fetchval(query, tenant, organisation)
    return contact(tenant, organisation, id=person, scopes={"cases": scope, "documents": scope})


if __name__ == "__main__":
    from tests.load.ground import parts_up

    with parts_up() as up:
        run(up)
