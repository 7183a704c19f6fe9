"""Second factors, passkeys, signing PINs, identity providers."""

from alembic import op

from kit.migrations import tenant_table

revision = "0004"
down_revision = "0003"

# A person is a contact or a member of staff, so person_id has no foreign key: as with passwords and sessions.
_TABLES = """
CREATE TABLE totps (
    tenant_id uuid NOT NULL REFERENCES tenants,
    person_id uuid NOT NULL,
    sealed text NOT NULL,
    last_step bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);;
CREATE TABLE recovery_codes (
    tenant_id uuid NOT NULL REFERENCES tenants,
    person_id uuid NOT NULL,
    hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (tenant_id, person_id, hash)
);;
CREATE TABLE pins (
    tenant_id uuid NOT NULL REFERENCES tenants,
    person_id uuid NOT NULL,
    hash text NOT NULL,
    tries integer NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);;
CREATE TABLE passkeys (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    audience text NOT NULL CHECK (audience IN ('portal', 'console')),
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    host text NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT passkeys_credential UNIQUE (tenant_id, credential_id)
);;
CREATE INDEX passkeys_person ON passkeys (tenant_id, person_id);;
CREATE TABLE identity_providers (
    tenant_id uuid NOT NULL REFERENCES tenants,
    organisation_id uuid NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    sealed_secret text NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, organisation_id),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisations
)
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    for table in ("totps", "recovery_codes", "pins", "passkeys", "identity_providers"):
        tenant_table("identity", table)
    op.execute("CREATE INDEX login_tries_email ON login_tries (tenant_id, email_key, at)")
