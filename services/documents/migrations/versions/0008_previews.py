"""F156: the first pages of a file, drawn for its page: all in one object of their own."""

from alembic import op

from kit.migrations import system_function

revision = "0008"
down_revision = "0007"

_COLUMNS = """
ALTER TABLE documents ADD COLUMN preview_id uuid;;
ALTER TABLE documents ADD COLUMN preview_pages integer NOT NULL DEFAULT 0;;
CREATE INDEX documents_preview_id ON documents (tenant_id, preview_id) WHERE preview_id IS NOT NULL;;
DROP FUNCTION objects_known
"""

_KNOWN = """
SELECT d.tenant_id, k.id FROM unnest(tenant_ids, ids) AS k (tenant_id, id)
JOIN documents d ON d.tenant_id = k.tenant_id AND d.object_id = k.id
UNION ALL
SELECT d.tenant_id, k.id FROM unnest(tenant_ids, ids) AS k (tenant_id, id)
JOIN documents d ON d.tenant_id = k.tenant_id AND d.thumbnail_id = k.id
UNION ALL
SELECT d.tenant_id, k.id FROM unnest(tenant_ids, ids) AS k (tenant_id, id)
JOIN documents d ON d.tenant_id = k.tenant_id AND d.preview_id = k.id
"""


def upgrade() -> None:
    for statement in _COLUMNS.split(";;"):
        op.execute(statement)
    pairs = "TABLE (tenant_id uuid, id uuid)"
    system_function("documents", "objects_known(tenant_ids uuid[], ids uuid[])", pairs, _KNOWN)
