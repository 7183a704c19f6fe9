"""Why a registration was refused, tries to register, and who was invited when."""

from alembic import op

from kit.migrations import tenant_table

revision = "0003"
down_revision = "0002"

# A try is forgotten within the hour, by the next one of its tenant.
_TABLES = """
ALTER TABLE registrations ADD COLUMN reason text NOT NULL DEFAULT '';;
CREATE TABLE invitations (
    tenant_id uuid NOT NULL REFERENCES tenants,
    email_key text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, email_key)
);;
CREATE TABLE register_tries (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    ip text NOT NULL,
    email_key text NOT NULL,
    proven boolean NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX register_tries_ip ON register_tries (tenant_id, ip, at);;
CREATE INDEX register_tries_email ON register_tries (tenant_id, email_key, at);;
CREATE INDEX register_tries_at ON register_tries (tenant_id, at)
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    tenant_table("identity", "register_tries")
    tenant_table("identity", "invitations")
