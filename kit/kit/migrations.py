"""Migrations, and the words they use for what every tenant table needs.

`python -m kit.migrations <service>` brings that service's database up to date, as its migrator role.
"""

import asyncio
import os
import sys
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

from alembic import command, context, op
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

TENANT = "NULLIF(current_setting('app.tenant_id', true), '')::uuid"
"""The tenant a transaction is inside of, in SQL; NULL outside of any."""


def folder(service: str) -> Path:
    """Where a service's migrations lie: beside its import package, or where PORTICO_MIGRATIONS says."""
    if configured := os.environ.get("PORTICO_MIGRATIONS"):
        return Path(configured)
    spec = find_spec(service)
    if spec is None or spec.origin is None:
        raise SystemExit(f"There is no service named {service!r} installed here.")
    return Path(spec.origin).parent.parent / "migrations"


class UnknownVersion(Exception):
    """A database is at a version that is not among these migrations: a newer Portico has made it."""


def upgrade(service: str, url: str) -> None:
    """Bring a database to the newest version. `url` is the migrator's. Raises UnknownVersion."""
    try:
        command.upgrade(_config(service, url), "head")
    except CommandError as error:
        raise UnknownVersion(f"The database of {service} was made by a newer version: {error}.") from error


def as_sql(service: str) -> str:
    """All of a service's migrations as the statements they send, for whoever wants to read or check them first."""
    written = StringIO()
    config = _config(service, "postgresql://")
    config.output_buffer = written
    command.upgrade(config, "head", sql=True)
    return written.getvalue()


def _config(service: str, url: str) -> Config:
    config = Config(attributes={"service": service, "url": url.replace("postgresql://", "postgresql+asyncpg://", 1)})
    config.set_main_option("script_location", str(folder(service)))
    return config


def tenant_table(service: str, table: str, *, system: bool = False) -> None:
    """Shut a table into tenants: row-level security enabled and forced, the app role granted rows only.

    With `system`, the service's system role sees all rows: for tables that its few SECURITY DEFINER
    functions read across tenants (queues) or search (whose operators are not leakproof).
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {service}_app")
    if system:
        op.execute(f"CREATE POLICY system ON {table} TO {service}_system USING (true) WITH CHECK (true)")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {service}_system")


def system_function(service: str, signature: str, returns: str, body: str, *, language: str = "sql") -> None:
    """A SECURITY DEFINER function that runs as the service's system role; only the app role may call it."""
    op.execute(
        f"CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE {language} SECURITY DEFINER "
        f"SET search_path = pg_catalog, public, pg_temp AS $body${body}$body$"
    )
    name = signature.split("(")[0]
    op.execute(f"ALTER FUNCTION {name} OWNER TO {service}_system")
    op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {service}_app")


_PATIENCE = "SET lock_timeout = '1s'"
"""A migration that cannot have its lock fails, and holds up nobody."""


def run_env() -> None:
    """What every service's migrations/env.py calls."""
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", transaction_per_migration=True)
        with context.begin_transaction():
            context.execute(_PATIENCE)
            context.run_migrations()
    else:
        asyncio.run(_run(context.config.attributes["url"]))


async def _run(url: str) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
        await connection.commit()


def _migrate(connection: Connection) -> None:
    connection.execute(text(_PATIENCE))
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "__main__":
    try:
        upgrade(sys.argv[1], os.environ["PORTICO_MIGRATOR_URL"])
    except UnknownVersion as unknown:
        sys.exit(f"{unknown} Upgrade to that version; `helm rollback` goes back without migrating.")
