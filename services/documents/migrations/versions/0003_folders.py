"""Folders: which files are on the portal, in which folder, for whom, and on which other records."""

from alembic import op

from kit.migrations import tenant_table

revision = "0003"
down_revision = "0002"

_TABLES = """
ALTER TABLE documents ADD COLUMN on_portal boolean NOT NULL DEFAULT true;;
ALTER TABLE documents ADD COLUMN folder text;;
ALTER TABLE documents ADD CONSTRAINT documents_folder CHECK (folder IN ('public', 'private')) NOT VALID;;
CREATE INDEX documents_folders ON documents (tenant_id, folder, created_at, id)
    WHERE state = 'ready' AND folder IS NOT NULL;;
CREATE TABLE record_links (
    tenant_id uuid NOT NULL,
    document_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('project', 'invoice', 'quote', 'order', 'contact', 'organisation')),
    record_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, document_id, kind, record_id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id) ON DELETE CASCADE
);;
CREATE INDEX record_links_record ON record_links (tenant_id, kind, record_id, document_id);;
CREATE TABLE projects (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    reference text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    on_portal boolean NOT NULL,
    documents_on_portal boolean NOT NULL,
    organisation_id uuid NOT NULL,
    archived boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE TABLE project_contacts (
    tenant_id uuid NOT NULL,
    project_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, project_id, contact_id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id) ON DELETE CASCADE
);;
CREATE INDEX project_contacts_contact ON project_contacts (tenant_id, contact_id, project_id)
"""

# F144, for what was uploaded before: a contact's file is for them and for the organisation they acted for, in the
# private folder. Migrations stand under row-level security too, which is lifted for the owner meanwhile.
BACK_FILL = """
UPDATE documents SET folder = 'private' WHERE uploaded_by_kind = 'contact' AND folder IS NULL;;
INSERT INTO record_links (tenant_id, document_id, kind, record_id)
SELECT d.tenant_id, d.id, l.kind, l.record_id FROM documents d
CROSS JOIN LATERAL (VALUES ('contact', d.uploaded_by_id), ('organisation', d.organisation_id)) AS l (kind, record_id)
WHERE d.uploaded_by_kind = 'contact' AND d.organisation_id IS NOT NULL ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    op.execute("ALTER TABLE documents NO FORCE ROW LEVEL SECURITY")
    for statement in BACK_FILL.split(";;"):
        op.execute(statement)
    op.execute("ALTER TABLE documents FORCE ROW LEVEL SECURITY")
    for table in ("record_links", "projects", "project_contacts"):
        tenant_table("documents", table)
