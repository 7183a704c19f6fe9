"""Invoices, and the copies that tell whose they are."""

from alembic import op

from kit.machinery import machinery
from kit.migrations import tenant_table

revision = "0001"
down_revision = None

# The keys are lower-case and in byte order, so that the beginning of a number is a range of its index.
_TABLES = """
CREATE TABLE invoices (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text NOT NULL,
    number text NOT NULL,
    number_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(number)) STORED,
    reference text,
    reference_key text COLLATE "C" GENERATED ALWAYS AS (lower(reference)) STORED,
    organisation_external_id text NOT NULL,
    contact_external_id text,
    status text NOT NULL CHECK (status IN ('paid', 'open', 'overdue', 'cancelled')),
    issued_on date NOT NULL,
    due_on date NOT NULL,
    paid_on date,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total_minor bigint NOT NULL,
    net_minor bigint,
    tax_minor bigint,
    terms text,
    lines jsonb NOT NULL,
    extra jsonb NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, external_id)
);;
CREATE INDEX invoices_issued ON invoices (tenant_id, issued_on, id);;
CREATE INDEX invoices_due ON invoices (tenant_id, due_on, id);;
CREATE INDEX invoices_number ON invoices (tenant_id, number_key, id);;
CREATE INDEX invoices_reference ON invoices (tenant_id, reference_key) WHERE reference_key IS NOT NULL;;
CREATE INDEX invoices_organisation_issued ON invoices (tenant_id, organisation_external_id, issued_on, id);;
CREATE INDEX invoices_organisation_due ON invoices (tenant_id, organisation_external_id, due_on, id);;
CREATE INDEX invoices_organisation_number ON invoices (tenant_id, organisation_external_id, number_key, id);;
CREATE INDEX invoices_contact_issued ON invoices (tenant_id, contact_external_id, issued_on, id)
    WHERE contact_external_id IS NOT NULL;;
CREATE TABLE organisations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    name text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX organisations_external ON organisations (tenant_id, external_id);;
CREATE TABLE contacts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX contacts_external ON contacts (tenant_id, external_id)
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    for table in ("invoices", "organisations", "contacts"):
        tenant_table("billing_view", table)
    machinery("billing_view")
