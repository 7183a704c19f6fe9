"""What the CRM calls its files, and the cases and projects that it names for them."""

from alembic import op

revision = "0012"
down_revision = "0011"

_COLUMNS = """
ALTER TABLE documents ADD COLUMN external_id text;;
ALTER TABLE cases ADD COLUMN external_id text;;
CREATE UNIQUE INDEX documents_external ON documents (tenant_id, external_id) WHERE external_id IS NOT NULL;;
CREATE INDEX cases_external ON cases (tenant_id, external_id) WHERE external_id IS NOT NULL;;
CREATE INDEX cases_reference ON cases (tenant_id, reference);;
CREATE INDEX projects_reference ON projects (tenant_id, reference)
"""


def upgrade() -> None:
    for statement in _COLUMNS.split(";;"):
        op.execute(statement)
