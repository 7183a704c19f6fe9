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


def upgrade(service: str, url: str) -> None:
    """Bring a database to the newest version. `url` is the migrator's."""
    command.upgrade(_config(service, url), "head")


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


def machinery(service: str) -> None:
    """The tables every service has: what it has yet to say, what it has heard, what it was asked twice."""
    for statement in _MACHINERY.split(";;"):
        op.execute(statement)
    for table in ("outbox", "inbox"):
        tenant_table(service, table, system=True)
    tenant_table(service, "idempotency", system=True)
    for signature, returns, body, language in _FUNCTIONS:
        system_function(service, signature, returns, body, language=language)


_MACHINERY = """
CREATE TABLE outbox (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    body text NOT NULL,
    trace text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    not_before timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX outbox_id ON outbox (id);;
CREATE TABLE inbox (
    tenant_id uuid NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    state text NOT NULL CHECK (state IN ('done', 'waiting', 'parked')),
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz,
    body text,
    trace text,
    error text,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, event_id)
);;
CREATE INDEX inbox_waiting ON inbox (next_at) WHERE state = 'waiting';;
CREATE INDEX inbox_parked ON inbox (received_at) WHERE state = 'parked';;
CREATE INDEX inbox_received ON inbox (received_at) WHERE state = 'done';;
CREATE TABLE idempotency (
    tenant_id uuid NOT NULL,
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, caller, key)
);;
CREATE INDEX idempotency_created ON idempotency (created_at);;
CREATE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$;;
CREATE TRIGGER outbox_wake AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake()
"""

_FUNCTIONS = [
    # The relay polls what is unsent, never by a cursor: ids are not committed in their order.
    (
        "outbox_take(most integer)",
        "SETOF outbox",
        "SELECT * FROM outbox WHERE not_before <= now() ORDER BY id LIMIT most FOR UPDATE SKIP LOCKED",
        "sql",
    ),
    ("outbox_sent(ids uuid[])", "void", "DELETE FROM outbox WHERE id = ANY (ids)", "sql"),
    (
        "outbox_later(ids uuid[], wait interval)",
        "void",
        "UPDATE outbox SET not_before = now() + wait WHERE id = ANY (ids)",
        "sql",
    ),
    (
        "outbox_state()",
        "TABLE (unsent bigint, oldest_seconds double precision)",
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 FROM outbox",
        "sql",
    ),
    # The claim is a lease: a worker that dies holding one gives it up when it runs out.
    (
        "inbox_take(most integer, lease interval)",
        "SETOF inbox",
        """UPDATE inbox i SET next_at = now() + lease FROM (
               SELECT tenant_id, event_id FROM inbox WHERE state = 'waiting' AND next_at <= now()
               ORDER BY next_at LIMIT most FOR UPDATE SKIP LOCKED
           ) due WHERE i.tenant_id = due.tenant_id AND i.event_id = due.event_id RETURNING i.*""",
        "sql",
    ),
    (
        "inbox_state()",
        "TABLE (waiting bigint, parked bigint)",
        """SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'parked')
           FROM inbox WHERE state <> 'done'""",
        "sql",
    ),
    (
        "inbox_parked()",
        "TABLE (tenant_id uuid, event_id uuid, type text, attempts integer, error text, received_at timestamptz)",
        """SELECT tenant_id, event_id, type, attempts, error, received_at FROM inbox
           WHERE state = 'parked' ORDER BY received_at LIMIT 1000""",
        "sql",
    ),
    (
        "inbox_replay()",
        "bigint",
        """WITH again AS (UPDATE inbox SET state = 'waiting', attempts = 0, next_at = now()
           WHERE state = 'parked' RETURNING 1) SELECT count(*) FROM again""",
        "sql",
    ),
    (
        "machinery_purge()",
        "void",
        """DELETE FROM inbox WHERE state = 'done' AND received_at < now() - interval '14 days';
           DELETE FROM idempotency WHERE created_at < now() - interval '24 hours'""",
        "sql",
    ),
]


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
    upgrade(sys.argv[1], os.environ["PORTICO_MIGRATOR_URL"])
