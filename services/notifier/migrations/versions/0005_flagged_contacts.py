"""F142: of which contacts' files the team is to hear."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("ALTER TABLE people ADD COLUMN notify_team boolean NOT NULL DEFAULT false")
