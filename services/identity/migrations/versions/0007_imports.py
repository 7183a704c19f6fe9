"""People and organisations out of a file: what was uploaded, how far it is, and how each row fared."""

from alembic import op

from kit.migrations import TENANT, system_function, tenant_table

revision = "0007"
down_revision = "0006"

# `position` counts the rows that are behind it: it moves in the transaction that does them. `key` and `email` are
# those of the columns chosen for them, so that what stands in a file twice is found however far apart it stands.
_TABLES = """
CREATE TABLE imports (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('organisations', 'contacts', 'leads')),
    state text NOT NULL CHECK (state IN ('mapping', 'checking', 'checked', 'running', 'done', 'stopped')),
    file_name text NOT NULL,
    header jsonb NOT NULL,
    sample jsonb NOT NULL,
    mapping jsonb NOT NULL,
    total integer NOT NULL,
    position integer NOT NULL,
    created integer NOT NULL,
    updated integer NOT NULL,
    unchanged integer NOT NULL,
    failed integer NOT NULL,
    changes jsonb NOT NULL,
    attempts integer NOT NULL,
    problem text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX imports_due ON imports (updated_at) WHERE state IN ('checking', 'running');;
CREATE TABLE import_rows (
    tenant_id uuid NOT NULL,
    import_id uuid NOT NULL,
    number integer NOT NULL,
    line integer NOT NULL,
    cells jsonb NOT NULL,
    key text,
    email text,
    result text CHECK (result IN ('created', 'updated', 'unchanged', 'failed')),
    changes jsonb,
    errors jsonb,
    PRIMARY KEY (tenant_id, import_id, number),
    FOREIGN KEY (tenant_id, import_id) REFERENCES imports ON DELETE CASCADE
);;
CREATE INDEX import_rows_key ON import_rows (tenant_id, import_id, key, number);;
CREATE INDEX import_rows_email ON import_rows (tenant_id, import_id, email, number) WHERE email IS NOT NULL
"""

# Whoever waited longest comes first, so that a long file of one tenant does not hold up a short one of another.
_DUE = """
SELECT tenant_id, id FROM imports WHERE state IN ('checking', 'running') ORDER BY updated_at LIMIT most
"""

# What travels with COMMIT: links that are made, and the end of what somebody had who is shut out.
_TOKENS_ISSUE = f"""
WITH said AS (SELECT issued::jsonb AS s), given AS (
    SELECT g.* FROM said, jsonb_to_recordset(said.s -> 'people') AS g (id uuid, hash text, person_id uuid, email text)
), over AS (
    UPDATE tokens t SET used_at = now() FROM given g, said
    WHERE t.tenant_id = {TENANT} AND t.person_id = g.person_id AND t.purpose = said.s ->> 'purpose'
        AND t.used_at IS NULL
)
INSERT INTO tokens (tenant_id, id, hash, purpose, person_id, email, data, created_at, expires_at)
SELECT {TENANT}, given.id, decode(given.hash, 'hex'), said.s ->> 'purpose', given.person_id, given.email,
    said.s -> 'data', now(), (said.s ->> 'expires_at')::timestamptz
FROM given, said
"""
_PEOPLE_SHUT = f"""
WITH shut AS (SELECT id::uuid FROM jsonb_array_elements_text(people::jsonb) AS id),
links AS (UPDATE tokens t SET used_at = now() FROM shut
    WHERE t.tenant_id = {TENANT} AND t.person_id = shut.id AND t.used_at IS NULL)
UPDATE sessions s SET ended_at = now() FROM shut
WHERE s.tenant_id = {TENANT} AND s.person_id = shut.id AND s.ended_at IS NULL
"""

# A report is kept for ninety days; what was uploaded goes with it.
_PURGE = """
DELETE FROM sessions WHERE ends_at < now() - interval '30 days';
DELETE FROM login_tries WHERE at < now() - interval '1 hour';
DELETE FROM tokens WHERE expires_at < now() - interval '30 days';
DELETE FROM imports WHERE updated_at < now() - interval '90 days'
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    for table in ("imports", "import_rows"):
        tenant_table("identity", table, system=True)
    due = "TABLE (tenant_id uuid, id uuid)"
    system_function("identity", "imports_due(most integer)", due, _DUE)
    op.execute("DROP FUNCTION identity_purge()")
    system_function("identity", "identity_purge()", "void", _PURGE)
    for signature, body in (("tokens_issue(issued text)", _TOKENS_ISSUE), ("people_shut(people text)", _PEOPLE_SHUT)):
        op.execute(f"CREATE FUNCTION {signature} RETURNS void LANGUAGE sql AS $body${body}$body$")
        name = signature.split("(")[0]
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO identity_app")
    # The trail's filters: whose doing, and between which days.
    op.execute("CREATE INDEX audit_actor ON audit (tenant_id, actor_id, number)")
    op.execute("CREATE INDEX audit_at ON audit (tenant_id, at)")
