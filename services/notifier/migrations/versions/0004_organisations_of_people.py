"""Which organisations a contact acts for: a letter about a case goes to nobody who has left its organisation."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # NULL for whom identity has not said it of yet (E7): they are written to as before.
    op.execute("ALTER TABLE people ADD COLUMN organisation_ids uuid[]")
