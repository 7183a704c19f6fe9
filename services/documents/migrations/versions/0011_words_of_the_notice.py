"""F145: what a tenant has said in the mail about a customer's upload."""

from alembic import op

revision = "0011"
down_revision = "0010"

_COLUMN = "ALTER TABLE tenant_settings ADD COLUMN tell_text text NOT NULL DEFAULT ''"


def upgrade() -> None:
    op.execute(_COLUMN)
