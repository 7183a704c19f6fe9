"""Views: a list's filters, order and columns kept under a name, one's own or shared among staff."""

from alembic import op

from kit.migrations import tenant_table

revision = "0009"
down_revision = "0008"

_TABLES = """
CREATE TABLE saved_views (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    organisation_id uuid,
    name text NOT NULL,
    query jsonb NOT NULL,
    shared_with text NOT NULL,
    group_id uuid,
    is_default boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id),
    CHECK (shared_with IN ('nobody', 'group', 'staff') AND (shared_with = 'group') = (group_id IS NOT NULL))
);;
CREATE UNIQUE INDEX saved_views_name ON saved_views (tenant_id, owner_id, organisation_id, name) NULLS NOT DISTINCT;;
CREATE UNIQUE INDEX saved_views_default ON saved_views (tenant_id, owner_id, organisation_id) NULLS NOT DISTINCT
    WHERE is_default;;
CREATE INDEX saved_views_shared ON saved_views (tenant_id, name, id) WHERE shared_with <> 'nobody'
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    tenant_table("cases", "saved_views")
