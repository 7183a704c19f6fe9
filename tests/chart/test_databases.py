"""The script that makes roles and databases, run by a real psql on a real server of its own."""

import asyncio
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from stack import databases, parts, postgres
from stack.state import State
from stack.testing import first_block

from .rendered import CHART, SERVICES

MODULES = tuple(service.replace("-", "_") for service in SERVICES)
PASSWORDS = {
    f"{module}_{role}_password".upper(): f"{module}-{role}" for module in MODULES for role in ("app", "migrator")
}


def psql(state: State, **environment: str) -> subprocess.CompletedProcess[str]:
    client = postgres.settle(state).binaries / "psql"
    script = CHART / "sql" / "databases.sql"
    return subprocess.run(
        [str(client), postgres.url(state), "--no-psqlrc", "--quiet", f"--file={script}"],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """A server nobody else uses: roles are the whole server's. The script has run there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(postgres.GIVEN, raising=False)
        state = State.at(Path(tmp_path_factory.mktemp("databases")))
        parts.settle_ports(state, [postgres.NAME], first_block(state))
        postgres.start(state, lambda word: None)
        try:
            done = psql(state, **PASSWORDS)
            assert done.returncode == 0, done.stderr
            yield state
        finally:
            postgres.stop(state)
            postgres.destroy(state)


def ask(state: State, query: str, module: str = "", role: str = "") -> list[Any]:
    async def fetch() -> list[Any]:
        address = postgres.url(state)
        if role:
            address = re.sub(r"//.*@", f"//{module}_{role}:{module}-{role}@", address)
        connection = await asyncpg.connect(address, database=f"portico_{module}" if module else "postgres")
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return asyncio.run(fetch())


def test_it_may_run_again_and_sets_the_passwords_given(server: State) -> None:
    done = psql(server, **PASSWORDS)
    assert (done.returncode, "ERROR" in done.stderr) == (0, False)
    assert ask(server, "SELECT current_user", "cases", "app") == [("cases_app",)]


def test_a_missing_password_stops_it(server: State) -> None:
    done = psql(server, **{name: value for name, value in PASSWORDS.items() if name != "NOTIFIER_APP_PASSWORD"})
    assert done.returncode != 0
    assert "no password in the environment for notifier_app" in done.stdout


@pytest.mark.parametrize("module", MODULES)
def test_what_serves_requests_owns_nothing_and_makes_nothing(server: State, module: str) -> None:
    roles = "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
    assert sorted(ask(server, f"{roles} WHERE rolname LIKE '{module}\\_%'")) == [
        (f"{module}_app", True, False, False, False, False),
        (f"{module}_migrator", True, False, False, False, False),
        (f"{module}_system", False, False, False, False, False),
    ]
    owner = f"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'portico_{module}'"
    assert ask(server, owner) == [(f"{module}_migrator",)]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        ask(server, "CREATE TABLE mine (id int)", module, "app")


def test_a_service_cannot_enter_another_services_database(server: State) -> None:
    may = "SELECT count(*) FROM pg_roles, pg_database WHERE datname LIKE 'portico%' AND rolname LIKE '%\\_app'"
    assert ask(server, f"{may} AND has_database_privilege(rolname, datname, 'CONNECT')") == [(len(MODULES),)]


def test_a_migrator_makes_tables_and_hands_functions_to_the_system_role(server: State) -> None:
    ask(server, "CREATE TABLE cases (id int)", "cases", "migrator")
    ask(
        server,
        "CREATE FUNCTION counted() RETURNS bigint SECURITY DEFINER LANGUAGE sql AS 'SELECT 1::bigint'",
        "cases",
        "migrator",
    )
    ask(server, "ALTER FUNCTION counted() OWNER TO cases_system", "cases", "migrator")
    assert ask(server, "SELECT counted()", "cases", "app") == [(1,)]


def test_it_makes_what_the_stack_makes(server: State) -> None:
    facts = """
        SELECT d.datacl::text, n.nspacl::text, (SELECT array_agg(extname::text ORDER BY extname) FROM pg_extension)
        FROM pg_database d, pg_namespace n WHERE d.datname = current_database() AND n.nspname = 'public'
    """
    databases.ensure(postgres.url(server), "identity", "_by_stack")
    (by_stack,) = ask(server, facts, "identity_by_stack")
    (by_script,) = ask(server, facts, "identity")
    # Grants are the same set, in whatever order they were given.
    assert [sorted(fact) for fact in by_stack] == [sorted(fact) for fact in by_script]
