"""No table, key, view or function of any service lets a tenant's rows out (T1 to T5), and what would is found."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
import pytest
import tables
from routes import SERVICES

from stack import databases
from stack.state import State
from stack.testing import migrated


@asynccontextmanager
async def as_superuser(superuser: str, database: databases.Database) -> AsyncIterator[tables.Connection]:
    path = urlsplit(database.app_url).path
    connection = await asyncpg.connect(urlsplit(superuser)._replace(path=path).geturl())
    try:
        yield connection
    finally:
        await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_no_table_key_view_or_function_breaks_the_walls_between_tenants(
    superuser: str, service_database: Callable[[str], databases.Database], service: str
) -> None:
    async with as_superuser(superuser, service_database(service)) as connection:
        assert await tables.faults(connection, service) == []


async def test_every_exception_is_still_needed(
    superuser: str, service_database: Callable[[str], databases.Database]
) -> None:
    for service, name in tables.UNIQUE_OVER_ALL_TENANTS:
        async with as_superuser(superuser, service_database(service)) as connection:
            assert await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", name), name


GOOD = """
CREATE TABLE planted (tenant_id uuid NOT NULL, id uuid NOT NULL, PRIMARY KEY (tenant_id, id));
ALTER TABLE planted OWNER TO cases_migrator;
ALTER TABLE planted ENABLE ROW LEVEL SECURITY;
ALTER TABLE planted FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON planted
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON planted TO cases_app;
CREATE FUNCTION planted_search() RETURNS bigint LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS 'SELECT 1::bigint';
ALTER FUNCTION planted_search OWNER TO cases_system;
REVOKE ALL ON FUNCTION planted_search FROM PUBLIC;
GRANT EXECUTE ON FUNCTION planted_search TO cases_app;
"""
ONE, OTHER = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"
MADE_BY_MIGRATOR = "ALTER {} planted_look OWNER TO cases_migrator"

PLANTED = {
    "ALTER TABLE planted DISABLE ROW LEVEL SECURITY": "row-level security not enabled",
    "ALTER TABLE planted NO FORCE ROW LEVEL SECURITY": "row-level security not forced",
    "ALTER TABLE planted DROP CONSTRAINT planted_pkey; ALTER TABLE planted ALTER tenant_id DROP NOT NULL": (
        "planted has no tenant_id uuid NOT NULL"
    ),
    "ALTER TABLE planted OWNER TO cases_app": "role cases_app owns something",
    "CREATE POLICY wide ON planted USING (true)": "policy wide on planted does not hold",
    "CREATE POLICY wide ON planted TO cases_app USING (tenant_id IS NOT NULL) WITH CHECK (true)": (
        "policy wide on planted does not hold"
    ),
    "DROP POLICY tenant ON planted; CREATE POLICY tenant ON planted "
    "USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid) WITH CHECK (true)": (
        "policy tenant on planted does not hold"
    ),
    "ALTER TABLE planted ADD UNIQUE (id)": "unique key planted_id_key on planted is not led by tenant_id",
    "CREATE UNIQUE INDEX planted_lower ON planted ((id::text), tenant_id)": "unique key planted_lower on planted",
    "ALTER TABLE planted DROP CONSTRAINT planted_pkey, ADD PRIMARY KEY (id, tenant_id)": "unique key planted_pkey",
    "ALTER TABLE planted ADD UNIQUE (id); CREATE TABLE child (tenant_id uuid, id uuid REFERENCES planted (id))": (
        "foreign key child_id_fkey on child is not led by tenant_id"
    ),
    f"CREATE VIEW planted_look AS TABLE planted; {MADE_BY_MIGRATOR.format('VIEW')}": "planted_look is not security_inv",
    f"CREATE MATERIALIZED VIEW planted_look AS TABLE planted; {MADE_BY_MIGRATOR.format('MATERIALIZED VIEW')}": (
        "planted_look is a materialised view"
    ),
    "ALTER FUNCTION planted_search OWNER TO cases_migrator": "function planted_search belongs to cases_migrator",
    "ALTER FUNCTION planted_search RESET search_path": "function planted_search does not pin its search_path",
    "ALTER FUNCTION planted_search SET search_path = public": "function planted_search does not pin its search_path",
    "GRANT EXECUTE ON FUNCTION planted_search TO PUBLIC": "function planted_search may be called by PUBLIC",
    "GRANT TRUNCATE ON planted TO cases_app": "cases_app may TRUNCATE on planted",
    "GRANT SELECT ON planted TO PUBLIC": "PUBLIC may SELECT on planted",
    "GRANT SELECT ON alembic_version TO cases_app": "cases_app may SELECT on alembic_version",
    "CREATE SCHEMA aside; CREATE TABLE aside.secrets (id uuid PRIMARY KEY)": "table secrets has no tenant_id",
    "GRANT CREATE ON SCHEMA public TO cases_app": "role cases_app owns something, may make something",
    "GRANT cases_system TO cases_app": "is a member of another role",
    "ALTER ROLE cases_app BYPASSRLS": "role cases_app may more than log in",
    "ALTER ROLE cases_migrator SUPERUSER": "role cases_migrator may more than log in",
    "ALTER ROLE cases_system LOGIN": "role cases_system can log in",
}
"""What somebody may do by mistake, and the sentence it must be found by."""


@pytest.fixture(scope="session")
def scratch(parts_state: State, worker: str) -> databases.Database:
    """A copy of cases' database that no other test looks at."""
    return migrated(parts_state, "cases", f"planted_{worker}")


@pytest.fixture
async def planted(superuser: str, scratch: databases.Database) -> AsyncIterator[tables.Connection]:
    """A scratch database with one more table and function, all undone at the end."""
    async with as_superuser(superuser, scratch) as connection:
        undone = connection.transaction()
        await undone.start()
        # Roles are the whole server's: whoever else makes roles waits until ours are as they were.
        await connection.execute("SELECT pg_advisory_xact_lock($1)", databases.LOCK)
        await connection.execute(GOOD)
        yield connection
        await undone.rollback()


async def test_a_table_that_keeps_the_rules_is_let_through(planted: tables.Connection) -> None:
    assert await tables.faults(planted, "cases") == []


@pytest.mark.parametrize(("inside", "seen"), [(None, 0), ("", 0), (ONE, 1), (OTHER, 0)])
async def test_the_app_role_sees_the_rows_of_the_tenant_it_is_inside_of(
    planted: tables.Connection, inside: str | None, seen: int
) -> None:
    await planted.execute("INSERT INTO planted VALUES ($1, $1)", ONE)
    await planted.execute("SET LOCAL ROLE cases_app")
    if inside is not None:
        await planted.execute("SELECT set_config('app.tenant_id', $1, true)", inside)
    assert await planted.fetchval("SELECT count(*) FROM planted") == seen


@pytest.mark.parametrize("mistake", PLANTED)
async def test_a_planted_fault_is_found(planted: tables.Connection, mistake: str) -> None:
    await planted.execute(mistake)
    found = await tables.faults(planted, "cases")
    assert any(PLANTED[mistake] in fault for fault in found), found
