"""Cases, their timelines and watchers, and the copies of who is who."""

from alembic import op

from kit.machinery import machinery
from kit.migrations import TENANT, system_function, tenant_table

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE cases (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    number integer NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    status text NOT NULL CHECK (status IN ('new', 'in_progress', 'waiting', 'resolved', 'closed')),
    priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    category text,
    organisation_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    contact_name text NOT NULL,
    assignee_id uuid,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, number)
);;
CREATE INDEX cases_updated ON cases (tenant_id, updated_at, id);;
CREATE INDEX cases_created ON cases (tenant_id, created_at, id);;
CREATE INDEX cases_organisation_updated ON cases (tenant_id, organisation_id, updated_at, id);;
CREATE INDEX cases_organisation_created ON cases (tenant_id, organisation_id, created_at, id);;
CREATE INDEX cases_contact_updated ON cases (tenant_id, contact_id, updated_at, id);;
CREATE INDEX cases_assignee_updated ON cases (tenant_id, assignee_id, updated_at, id) WHERE status <> 'closed';;
CREATE INDEX cases_open ON cases (tenant_id, organisation_id, status, priority) WHERE status <> 'closed';;
CREATE INDEX cases_subject ON cases USING gin (tenant_id, subject gin_trgm_ops);;
CREATE TABLE counters (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    value integer NOT NULL,
    PRIMARY KEY (tenant_id, name)
);;
CREATE TABLE entries (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('note', 'change', 'file')),
    visibility text NOT NULL CHECK (visibility IN ('customer', 'internal')),
    author_id uuid,
    author_kind text NOT NULL,
    author_name text NOT NULL,
    body text NOT NULL,
    field text,
    old text,
    new text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES cases (tenant_id, id) ON DELETE CASCADE
);;
CREATE INDEX entries_case ON entries (tenant_id, case_id, created_at, id);;
CREATE TABLE watchers (
    tenant_id uuid NOT NULL,
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, case_id, person_id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES cases (tenant_id, id) ON DELETE CASCADE
);;
CREATE INDEX watchers_person ON watchers (tenant_id, person_id);;
CREATE TABLE people (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    organisation_id uuid,
    active boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE TABLE organisations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
)
"""

# One statement, so that a reference costs no round trip of its own; the row lock makes numbers gapless
# among what is committed.
_NEXT_NUMBER = f"""
CREATE FUNCTION next_number(of text) RETURNS integer LANGUAGE sql AS $$
    INSERT INTO counters AS c (tenant_id, name, value) VALUES ({TENANT}, of, 1001)
    ON CONFLICT (tenant_id, name) DO UPDATE SET value = c.value + 1 RETURNING value
$$
"""

# T5: takes the tenant from the setting and nothing else. A reference is found by its number.
_SEARCH = f"""
SELECT id FROM (
    (SELECT id FROM cases WHERE tenant_id = {TENANT}
        AND number = substring(query from '^(?:[Cc][Aa][Ss][Ee]-)?([0-9]{{1,9}})$')::integer)
    UNION
    (SELECT id FROM cases WHERE tenant_id = {TENANT}
        AND subject ILIKE '%' || replace(replace(replace(query, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'
        ORDER BY updated_at DESC LIMIT most)
) AS hits LIMIT most
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    op.execute(_NEXT_NUMBER)
    op.execute("ALTER TABLE cases ALTER COLUMN number SET DEFAULT next_number('case')")
    for table in ("counters", "entries", "watchers", "people", "organisations"):
        tenant_table("cases", table)
    tenant_table("cases", "cases", system=True)
    system_function("cases", "case_search(query text, most integer)", "TABLE (id uuid)", _SEARCH)
    machinery("cases")
