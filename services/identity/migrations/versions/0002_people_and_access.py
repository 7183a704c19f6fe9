"""Leads, memberships, tokens, registrations, the audit trail; sessions that look only, and sessions by organisation."""

from alembic import op

from kit.migrations import TENANT, system_function, tenant_table

revision = "0002"
down_revision = "0001"

# A lead is a contact of a prospect: an organisation of their own, which is no customer yet. So whatever is
# true of contacts is true of leads, an address of theirs being nobody else's first of all (F025, F026).
_TABLES = """
ALTER TABLE portal_settings ADD COLUMN access jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN company jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN landing text NOT NULL DEFAULT 'home', ADD COLUMN welcome text NOT NULL DEFAULT '';;
ALTER TABLE organisations ADD COLUMN kind text NOT NULL DEFAULT 'customer' CHECK (kind IN ('customer', 'prospect')),
    ADD COLUMN phone text NOT NULL DEFAULT '', ADD COLUMN website text NOT NULL DEFAULT '',
    ADD COLUMN address jsonb NOT NULL DEFAULT '{}', ADD COLUMN email_domains text[] NOT NULL DEFAULT '{}',
    ADD COLUMN registered_office text NOT NULL DEFAULT '', ADD COLUMN business_type text NOT NULL DEFAULT '';;
ALTER TABLE contacts ADD COLUMN kind text NOT NULL DEFAULT 'contact' CHECK (kind IN ('contact', 'lead')),
    ADD COLUMN phone text NOT NULL DEFAULT '', ADD COLUMN job_title text NOT NULL DEFAULT '',
    ADD COLUMN can_sign boolean NOT NULL DEFAULT false, ADD COLUMN may_reset_pin boolean NOT NULL DEFAULT true,
    ADD COLUMN faq boolean NOT NULL DEFAULT true, ADD COLUMN notify_team boolean NOT NULL DEFAULT false,
    ADD COLUMN invited_at timestamptz, ADD COLUMN activated_at timestamptz, ADD COLUMN last_login_at timestamptz;;
ALTER TABLE staff ADD COLUMN last_login_at timestamptz;;
ALTER TABLE passwords ALTER COLUMN hash DROP NOT NULL, ADD COLUMN must_change boolean NOT NULL DEFAULT false;;
ALTER TABLE sessions ADD COLUMN organisation_id uuid, ADD COLUMN method text NOT NULL DEFAULT 'password';;
CREATE TABLE memberships (
    tenant_id uuid NOT NULL REFERENCES tenants,
    contact_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    manager boolean NOT NULL,
    modules text[],
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, organisation_id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisations
);;
CREATE INDEX memberships_organisation ON memberships (tenant_id, organisation_id, contact_id);;
CREATE TABLE tokens (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    hash bytea NOT NULL,
    purpose text NOT NULL,
    person_id uuid,
    email text NOT NULL,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT tokens_hash UNIQUE (tenant_id, hash)
);;
CREATE INDEX tokens_person ON tokens (tenant_id, person_id, purpose);;
CREATE INDEX tokens_expires ON tokens (expires_at);;
CREATE TABLE registrations (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'mapped', 'refused')),
    name text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL GENERATED ALWAYS AS (lower(email)) STORED,
    company text NOT NULL,
    phone text NOT NULL,
    message text NOT NULL,
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by text,
    contact_id uuid,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX registrations_state ON registrations (tenant_id, state, id);;
CREATE UNIQUE INDEX registrations_waiting ON registrations (tenant_id, email_key) WHERE state = 'waiting';;
CREATE TABLE audit (
    tenant_id uuid NOT NULL REFERENCES tenants,
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL,
    place text NOT NULL,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid,
    subject_name text NOT NULL,
    changes jsonb NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (tenant_id, number)
);;
CREATE INDEX audit_subject ON audit (tenant_id, subject_id, number);;
DROP FUNCTION session_resolve(bytea, interval);;
CREATE OR REPLACE VIEW portals WITH (security_invoker = true) AS
SELECT t.tenant_id, t.slug, t.status, s.name, s.accent, s.accent_dark, s.support_email, s.modules, s.scopes,
    s.logo_hash, s.version AS settings_version,
    ARRAY(SELECT h.host FROM hosts h WHERE h.tenant_id = t.tenant_id AND h.verified_at IS NOT NULL ORDER BY 1) AS hosts,
    s.access, s.company, s.landing, s.welcome
FROM tenants t JOIN portal_settings s ON s.tenant_id = t.tenant_id
"""

