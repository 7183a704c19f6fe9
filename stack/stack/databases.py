"""Each service's own database and roles, as the design's rule T1 wants them.

`<mod>_migrator` owns the database and what migrations make in it; `<mod>_app` owns nothing and may only
what a migration grants it; `<mod>_system` cannot log in and owns the few functions that look across tenants.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

import asyncpg

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin", "citext")
# Any number does, as long as all who make roles on one server agree.
LOCK = 0x706F727469636F
Result = TypeVar("Result")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass(frozen=True)
class Database:
    """The two logins of one service's database."""

    app_url: str
    migrator_url: str


def password(superuser: str, role: str) -> str:
    """Derived from the superuser's, so that whoever may make roles on a server agrees on them without a file."""
    key = urlsplit(superuser).password or ""
    return hmac.new(key.encode(), role.encode(), hashlib.sha256).hexdigest()


def database_name(module: str, suffix: str = "") -> str:
    """`portico_<mod>`, with a suffix for tests."""
    return f"portico_{module}{suffix}"


def urls(superuser: str, module: str, suffix: str = "") -> Database:
    """How the service (app) and its migrations (migrator) log in."""

    def login(role: str) -> str:
        parts = urlsplit(superuser)
        netloc = f"{role}:{password(superuser, role)}@{parts.hostname}:{parts.port or 5432}"
        return parts._replace(netloc=netloc, path=f"/{database_name(module, suffix)}").geturl()

    return Database(login(f"{module}_app"), login(f"{module}_migrator"))


def ensure(superuser: str, module: str, suffix: str = "", template: str | None = None) -> Database:
    """Roles, database and extensions of one service; what is there already is left as it is.

    From a template, tables and their grants come along; the grants on the database itself do not.
    """
    _run(_ensure(superuser, module, suffix, template))
    return urls(superuser, module, suffix)


async def _ensure(superuser: str, module: str, suffix: str, template: str | None) -> None:
    name = database_name(module, suffix)
    await _with(superuser, lambda server: _roles_and_database(server, superuser, module, name, template))
    await _with(_in(superuser, name), lambda database: _inside(database, module, name))


async def _with(address: str, work: "Callable[[Connection], Awaitable[Result]]") -> Result:
    connection = await asyncpg.connect(address, timeout=10)
    try:
        return await work(connection)
    finally:
        await connection.close()


def _in(superuser: str, name: str) -> str:
    return urlsplit(superuser)._replace(path=f"/{name}").geturl()


async def _roles_and_database(server: Connection, superuser: str, module: str, name: str, template: str | None) -> None:
    await server.execute("SELECT pg_advisory_lock($1)", LOCK)
    for role in (f"{module}_migrator", f"{module}_app"):
        await _role(server, role, f"LOGIN PASSWORD '{password(superuser, role)}'")
    await _role(server, f"{module}_system", "NOLOGIN")
    await server.execute(f"GRANT {module}_system TO {module}_migrator")
    if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        source = f" TEMPLATE {template}" if template else " TEMPLATE template0"
        await server.execute(f"CREATE DATABASE {name} OWNER {module}_migrator{source}")
    await server.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def _role(server: Connection, role: str, options: str) -> None:
    known = await server.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if known else "CREATE"
    await server.execute(f"{verb} ROLE {role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS {options}")


async def _inside(database: Connection, module: str, name: str) -> None:
    """Nobody gets in or makes anything by default; extensions need the superuser, so they are made here."""
    app, system = f"{module}_app", f"{module}_system"
    for extension in EXTENSIONS:
        await database.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")
    await database.execute(
        f"""
        REVOKE ALL ON DATABASE {name} FROM PUBLIC;
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        GRANT CONNECT ON DATABASE {name} TO {app};
        GRANT USAGE ON SCHEMA public TO {app}, {system};
        GRANT CREATE ON SCHEMA public TO {system};
        """
    )


def exists(superuser: str, name: str) -> bool:
    """There is such a database."""
    return bool(_fetch(superuser, "SELECT 1 FROM pg_database WHERE datname = $1", name))


def rename(superuser: str, old: str, new: str) -> None:
    """Of a database nobody is connected to."""
    _execute(superuser, f"ALTER DATABASE {old} RENAME TO {new}")


def drop(superuser: str, pattern: str) -> None:
    """Drop all databases whose names are LIKE the pattern, throwing out who is connected."""
    for row in _fetch(superuser, "SELECT datname FROM pg_database WHERE datname LIKE $1", pattern):
        _execute(superuser, f'DROP DATABASE IF EXISTS "{row["datname"]}" WITH (FORCE)')


def _execute(superuser: str, statement: str) -> None:
    _run(_with(superuser, lambda server: server.execute(statement)))


def _fetch(superuser: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
    return _run(_with(superuser, lambda server: server.fetch(query, *arguments)))


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """In a thread of its own, because a caller may be a test inside an event loop."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()


def replay(database: Database) -> int:
    """Give a service's parked events another round of tries. Returns how many there were."""
    return int(_fetch(database.app_url, "SELECT inbox_replay() AS many")[0]["many"])
