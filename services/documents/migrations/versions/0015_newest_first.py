"""What a customer sees of files is put together from indexes alone."""

from alembic import op

revision = "0015"
down_revision = "0014"

_INDEXES = """
CREATE INDEX links_shown ON links (tenant_id, case_id, document_id) WHERE visibility = 'customer';;
CREATE INDEX documents_filed ON documents (tenant_id, folder, id) INCLUDE (organisation_id)
    WHERE folder IS NOT NULL AND state = 'ready'
"""


def upgrade() -> None:
    for statement in _INDEXES.split(";;"):
        op.execute(statement)
