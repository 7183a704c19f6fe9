"""F143, F148: files that come in parts, and what a sender says a file's SHA-256 is."""

from alembic import op

from kit.migrations import system_function

revision = "0007"
down_revision = "0006"

_COLUMNS = """
ALTER TABLE documents ADD COLUMN upload_id text;;
ALTER TABLE documents ADD COLUMN part_size bigint;;
ALTER TABLE documents ADD COLUMN announced_sha256 text;;
CREATE INDEX documents_to_check ON documents (checking_until) WHERE state = 'checking' AND upload_id IS NOT NULL
"""

_DUE = """
SELECT tenant_id, id FROM documents WHERE state = 'checking' AND upload_id IS NOT NULL AND checking_until < now()
ORDER BY checking_until LIMIT most
"""


def upgrade() -> None:
    for statement in _COLUMNS.split(";;"):
        op.execute(statement)
    system_function("documents", "checks_due(most integer)", "TABLE (tenant_id uuid, id uuid)", _DUE)
