"""Rule T1: who owns what, on a real server."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from kit.migrations import UnknownVersion, upgrade
from stack import databases
from stack.databases import Database

pytestmark = pytest.mark.xdist_group("probe")  # roles belong to the whole server


@pytest.fixture(scope="module")
def probe(superuser: str) -> Iterator[Database]:
    """The database of a service that does not exist, with a table its migrator made."""
    yield databases.ensure(superuser, "probe")
    databases.drop(superuser, "portico\\_probe%")


async def run(url: str, *statements: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return [row for statement in statements for row in await connection.fetch(statement)]
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE x ()", "CREATE TEMP TABLE x ()", "CREATE SCHEMA x", "CREATE EXTENSION hstore", "CREATE ROLE x"],
)
async def test_the_app_cannot_make_anything(probe: Database, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(probe.app_url, statement)


async def test_the_app_owns_nothing_and_cannot_pass_row_security(probe: Database, superuser: str) -> None:
    role = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'probe_app'"
    owned = "SELECT 1 FROM pg_shdepend WHERE refobjid = 'probe_app'::regrole AND deptype = 'o'"
    assert [tuple(row) for row in await run(superuser, role)] == [(False, False, False, False)]
    assert await run(superuser, owned) == []


async def test_the_app_reads_a_table_only_when_granted(probe: Database) -> None:
    await run(probe.migrator_url, "CREATE TABLE IF NOT EXISTS thing (id int)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(probe.app_url, "SELECT * FROM thing")
    await run(probe.migrator_url, "GRANT SELECT ON thing TO probe_app")
    assert await run(probe.app_url, "SELECT * FROM thing") == []


async def test_the_migrator_can_give_a_function_to_the_system_role(probe: Database) -> None:
    make = "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
    await run(probe.migrator_url, make, "ALTER FUNCTION one() OWNER TO probe_system")
    owner = "SELECT proowner::regrole::text AS name FROM pg_proc WHERE proname = 'one'"
    assert [row["name"] for row in await run(probe.migrator_url, owner)] == ["probe_system"]


async def test_the_system_role_cannot_log_in(superuser: str, probe: Database) -> None:
    can = await run(superuser, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'probe_system'")
    assert [row["rolcanlogin"] for row in can] == [False]


async def test_another_services_app_cannot_connect(probe: Database, superuser: str) -> None:
    other = databases.ensure(superuser, "probetwo")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(other.app_url.replace("/portico_probetwo", "/portico_probe"))
    databases.drop(superuser, "portico\\_probetwo%")


async def test_the_extensions_are_there(probe: Database) -> None:
    there = {row["extname"] for row in await run(probe.app_url, "SELECT extname FROM pg_extension")}
    assert there >= set(databases.EXTENSIONS)


async def test_data_of_a_newer_version_is_left_alone_and_said_so(superuser: str) -> None:
    database = databases.ensure(superuser, "knowledge", "_newer")
    try:
        await run(database.migrator_url, "CREATE TABLE alembic_version (version_num text)")
        await run(database.migrator_url, "INSERT INTO alembic_version VALUES ('9999')")
        with pytest.raises(UnknownVersion, match=r"newer version.*9999"):
            await asyncio.to_thread(upgrade, "knowledge", database.migrator_url)
    finally:
        databases.drop(superuser, "portico\\_knowledge\\_newer")


async def test_making_it_twice_changes_nothing(probe: Database, superuser: str) -> None:
    assert databases.ensure(superuser, "probe") == probe


async def test_a_clone_has_the_tables_and_keeps_strangers_out(probe: Database, superuser: str) -> None:
    await run(probe.migrator_url, "CREATE TABLE IF NOT EXISTS thing (id int)", "GRANT SELECT ON thing TO probe_app")
    clone = databases.ensure(superuser, "probe", "_clone", "portico_probe")
    assert await run(clone.app_url, "SELECT * FROM thing") == []
    acl = await run(superuser, "SELECT datacl::text FROM pg_database WHERE datname = 'portico_probe_clone'")
    assert "{=" not in acl[0]["datacl"]
    assert ",=" not in acl[0]["datacl"]
