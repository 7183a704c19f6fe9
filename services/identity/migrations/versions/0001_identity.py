"""Tenants and their addresses and settings, keys, organisations, contacts, staff, passwords, sessions."""

from alembic import op

from kit.machinery import machinery
from kit.migrations import TENANT, system_function, tenant_table

revision = "0001"
down_revision = None

# sort_name and email_key are stored because lower() is not leakproof: an index over the expression
# would go unused under row-level security. Slugs and proven hosts are the two things unique over all
# tenants, for an address can lead to one portal only.
_TABLES = """
CREATE TABLE tenants (
    tenant_id uuid PRIMARY KEY,
    slug text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'suspended')),
    created_at timestamptz NOT NULL
);;
CREATE UNIQUE INDEX tenants_slug ON tenants (slug);;
CREATE TABLE hosts (
    tenant_id uuid NOT NULL REFERENCES tenants,
    host text NOT NULL,
    verified_at timestamptz,
    PRIMARY KEY (tenant_id, host)
);;
CREATE UNIQUE INDEX hosts_verified ON hosts (host) WHERE verified_at IS NOT NULL;;
CREATE TABLE portal_settings (
    tenant_id uuid PRIMARY KEY REFERENCES tenants,
    name text NOT NULL,
    accent text NOT NULL,
    accent_dark text,
    support_email text NOT NULL,
    modules text[] NOT NULL,
    scopes jsonb NOT NULL,
    logo bytea,
    logo_type text,
    logo_hash text,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL
);;
CREATE TABLE keys (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('publishable', 'secret')),
    name text NOT NULL,
    prefix text NOT NULL,
    hash bytea NOT NULL,
    key text,
    scopes text[] NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK ((kind = 'publishable') = (key IS NOT NULL))
);;
CREATE INDEX keys_hash ON keys (hash);;
CREATE TABLE organisations (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    external_id text,
    name text NOT NULL,
    sort_name text NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
    parent_id uuid,
    active boolean NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT organisations_external UNIQUE (tenant_id, external_id),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES organisations DEFERRABLE INITIALLY DEFERRED
);;
CREATE INDEX organisations_sort ON organisations (tenant_id, sort_name, id);;
CREATE INDEX organisations_parent ON organisations (tenant_id, parent_id);;
CREATE INDEX organisations_search ON organisations USING gin (tenant_id, name gin_trgm_ops);;
CREATE TABLE contacts (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    external_id text,
    name text NOT NULL,
    sort_name text NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
    email text NOT NULL,
    email_key text NOT NULL GENERATED ALWAYS AS (lower(email)) STORED,
    organisation_id uuid NOT NULL,
    portal_enabled boolean NOT NULL,
    manager boolean NOT NULL,
    email_opt_out boolean NOT NULL,
    support_start_on date,
    support_end_on date,
    modules text[],
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT contacts_external UNIQUE (tenant_id, external_id),
    CONSTRAINT contacts_email UNIQUE (tenant_id, email_key),
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisations
);;
CREATE INDEX contacts_sort ON contacts (tenant_id, sort_name, id);;
CREATE INDEX contacts_organisation ON contacts (tenant_id, organisation_id, sort_name, id);;
CREATE INDEX contacts_search ON contacts USING gin (tenant_id, name gin_trgm_ops, email gin_trgm_ops);;
CREATE TABLE staff (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    name text NOT NULL,
    sort_name text NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
    email text NOT NULL,
    email_key text NOT NULL GENERATED ALWAYS AS (lower(email)) STORED,
    roles text[] NOT NULL,
    on_duty boolean NOT NULL,
    active boolean NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT staff_email UNIQUE (tenant_id, email_key)
);;
CREATE INDEX staff_sort ON staff (tenant_id, sort_name, id);;
CREATE TABLE passwords (
    tenant_id uuid NOT NULL REFERENCES tenants,
    person_id uuid NOT NULL,
    hash text NOT NULL,
    version integer NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);;
CREATE TABLE sessions (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    audience text NOT NULL CHECK (audience IN ('portal', 'console')),
    person_id uuid NOT NULL,
    password_version integer NOT NULL,
    ip text NOT NULL,
    user_agent text NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX sessions_token ON sessions (token_hash);;
CREATE INDEX sessions_person ON sessions (tenant_id, person_id);;
CREATE INDEX sessions_ip ON sessions (tenant_id, ip);;
CREATE INDEX sessions_ends ON sessions (ends_at);;
CREATE TABLE login_tries (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    ip text NOT NULL,
    email_key text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX login_tries_pair ON login_tries (tenant_id, ip, email_key, at);;
CREATE INDEX login_tries_ip ON login_tries (tenant_id, ip, at);;
CREATE INDEX login_tries_at ON login_tries (tenant_id, at);;
CREATE INDEX login_tries_old ON login_tries (at);;
CREATE VIEW portals WITH (security_invoker = true) AS
SELECT t.tenant_id, t.slug, t.status, s.name, s.accent, s.accent_dark, s.support_email, s.modules, s.scopes,
    s.logo_hash, s.version AS settings_version,
    ARRAY(SELECT h.host FROM hosts h WHERE h.tenant_id = t.tenant_id AND h.verified_at IS NOT NULL ORDER BY 1) AS hosts
FROM tenants t JOIN portal_settings s ON s.tenant_id = t.tenant_id
"""