# As before, and: a contact acts for the organisation the session names, as long as they belong to it, else for
# their own. After the end of the support window the tenant may let them look (F052). A password that must be
# changed opens nothing but the page to change it.
_SESSION_RESOLVE = """
#variable_conflict use_column
BEGIN RETURN QUERY
WITH RECURSIVE live AS (
    SELECT s.tenant_id, s.id, s.audience, s.person_id, least(s.ends_at, s.seen_at + idle) AS expires_at,
        coalesce(c.name, f.name) AS name, coalesce(c.email, f.email) AS email, o.id AS organisation_id,
        coalesce(m.manager, c.manager, false) AS manager,
        CASE WHEN m.contact_id IS NULL THEN c.modules ELSE m.modules END AS modules, f.roles,
        coalesce(c.can_sign, false) AS can_sign, coalesce(c.faq, true) AS faq, w.must_change,
        coalesce(c.support_end_on < current_date, false) AS read_only, to_jsonb(p) AS portal,
        p.scopes::text LIKE '%"hierarchy"%' AS deep
    FROM sessions s
    JOIN portals p ON p.tenant_id = s.tenant_id AND p.status = 'active'
    JOIN passwords w ON w.tenant_id = s.tenant_id AND w.person_id = s.person_id AND w.version = s.password_version
    LEFT JOIN contacts c ON s.audience = 'portal' AND c.tenant_id = s.tenant_id AND c.id = s.person_id
        AND c.portal_enabled AND coalesce(c.support_start_on <= current_date, true)
        AND (coalesce(c.support_end_on >= current_date, true) OR p.access ->> 'after_window' = 'read_only')
    LEFT JOIN memberships m ON m.tenant_id = c.tenant_id AND m.contact_id = c.id
        AND m.organisation_id = s.organisation_id
    LEFT JOIN organisations o ON o.tenant_id = c.tenant_id
        AND o.id = coalesce(m.organisation_id, c.organisation_id) AND o.active
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
SELECT live.id, live.audience, live.expires_at, live.person_id, live.name, live.email, live.organisation_id,
    ARRAY(SELECT below.id FROM below LIMIT 500), live.manager, live.modules, live.roles, live.can_sign, live.faq,
    live.must_change, live.read_only, live.portal
FROM live;
END"""
_SESSION_COLUMNS = """TABLE (session_id uuid, audience text, expires_at timestamptz, person_id uuid, name text,
    email text, organisation_id uuid, organisation_ids uuid[], manager boolean, modules text[], roles text[],
    can_sign boolean, faq boolean, must_change boolean, read_only boolean, portal jsonb)"""

# O+8: the only way a line comes into the trail, and none ever changes or goes: the app role may read it and
# call this. Lines of a tenant are numbered without a gap and each holds the hash of the one before.
_AUDIT_HASH = """
SELECT sha256(previous || convert_to(jsonb_build_array(number, to_char(at AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.US'), actor_kind, actor_id, actor_name, place, action, subject_kind, subject_id,
    subject_name, changes)::text, 'UTF8'))
"""
_AUDIT_NOTE = f"""
DECLARE last record; line record; tenant uuid := {TENANT};
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('audit/' || tenant, 0));
    SELECT a.number, a.hash INTO last FROM audit a WHERE a.tenant_id = tenant ORDER BY a.number DESC LIMIT 1;
    FOR line IN SELECT n.*, row_number() OVER () + coalesce(last.number, 0) AS number, clock_timestamp() AS at
        FROM jsonb_to_recordset(lines::jsonb) AS n (actor_kind text, actor_id uuid, actor_name text, place text,
            action text, subject_kind text, subject_id uuid, subject_name text, changes jsonb)
    LOOP
        INSERT INTO audit (tenant_id, number, at, actor_kind, actor_id, actor_name, place, action, subject_kind,
            subject_id, subject_name, changes, previous, hash)
        SELECT tenant, line.number, line.at, line.actor_kind, line.actor_id, line.actor_name, line.place,
            line.action, line.subject_kind, line.subject_id, line.subject_name, line.changes, p.previous,
            audit_hash(p.previous, line.number, line.at, line.actor_kind, line.actor_id, line.actor_name, line.place,
                line.action, line.subject_kind, line.subject_id, line.subject_name, line.changes)
        FROM (SELECT coalesce(last.hash, ''::bytea) AS previous) p
        RETURNING number, hash INTO last;
    END LOOP;
END"""
_AUDIT_BROKEN = """
SELECT a.number FROM (
    SELECT *, lag(hash, 1, ''::bytea) OVER (ORDER BY number) AS before,
        lag(number, 1, 0::bigint) OVER (ORDER BY number) AS number_before FROM audit
) a
WHERE a.previous <> a.before OR a.number <> a.number_before + 1 OR a.hash <> audit_hash(a.previous, a.number, a.at,
    a.actor_kind, a.actor_id, a.actor_name, a.place, a.action, a.subject_kind, a.subject_id, a.subject_name, a.changes)
ORDER BY a.number LIMIT 1
"""
_HASHED = """previous bytea, number bigint, at timestamptz, actor_kind text, actor_id uuid, actor_name text, place text,
    action text, subject_kind text, subject_id uuid, subject_name text, changes jsonb"""

_PURGE = """
DELETE FROM sessions WHERE ends_at < now() - interval '30 days';
DELETE FROM login_tries WHERE at < now() - interval '1 hour';
DELETE FROM tokens WHERE expires_at < now() - interval '30 days'
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    for table in ("memberships", "tokens", "registrations", "audit"):
        tenant_table("identity", table, system=True)
    op.execute("REVOKE INSERT, UPDATE, DELETE ON audit FROM identity_app")
    op.execute("REVOKE UPDATE, DELETE ON audit FROM identity_system")
    resolve = "session_resolve(token_hash bytea, idle interval)"
    system_function("identity", resolve, _SESSION_COLUMNS, _SESSION_RESOLVE, language="plpgsql")
    op.execute("DROP FUNCTION identity_purge()")
    system_function("identity", "identity_purge()", "void", _PURGE)
    system_function("identity", f"audit_hash({_HASHED})", "bytea", _AUDIT_HASH)
    system_function("identity", "audit_note(lines text)", "void", _AUDIT_NOTE, language="plpgsql")
    op.execute(f"CREATE VIEW audit_broken WITH (security_invoker = true) AS {_AUDIT_BROKEN}")
    op.execute("GRANT SELECT ON audit_broken TO identity_app")
