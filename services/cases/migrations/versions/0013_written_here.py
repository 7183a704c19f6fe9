"""A note that was written here keeps its words, also once the CRM has a name for it."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Remember which notes were named afterwards."""
    op.execute("ALTER TABLE entries ADD COLUMN named boolean NOT NULL DEFAULT false")
