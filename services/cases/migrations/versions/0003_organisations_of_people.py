"""Every organisation a contact acts for, for managers who open cases for their colleagues."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("ALTER TABLE people ADD COLUMN organisation_ids uuid[]")
