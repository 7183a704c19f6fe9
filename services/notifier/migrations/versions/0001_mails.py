"""Mails, the copies of who is who and of how portals look, and what is known of the outgoing server."""

from alembic import op

from kit.machinery import machinery
from kit.migrations import system_function, tenant_table

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE mails (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    template text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('notification', 'credential')),
    recipient text NOT NULL,
    recipient_id uuid NOT NULL,
    recipient_kind text NOT NULL CHECK (recipient_kind IN ('contact', 'staff')),
    recipient_name text NOT NULL,
    about text,
    data jsonb NOT NULL,
    trace text NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown')),
    tries integer NOT NULL,
    error text,
    created_at timestamptz NOT NULL,
    next_at timestamptz,
    sent_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, event_id, recipient, template)
);;
CREATE INDEX mails_created ON mails (tenant_id, created_at, id);;
CREATE INDEX mails_state_created ON mails (tenant_id, state, created_at, id);;
CREATE INDEX mails_recipient_created ON mails (tenant_id, recipient, created_at, id);;
CREATE INDEX mails_due ON mails (next_at) WHERE state IN ('queued', 'unknown');;
CREATE INDEX mails_leased ON mails (next_at) WHERE state = 'sending';;
CREATE INDEX mails_unsent ON mails (state) WHERE state <> 'sent';;
CREATE TABLE people (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    active boolean NOT NULL,
    opted_out boolean NOT NULL,
    on_duty boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX people_on_duty ON people (tenant_id, id) WHERE on_duty AND active AND kind = 'staff';;
CREATE TABLE portals (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    portal_url text NOT NULL,
    accent text NOT NULL,
    support_email text NOT NULL,
    modules text[] NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id)
);;
CREATE TABLE outgoing (
    tenant_id uuid NOT NULL,
    answers boolean NOT NULL,
    since timestamptz NOT NULL,
    checked_at timestamptz NOT NULL,
    error text,
    PRIMARY KEY (tenant_id)
);;
CREATE FUNCTION mails_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('mails', ''); RETURN NULL; END $$;;
CREATE TRIGGER mails_wake AFTER INSERT ON mails FOR EACH STATEMENT EXECUTE FUNCTION mails_wake()
"""

# A lease that has run out leaves a mail in doubt. A notification is taken again, under the same Message-ID;
# a credential stays in doubt for good. Whoever holds a row's lock is about to conclude it: it is passed by.
_TAKE = """
WITH lapsed AS MATERIALIZED (
    SELECT tenant_id, id FROM mails WHERE state = 'sending' AND next_at <= now() FOR UPDATE SKIP LOCKED
)
UPDATE mails m SET
    tries = m.tries + 1,
    error = cut,
    state = CASE WHEN m.kind = 'notification' AND m.tries + 1 >= most_tries THEN 'failed' ELSE 'unknown' END,
    next_at = CASE WHEN m.kind = 'notification' AND m.tries + 1 < most_tries THEN now() END
FROM lapsed WHERE m.tenant_id = lapsed.tenant_id AND m.id = lapsed.id;
WITH due AS MATERIALIZED (
    SELECT tenant_id, id FROM mails WHERE state IN ('queued', 'unknown') AND next_at <= now()
    ORDER BY next_at LIMIT most FOR UPDATE SKIP LOCKED
)
UPDATE mails m SET state = 'sending', next_at = now() + lease
FROM due WHERE m.tenant_id = due.tenant_id AND m.id = due.id RETURNING m.*
"""

# The outgoing server is the installation's, not a tenant's: its one row stands under no tenant, and only
# these two functions reach it.
_NOTE = """
INSERT INTO outgoing AS o (tenant_id, answers, since, checked_at, error)
VALUES ('00000000-0000-0000-0000-000000000000', problem IS NULL, now(), now(), problem)
ON CONFLICT (tenant_id) DO UPDATE SET answers = excluded.answers, checked_at = now(), error = excluded.error,
    since = CASE WHEN o.answers = excluded.answers THEN o.since ELSE now() END
"""

_FUNCTIONS = [
    ("mails_take(most integer, lease interval, most_tries integer, cut text)", "SETOF mails", _TAKE),
    (
        "mails_state()",
        "TABLE (state text, many bigint)",
        """SELECT s.state, count(m.state) FROM unnest(ARRAY['queued', 'sending', 'failed', 'unknown']) AS s (state)
           LEFT JOIN mails m ON m.state = s.state AND m.state <> 'sent' GROUP BY s.state""",
    ),
    ("outgoing_note(problem text)", "void", _NOTE),
    (
        "outgoing_state()",
        "TABLE (answers boolean, since timestamptz, checked_at timestamptz, error text)",
        "SELECT answers, since, checked_at, error FROM outgoing",
    ),
]


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    for table in ("mails", "outgoing"):
        tenant_table("notifier", table, system=True)
    for table in ("people", "portals"):
        tenant_table("notifier", table)
    for signature, returns, body in _FUNCTIONS:
        system_function("notifier", signature, returns, body)
    machinery("notifier")
