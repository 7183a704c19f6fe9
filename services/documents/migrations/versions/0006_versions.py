"""Versions of a document: the files it had before stand beside it, and never in a list."""

from alembic import op

revision = "0006"
down_revision = "0005"

_CHANGES = """
ALTER TABLE documents ADD COLUMN version_of uuid;;
ALTER TABLE documents ADD COLUMN number integer NOT NULL DEFAULT 1;;
ALTER TABLE documents ADD CONSTRAINT documents_version_of FOREIGN KEY (tenant_id, version_of)
    REFERENCES documents (tenant_id, id) ON DELETE CASCADE NOT VALID;;
CREATE INDEX documents_versions ON documents (tenant_id, version_of, number) WHERE version_of IS NOT NULL;;
DROP INDEX documents_object;;
ALTER TABLE documents ADD CONSTRAINT documents_object UNIQUE (tenant_id, object_id) DEFERRABLE INITIALLY DEFERRED;;
ALTER TABLE tenant_settings ADD COLUMN old_versions boolean NOT NULL DEFAULT false
"""


def upgrade() -> None:
    for statement in _CHANGES.split(";;"):
        op.execute(statement)
