"""Providers that are switched off, since when a PIN is locked, which end of support was told, what a session says."""

from alembic import op

from kit.migrations import system_function

revision = "0008"
down_revision = "0007"

_COLUMNS = """
ALTER TABLE identity_providers ADD COLUMN active boolean NOT NULL DEFAULT true;;
ALTER TABLE contacts ADD COLUMN renewal_told_on date;;
ALTER TABLE pins ADD COLUMN locked_at timestamptz;;
CREATE POLICY system ON totps FOR SELECT TO identity_system USING (true);;
GRANT SELECT (tenant_id, person_id) ON totps TO identity_system
"""

# As `session_acting`, which stays for whoever still runs as before, and: it says when support ends (F087), and staff
# whose tenant asks for a second factor are nobody without one, however they came in before it did.
_SESSION_KNOWN = """
#variable_conflict use_column
BEGIN RETURN QUERY
WITH RECURSIVE live AS (
    SELECT s.tenant_id, s.id, s.audience, s.person_id, least(s.ends_at, s.seen_at + idle) AS expires_at,
        coalesce(c.name, f.name) AS name, coalesce(c.email, f.email) AS email, o.id AS organisation_id,
        coalesce(m.manager, c.manager, false) AS manager,
        CASE WHEN m.contact_id IS NULL THEN c.modules ELSE m.modules END AS modules, f.roles,
        coalesce(c.can_sign, false) AS can_sign, coalesce(c.faq, true) AS faq, w.must_change,
        coalesce(c.support_end_on < current_date, false) AS read_only, to_jsonb(p) AS portal,
        p.scopes::text LIKE '%"hierarchy"%' AS deep, c.organisation_id AS home_id, c.support_end_on
    FROM sessions s
    JOIN portals p ON p.tenant_id = s.tenant_id AND p.status = 'active'
    JOIN passwords w ON w.tenant_id = s.tenant_id AND w.person_id = s.person_id AND w.version = s.password_version
    LEFT JOIN contacts c ON s.audience = 'portal' AND c.tenant_id = s.tenant_id AND c.id = s.person_id
        AND c.portal_enabled AND coalesce(c.support_start_on <= current_date, true)
        AND (coalesce(c.support_end_on >= current_date, true) OR p.access ->> 'after_window' = 'read_only')
    LEFT JOIN (memberships m JOIN organisations a
            ON a.tenant_id = m.tenant_id AND a.id = m.organisation_id AND a.active)
        ON m.tenant_id = c.tenant_id AND m.contact_id = c.id AND m.organisation_id <> c.organisation_id
        AND m.organisation_id = coalesce(wanted, s.organisation_id)
    LEFT JOIN organisations o ON o.tenant_id = c.tenant_id
        AND o.id = coalesce(m.organisation_id, c.organisation_id) AND o.active
    LEFT JOIN staff f ON s.audience = 'console' AND f.tenant_id = s.tenant_id AND f.id = s.person_id AND f.active
        AND (NOT coalesce((p.access ->> 'staff_second_factor')::boolean, false) OR s.method = 'passkey'
            OR EXISTS (SELECT FROM totps t WHERE t.tenant_id = s.tenant_id AND t.person_id = s.person_id))
    WHERE s.token_hash = session_known.token_hash AND s.ended_at IS NULL AND s.ends_at > now()
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
), theirs (tenant_id, id) AS (
    SELECT live.tenant_id, home_id FROM live WHERE home_id IS NOT NULL
    UNION
    SELECT live.tenant_id, m.organisation_id FROM live
    JOIN memberships m ON m.tenant_id = live.tenant_id AND m.contact_id = live.person_id
)
SELECT live.id, live.audience, live.expires_at, live.person_id, live.name, live.email, live.organisation_id,
    ARRAY(SELECT below.id FROM below LIMIT 500), live.manager, live.modules, live.roles, live.can_sign, live.faq,
    live.must_change, live.read_only, live.portal,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) ORDER BY o.sort_name, o.id), '[]')
        FROM theirs JOIN organisations o ON o.tenant_id = theirs.tenant_id AND o.id = theirs.id AND o.active),
    live.support_end_on
FROM live;
END"""
_SESSION_COLUMNS = """TABLE (session_id uuid, audience text, expires_at timestamptz, person_id uuid, name text,
    email text, organisation_id uuid, organisation_ids uuid[], manager boolean, modules text[], roles text[],
    can_sign boolean, faq boolean, must_change boolean, read_only boolean, portal jsonb, organisations jsonb,
    support_end_on date)"""

# Whose end of support is near and was not told yet. Nothing is taken here: whoever tells it marks it in the same
# transaction, so of two workers one does.
_RENEWALS_DUE = """
SELECT c.tenant_id, c.id FROM contacts c
JOIN portal_settings s ON s.tenant_id = c.tenant_id
JOIN tenants t ON t.tenant_id = c.tenant_id AND t.status = 'active'
JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.active
WHERE c.portal_enabled AND c.support_end_on >= current_date
    AND c.support_end_on - current_date <= coalesce((s.access ->> 'support_notice_days')::integer, 60)
    AND coalesce((s.access ->> 'support_notice_days')::integer, 60) > 0
    AND c.renewal_told_on IS DISTINCT FROM c.support_end_on
ORDER BY c.tenant_id, c.id LIMIT most
"""


def upgrade() -> None:
    for statement in _COLUMNS.split(";;"):
        op.execute(statement)
    known = "session_known(token_hash bytea, idle interval, wanted uuid)"
    system_function("identity", known, _SESSION_COLUMNS, _SESSION_KNOWN, language="plpgsql")
    due = "TABLE (tenant_id uuid, id uuid)"
    system_function("identity", "renewals_due(most integer)", due, _RENEWALS_DUE)
