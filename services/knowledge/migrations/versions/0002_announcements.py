"""Announcements: what is known to be out of order, and the categories of cases it concerns."""

from alembic import op

from kit.migrations import tenant_table

revision = "0002"
down_revision = "0001"

_TABLES = """
CREATE TABLE announcements (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    categories text[] NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    version integer NOT NULL,
    author_name text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX announcements_starts ON announcements (tenant_id, starts_at, id)
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    tenant_table("knowledge", "announcements")
