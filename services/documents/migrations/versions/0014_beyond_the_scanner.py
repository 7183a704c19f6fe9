"""Whether a tenant takes files that are larger than the virus scanner takes, marked as not scanned."""

from alembic import op

revision = "0014"
down_revision = "0013"

_COLUMN = "ALTER TABLE tenant_settings ADD COLUMN unscanned boolean NOT NULL DEFAULT false"


def upgrade() -> None:
    op.execute(_COLUMN)
