"""F155: small pictures of documents."""

from alembic import op

from kit.migrations import system_function

revision = "0005"
down_revision = "0004"

_COLUMNS = """
ALTER TABLE documents ADD COLUMN thumbnail_id uuid;;
ALTER TABLE documents ADD COLUMN thumbnail text;;
ALTER TABLE documents ADD CONSTRAINT documents_thumbnail CHECK (thumbnail IN ('made', 'none')) NOT VALID;;
ALTER TABLE tenant_settings ADD COLUMN thumbnails boolean NOT NULL DEFAULT true;;
CREATE INDEX documents_thumbnail_id ON documents (tenant_id, thumbnail_id) WHERE thumbnail_id IS NOT NULL;;
CREATE INDEX documents_to_draw ON documents (ready_at) WHERE state = 'ready' AND thumbnail IS NULL;;
DROP FUNCTION objects_known
"""

_KNOWN = """
SELECT d.tenant_id, k.id FROM unnest(tenant_ids, ids) AS k (tenant_id, id)
JOIN documents d ON d.tenant_id = k.tenant_id AND d.object_id = k.id
UNION ALL
SELECT d.tenant_id, k.id FROM unnest(tenant_ids, ids) AS k (tenant_id, id)
JOIN documents d ON d.tenant_id = k.tenant_id AND d.thumbnail_id = k.id
"""

_DUE = """
SELECT tenant_id, id FROM documents WHERE state = 'ready' AND thumbnail IS NULL
ORDER BY ready_at LIMIT most
"""


def upgrade() -> None:
    for statement in _COLUMNS.split(";;"):
        op.execute(statement)
    pairs = "TABLE (tenant_id uuid, id uuid)"
    system_function("documents", "objects_known(tenant_ids uuid[], ids uuid[])", pairs, _KNOWN)
    system_function("documents", "thumbnails_due(most integer)", pairs, _DUE)
