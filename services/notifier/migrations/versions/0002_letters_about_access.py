"""Letters to people without an account, and the looks of a letter that are the tenant's company's."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE mails DROP CONSTRAINT mails_recipient_kind_check")
    kinds = "recipient_kind IN ('contact', 'staff', 'stranger')"
    op.execute(f"ALTER TABLE mails ADD CONSTRAINT mails_recipient_kind_check CHECK ({kinds}) NOT VALID")
    op.execute("ALTER TABLE mails VALIDATE CONSTRAINT mails_recipient_kind_check")
