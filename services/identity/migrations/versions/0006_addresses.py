"""When a portal was set up; how a host name is proven, and proven again every day."""

from alembic import op

from kit.migrations import system_function

revision = "0006"
down_revision = "0005"

_COLUMNS = """
ALTER TABLE portal_settings ADD COLUMN installed_at timestamptz;;
ALTER TABLE hosts ADD COLUMN token text NOT NULL DEFAULT '', ADD COLUMN claimed_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN checked_at timestamptz, ADD COLUMN missing_since timestamptz
"""

# Taking them is the lease: whoever takes a host asks for its record, and nobody else does so before tomorrow.
# A host without a token was given by whoever runs the installation, and has no record to look for.
_DUE = """
WITH due AS (
    SELECT tenant_id, host FROM hosts WHERE verified_at IS NOT NULL AND token <> ''
    AND coalesce(checked_at, claimed_at) < now() - interval '1 day' LIMIT most FOR UPDATE SKIP LOCKED
)
UPDATE hosts h SET checked_at = now() FROM due WHERE h.tenant_id = due.tenant_id AND h.host = due.host
RETURNING h.tenant_id, h.host, h.token
"""
_LAPSE = "DELETE FROM hosts WHERE verified_at IS NULL AND claimed_at < now() - interval '14 days'"


def upgrade() -> None:
    for statement in _COLUMNS.split(";;"):
        op.execute(statement)
    due = "TABLE (tenant_id uuid, host text, token text)"
    system_function("identity", "hosts_due(most integer)", due, _DUE)
    system_function("identity", "hosts_lapse()", "void", _LAPSE)
