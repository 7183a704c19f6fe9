"""What the CRM calls a note it brought, so that the same one is not written twice."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("ALTER TABLE entries ADD COLUMN external_id text")
    op.execute("CREATE UNIQUE INDEX entries_external ON entries (tenant_id, external_id) WHERE external_id IS NOT NULL")
