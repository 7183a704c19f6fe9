"""What every service's database has: what it has yet to say, what it has heard, what it was asked twice."""

from alembic import op

from kit.migrations import system_function, tenant_table


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
