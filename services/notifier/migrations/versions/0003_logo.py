"""Whether a portal has a logo: a letter without one names the portal instead of showing a broken picture."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Until identity says so again (E7) no letter shows a logo: its name is never wrong.
    op.execute("ALTER TABLE portals ADD COLUMN has_logo boolean NOT NULL DEFAULT false")
