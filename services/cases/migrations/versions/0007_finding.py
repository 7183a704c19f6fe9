"""How cases are found: an index for every order of the list, and a search that knows how far its caller sees."""

from alembic import op

from kit.migrations import TENANT, system_function

revision = "0007"
down_revision = "0006"

_PRIORITY = "(CASE priority WHEN 'urgent' THEN 4 WHEN 'high' THEN 3 WHEN 'normal' THEN 2 ELSE 1 END)"
_STATUS = (
    "(CASE status WHEN 'new' THEN 5 WHEN 'in_progress' THEN 4 WHEN 'waiting' THEN 3 WHEN 'resolved' THEN 2 ELSE 1 END)"
)

_INDEXES = f"""
CREATE INDEX cases_priority ON cases (tenant_id, {_PRIORITY}, updated_at, id);;
CREATE INDEX cases_status ON cases (tenant_id, {_STATUS}, updated_at, id);;
CREATE INDEX cases_organisation_priority ON cases (tenant_id, organisation_id, {_PRIORITY}, updated_at, id);;
CREATE INDEX cases_organisation_status ON cases (tenant_id, organisation_id, {_STATUS}, updated_at, id);;
CREATE INDEX cases_organisation_number ON cases (tenant_id, organisation_id, number);;
CREATE INDEX cases_contact_created ON cases (tenant_id, contact_id, created_at, id);;
CREATE INDEX cases_open_updated ON cases (tenant_id, updated_at, id) WHERE status <> 'closed';;
CREATE INDEX cases_requester ON cases (tenant_id, lower(requester_email)) WHERE requester_email IS NOT NULL
"""

# T5: takes the tenant from the setting and nothing else. `organisations` (NULL: all) and `person` (NULL: everybody's)
# say how far the caller sees, so that the newest hits are the newest they may know of. Put together as text, because
# only a query planned for this very word tells a rare one (by its trigrams) from a common one (by the newest).
_SEARCH = f"""
DECLARE
    tenant constant uuid := {TENANT};
    word constant text := lower(btrim(query));
    named constant integer := substring(word from '^(?:[c]ase-)?([0-9]{{1,9}})$')::integer;
    pattern constant text :=
        '%' || replace(replace(replace(btrim(query), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
    within text := ' AND c.tenant_id = $1';
    hits text;
BEGIN
    IF cardinality(organisations) = 1 THEN within := within || ' AND c.organisation_id = ($4)[1]';
    ELSIF organisations IS NOT NULL THEN within := within || ' AND c.organisation_id = ANY ($4)';
    END IF;
    IF person IS NOT NULL THEN
        within := within || ' AND (c.contact_id = $5 OR c.id = ANY (ARRAY('
            'SELECT w.case_id FROM watchers w WHERE w.tenant_id = $1 AND w.person_id = $5)))';
    END IF;
    hits := '(SELECT c.id FROM cases c WHERE c.subject ILIKE $3' || within
        || ' ORDER BY c.updated_at DESC, c.id DESC LIMIT $6)';
    IF named IS NOT NULL THEN hits := hits || ' UNION (SELECT c.id FROM cases c WHERE c.number = $7' || within || ')';
    END IF;
    IF word IN ('low', 'normal', 'high', 'urgent') THEN
        hits := hits || ' UNION (SELECT c.id FROM cases c WHERE c.priority = $2' || within
            || ' ORDER BY c.updated_at DESC, c.id DESC LIMIT $6)';
    END IF;
    IF position('@' IN word) > 1 THEN
        hits := hits || ' UNION (SELECT c.id FROM cases c WHERE lower(c.requester_email) = $2' || within || ' LIMIT $6)'
            || ' UNION (SELECT c.id FROM people p JOIN cases c ON c.contact_id = p.id'
            || ' WHERE p.tenant_id = $1 AND lower(p.email) = $2' || within || ' LIMIT $6)';
    END IF;
    RETURN QUERY EXECUTE 'SELECT h.id FROM (' || hits || ') AS h LIMIT $6'
        USING tenant, word, pattern, organisations, person, most, named;
END
"""


def upgrade() -> None:
    for statement in _INDEXES.split(";;"):
        op.execute(statement)
    for table in ("people", "watchers"):
        op.execute(f"CREATE POLICY system ON {table} TO cases_system USING (true) WITH CHECK (true)")
        op.execute(f"GRANT SELECT ON {table} TO cases_system")
    signature = "cases_sought(query text, most integer, organisations uuid[], person uuid)"
    system_function("cases", signature, "TABLE (id uuid)", _SEARCH, language="plpgsql")