_ACTIVE_KEY = "k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())"

_BY_KEY = f"""
SELECT to_jsonb(p) FROM keys k JOIN portals p ON p.tenant_id = k.tenant_id
WHERE k.hash = key_hash AND k.kind = 'publishable' AND {_ACTIVE_KEY} AND p.status = 'active' LIMIT 1
"""
_BY_SLUG = "SELECT to_jsonb(p) FROM portals p WHERE p.slug = wanted AND p.status = 'active'"
_BY_HOST = """
SELECT to_jsonb(p) FROM hosts h JOIN portals p ON p.tenant_id = h.tenant_id
WHERE h.host = wanted AND h.verified_at IS NOT NULL AND p.status = 'active'
"""

# That a key was used is written down at most once a minute, in the same statement.
_KEY_RESOLVE = f"""
WITH used AS (
    UPDATE keys k SET last_used_at = now() WHERE k.hash = key_hash AND k.kind = 'secret' AND {_ACTIVE_KEY}
    AND (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute')
)
SELECT k.id, k.name, k.scopes, to_jsonb(p) FROM keys k JOIN portals p ON p.tenant_id = k.tenant_id
WHERE k.hash = key_hash AND k.kind = 'secret' AND {_ACTIVE_KEY} AND p.status = 'active' LIMIT 1
"""

