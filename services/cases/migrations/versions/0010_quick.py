"""What 20,000 people and a million cases made slow: whom a case's follower is chosen from, and a common word."""

from alembic import op

from kit.migrations import TENANT, system_function

revision = "0010"
down_revision = "0009"

# T5: containment is not leakproof, so under row-level security no index answers who belongs to an organisation.
_PEOPLE = f"""
SELECT p.id, p.name FROM people p WHERE p.tenant_id = {TENANT} AND p.kind = 'contact' AND p.active
    AND (p.organisation_ids @> ARRAY[organisation] OR (p.organisation_ids IS NULL AND p.organisation_id = organisation))
ORDER BY p.name, p.id LIMIT most
"""

# The same search as before (0007), which now decides itself how to go about it: the planner may not use statistics of
# what row-level security guards, takes each word for a rare one, and fetches and sorts all that a common one fits.
# Where many of the newest cases fit, the newest are walked through until there are enough.
_PROBED, _COMMON = 500, 15
_SEARCH = f"""
DECLARE
    tenant constant uuid := {TENANT};
    word constant text := lower(btrim(query));
    named constant integer := substring(word from '^(?:[c]ase-)?([0-9]{{1,9}})$')::integer;
    pattern constant text :=
        '%' || replace(replace(replace(btrim(query), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
    within text := ' c.tenant_id = $1';
    newest constant text := ' ORDER BY c.updated_at DESC, c.id DESC LIMIT ';
    hits text;
    seen bigint;
BEGIN
    IF cardinality(organisations) = 1 THEN within := within || ' AND c.organisation_id = ($4)[1]';
    ELSIF organisations IS NOT NULL THEN within := within || ' AND c.organisation_id = ANY ($4)';
    END IF;
    IF person IS NOT NULL THEN
        within := within || ' AND (c.contact_id = $5 OR c.id = ANY (ARRAY('
            'SELECT w.case_id FROM watchers w WHERE w.tenant_id = $1 AND w.person_id = $5)))';
    END IF;
    IF person IS NULL THEN
        EXECUTE 'SELECT count(*) FROM (SELECT c.subject FROM cases c WHERE' || within || newest || '{_PROBED}) AS tried'
            ' WHERE subject ILIKE $3' INTO seen USING tenant, word, pattern, organisations;
        IF seen >= {_COMMON} THEN
            PERFORM set_config(name, 'off', true)
            FROM unnest(ARRAY['enable_bitmapscan', 'enable_seqscan', 'enable_sort']) AS name;
        END IF;
    END IF;
    hits := '(SELECT c.id FROM cases c WHERE c.subject ILIKE $3 AND' || within || newest || '$6)';
    IF named IS NOT NULL THEN
        hits := hits || ' UNION (SELECT c.id FROM cases c WHERE c.number = $7 AND' || within || ')';
    END IF;
    IF word IN ('low', 'normal', 'high', 'urgent') THEN
        hits := hits || ' UNION (SELECT c.id FROM cases c WHERE c.priority = $2 AND' || within || newest || '$6)';
    END IF;
    IF position('@' IN word) > 1 THEN
        hits := hits || ' UNION (SELECT c.id FROM cases c WHERE lower(c.requester_email) = $2 AND' || within
            || ' LIMIT $6) UNION (SELECT c.id FROM people p JOIN cases c ON c.contact_id = p.id'
            || ' WHERE p.tenant_id = $1 AND lower(p.email) = $2 AND' || within || ' LIMIT $6)';
    END IF;
    RETURN QUERY EXECUTE 'SELECT h.id FROM (' || hits || ') AS h LIMIT $6'
        USING tenant, word, pattern, organisations, person, most, named;
END
"""

# With what is asked of them behind the order: so a case that does not fit is passed by without being fetched.
_OLDEST = "tenant_id, created_at, id, status, priority"


def upgrade() -> None:
    op.execute("CREATE INDEX people_organisations ON people USING gin (tenant_id, organisation_ids)")
    untold = "WHERE organisation_ids IS NULL"
    op.execute(f"CREATE INDEX people_organisation ON people (tenant_id, organisation_id, name, id) {untold}")
    # The oldest that are new and urgent: looked for among the open ones, not among all there ever were.
    op.execute(f"CREATE INDEX cases_open_created ON cases ({_OLDEST}) WHERE status <> 'closed'")
    people = "people_of(organisation uuid, most integer)"
    system_function("cases", people, "TABLE (id uuid, name text)", _PEOPLE)
    op.execute("DROP FUNCTION cases_sought(text, integer, uuid[], uuid)")
    signature = "cases_sought(query text, most integer, organisations uuid[], person uuid)"
    system_function("cases", signature, "TABLE (id uuid)", _SEARCH, language="plpgsql")
    # Set here, each is put back at the function's end, whatever the function set it to.
    for name in ("bitmapscan", "seqscan", "sort"):
        op.execute(f"ALTER FUNCTION cases_sought SET enable_{name} = on")
    # Ten milliseconds of work: to begin two helpers takes longer.
    op.execute("ALTER FUNCTION cases_sought SET max_parallel_workers_per_gather = 0")
