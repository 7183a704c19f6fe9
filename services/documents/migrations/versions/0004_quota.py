"""What a tenant sets for its files, and how much room they take."""

from alembic import op

from kit.migrations import tenant_table

revision = "0004"
down_revision = "0003"

_TABLES = """
CREATE TABLE tenant_settings (
    tenant_id uuid NOT NULL,
    quota_bytes bigint CHECK (quota_bytes >= 0),
    tell_id uuid,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id)
);;
CREATE TABLE usage (
    tenant_id uuid NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (tenant_id)
);;
CREATE FUNCTION usage_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before bigint := 0;
    after bigint := 0;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state <> 'rejected' THEN before := OLD.size; END IF;
    IF TG_OP <> 'DELETE' AND NEW.state <> 'rejected' THEN after := NEW.size; END IF;
    IF before <> after THEN
        INSERT INTO usage (tenant_id, bytes) VALUES (coalesce(NEW.tenant_id, OLD.tenant_id), after - before)
        ON CONFLICT (tenant_id) DO UPDATE SET bytes = usage.bytes + excluded.bytes;
    END IF;
    RETURN NULL;
END $$;;
CREATE TRIGGER usage_count AFTER INSERT OR DELETE OR UPDATE OF state, size ON documents
    FOR EACH ROW EXECUTE FUNCTION usage_count()
"""

# Counted once, under the lock that making the trigger took: nothing comes or goes meanwhile.
COUNT = "INSERT INTO usage SELECT tenant_id, sum(size) FROM documents WHERE state <> 'rejected' GROUP BY tenant_id"


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    op.execute("ALTER TABLE documents NO FORCE ROW LEVEL SECURITY")
    op.execute(COUNT)
    op.execute("ALTER TABLE documents FORCE ROW LEVEL SECURITY")
    for table in ("tenant_settings", "usage"):
        tenant_table("documents", table)