# All that ends a session is asked here, each time: its own ends, logout, another password, a person
# disabled or out of the support window, a suspended tenant. An organisation's whole tree is read only
# where a scope of the tenant reaches that far. In plpgsql, because its plan is kept: before PostgreSQL 18
# a function in SQL is planned at every call, which costs more than running it.
_SESSION_RESOLVE = """
#variable_conflict use_column
BEGIN RETURN QUERY
WITH RECURSIVE live AS (
    SELECT s.tenant_id, s.id, s.audience, s.person_id, least(s.ends_at, s.seen_at + idle) AS expires_at,
        coalesce(c.name, f.name) AS name, coalesce(c.email, f.email) AS email, c.organisation_id,
        coalesce(c.manager, false) AS manager, c.modules, f.roles, to_jsonb(p) AS portal,
        p.scopes::text LIKE '%"hierarchy"%' AS deep
    FROM sessions s
    JOIN portals p ON p.tenant_id = s.tenant_id AND p.status = 'active'
    JOIN passwords w ON w.tenant_id = s.tenant_id AND w.person_id = s.person_id AND w.version = s.password_version
    LEFT JOIN contacts c ON s.audience = 'portal' AND c.tenant_id = s.tenant_id AND c.id = s.person_id
        AND c.portal_enabled AND coalesce(c.support_start_on <= current_date, true)
        AND coalesce(c.support_end_on >= current_date, true)
    LEFT JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.active
    LEFT JOIN staff f ON s.audience = 'console' AND f.tenant_id = s.tenant_id AND f.id = s.person_id AND f.active
    WHERE s.token_hash = session_resolve.token_hash AND s.ended_at IS NULL AND s.ends_at > now()
        AND s.seen_at + idle > now() AND (o.id IS NOT NULL OR f.id IS NOT NULL)
    LIMIT 1
), touched AS (
    UPDATE sessions s SET seen_at = now() FROM live
    WHERE s.tenant_id = live.tenant_id AND s.id = live.id AND s.seen_at < now() - interval '1 minute'
), below (id) AS (
    SELECT organisation_id FROM live WHERE organisation_id IS NOT NULL
    UNION
    SELECT o.id FROM below JOIN live ON live.deep
    JOIN organisations o ON o.tenant_id = live.tenant_id AND o.parent_id = below.id
)
SELECT live.audience, live.expires_at, live.person_id, live.name, live.email, live.organisation_id,
    ARRAY(SELECT below.id FROM below LIMIT 500), live.manager, live.modules, live.roles, live.portal
FROM live;
END"""
_SESSION_COLUMNS = """TABLE (audience text, expires_at timestamptz, person_id uuid, name text, email text,
    organisation_id uuid, organisation_ids uuid[], manager boolean, modules text[], roles text[], portal jsonb)"""

_SESSION_END = "UPDATE sessions s SET ended_at = now() WHERE s.token_hash = session_end.token_hash AND ended_at IS NULL"

_PURGE = """
DELETE FROM sessions WHERE ends_at < now() - interval '30 days';
DELETE FROM login_tries WHERE at < now() - interval '1 hour'
"""

_LIKE = "'%' || replace(replace(replace(query, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'"
# T5: these take the tenant from the setting and nothing else.
_ORGANISATION_SEARCH = f"SELECT id FROM organisations WHERE tenant_id = {TENANT} AND name ILIKE {_LIKE} LIMIT most"
_CONTACT_SEARCH = f"""
SELECT id FROM contacts WHERE tenant_id = {TENANT} AND (name ILIKE {_LIKE} OR email ILIKE {_LIKE}) LIMIT most
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    tables = ("tenants", "hosts", "portal_settings", "keys", "organisations", "contacts", "staff", "passwords")
    for table in (*tables, "sessions", "login_tries"):
        tenant_table("identity", table, system=True)
    op.execute("GRANT SELECT ON portals TO identity_app, identity_system")
    functions = [
        ("tenant_by_key(key_hash bytea)", "jsonb", _BY_KEY),
        ("tenant_by_slug(wanted text)", "jsonb", _BY_SLUG),
        ("tenant_by_host(wanted text)", "jsonb", _BY_HOST),
        ("key_resolve(key_hash bytea)", "TABLE (id uuid, name text, scopes text[], portal jsonb)", _KEY_RESOLVE),
        ("session_end(token_hash bytea)", "void", _SESSION_END),
        ("identity_purge()", "void", _PURGE),
        ("organisation_search(query text, most integer)", "TABLE (id uuid)", _ORGANISATION_SEARCH),
        ("contact_search(query text, most integer)", "TABLE (id uuid)", _CONTACT_SEARCH),
    ]
    for signature, returns, body in functions:
        system_function("identity", signature, returns, body)
    resolve = "session_resolve(token_hash bytea, idle interval)"
    system_function("identity", resolve, _SESSION_COLUMNS, _SESSION_RESOLVE, language="plpgsql")
    machinery("identity")
