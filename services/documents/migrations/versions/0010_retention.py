"""How long files are kept: a tenant's rules, a hold on single documents, and since when a case is closed."""

from alembic import op

from kit.migrations import system_function

revision = "0010"
down_revision = "0009"

_COLUMNS = """
ALTER TABLE documents ADD COLUMN legal_hold boolean NOT NULL DEFAULT false;;
ALTER TABLE tenant_settings ADD COLUMN case_days integer;;
ALTER TABLE tenant_settings ADD COLUMN loose_days integer;;
ALTER TABLE cases ADD COLUMN closed_at timestamptz;;
GRANT SELECT ON tenant_settings TO documents_system;;
CREATE POLICY system ON tenant_settings TO documents_system USING (true)
"""

# Of a case that is closed already nobody knows since when: its days begin now. Migrations stand under row-level
# security too, which is lifted for the owner meanwhile.
BACK_FILL = "UPDATE cases SET closed_at = now() WHERE closed"

_RULED = "SELECT tenant_id FROM tenant_settings WHERE case_days IS NOT NULL OR loose_days IS NOT NULL"


def upgrade() -> None:
    for statement in _COLUMNS.split(";;"):
        op.execute(statement)
    op.execute("ALTER TABLE cases NO FORCE ROW LEVEL SECURITY")
    op.execute(BACK_FILL)
    op.execute("ALTER TABLE cases FORCE ROW LEVEL SECURITY")
    system_function("documents", "retention_tenants()", "TABLE (tenant_id uuid)", _RULED)
