"""What a tenant's desk is made of, and what a case says about how and for what it was opened."""

from alembic import op

from kit.migrations import tenant_table

revision = "0004"
down_revision = "0003"

_TABLES = """
CREATE TABLE desks (
    tenant_id uuid NOT NULL,
    settings jsonb NOT NULL,
    previous jsonb,
    version integer NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id)
);;
CREATE TABLE groups (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    archived boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE TABLE group_members (
    tenant_id uuid NOT NULL,
    group_id uuid NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, group_id, person_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id) ON DELETE CASCADE
);;
CREATE INDEX group_members_person ON group_members (tenant_id, person_id);;
CREATE TABLE departments (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    archived boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE TABLE products (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    archived boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE TABLE categories (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    group_id uuid,
    form jsonb NOT NULL,
    position integer NOT NULL,
    archived boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id)
);;
CREATE TABLE request_templates (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    category_id uuid,
    product_id uuid,
    priority text CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    position integer NOT NULL,
    archived boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, category_id) REFERENCES categories (tenant_id, id),
    FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id)
);;
CREATE TABLE incoming_mails (
    tenant_id uuid NOT NULL,
    message_id text NOT NULL,
    sender text NOT NULL,
    subject text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('opened', 'noted', 'refused')),
    reason text,
    case_id uuid,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, message_id)
)
"""

# What a category, product or department is called is read by its id; none is ever deleted, only archived.
_CASES = """
ALTER TABLE cases
    ADD COLUMN category_id uuid,
    ADD COLUMN department_id uuid,
    ADD COLUMN product_id uuid,
    ADD COLUMN group_id uuid,
    ADD COLUMN fields jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN asset jsonb,
    ADD COLUMN opened_via text NOT NULL DEFAULT 'portal',
    ADD COLUMN external_id text,
    ADD COLUMN requester_email text
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    for table in ("desks", "groups", "group_members", "departments", "products", "categories"):
        tenant_table("cases", table)
    for table in ("request_templates", "incoming_mails"):
        tenant_table("cases", table)
    op.execute(_CASES)
    op.execute("CREATE UNIQUE INDEX cases_external ON cases (tenant_id, external_id) WHERE external_id IS NOT NULL")
    op.execute("ALTER TABLE people ADD COLUMN external_id text")
    op.execute("CREATE INDEX people_external ON people (tenant_id, external_id)")
    op.execute("CREATE INDEX people_email ON people (tenant_id, lower(email))")
