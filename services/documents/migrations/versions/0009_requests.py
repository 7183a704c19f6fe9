"""Requests for a document: what staff ask a contact for, until when, and what came."""

from alembic import op

from kit.migrations import system_function, tenant_table

revision = "0009"
down_revision = "0008"

_TABLE = """
CREATE TABLE requests (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    title text NOT NULL,
    note text NOT NULL,
    contact_id uuid NOT NULL,
    contact_name text NOT NULL,
    organisation_id uuid NOT NULL,
    case_id uuid,
    due_on date,
    state text NOT NULL CHECK (state IN ('open', 'received', 'closed')),
    document_id uuid,
    reason text NOT NULL,
    asked_by_id uuid NOT NULL,
    asked_by_name text NOT NULL,
    reminded_at timestamptz,
    due_told_at timestamptz,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id) ON DELETE SET NULL (document_id)
);;
CREATE INDEX requests_contact ON requests (tenant_id, contact_id, state);;
CREATE INDEX requests_case ON requests (tenant_id, case_id) WHERE case_id IS NOT NULL;;
CREATE INDEX requests_document ON requests (tenant_id, document_id) WHERE document_id IS NOT NULL;;
CREATE INDEX requests_created ON requests (tenant_id, created_at, id);;
CREATE INDEX requests_due ON requests (due_on) WHERE state = 'open' AND due_told_at IS NULL
"""

_DUE = """
SELECT tenant_id, id FROM requests WHERE state = 'open' AND due_told_at IS NULL
    AND (due_on <= today OR (due_on <= soon AND reminded_at IS NULL)) ORDER BY due_on LIMIT most
"""


def upgrade() -> None:
    for statement in _TABLE.split(";;"):
        op.execute(statement)
    tenant_table("documents", "requests", system=True)
    due = "requests_due(today date, soon date, most integer)"
    system_function("documents", due, "TABLE (tenant_id uuid, id uuid)", _DUE)
