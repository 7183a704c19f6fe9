"""A search within a list: what narrows the list narrows the search itself, which finds the newest that are left.

The newest are walked through in an index that holds what is asked of most: at a million cases, those of one customer
lie scattered over the table, and to fetch seven thousand of them for a common word took most of a search's time.
"""

from alembic import op

from kit.migrations import TENANT, system_function

revision = "0012"
down_revision = "0011"

# What may narrow a search, by its name in `narrowed`: of what type it is, and which cases it leaves. What is not named
# there is not asked. {0} is the value.
_GROUPS = "SELECT g.group_id FROM group_members g WHERE g.tenant_id = $1 AND g.person_id = {0}"
_LATE = "c.response_due_at < {0} AND c.first_response_at IS NULL OR c.resolution_due_at < {0}"
_RUNNING = "c.paused_since IS NULL AND c.resolved_at IS NULL AND c.status <> 'closed'"
_PLAIN = ("contact_id", "category_id", "department_id", "group_id", "assignee_id")
_DATES = {"created": "created_at", "updated": "updated_at", "closed": "closed_at", "due": "resolution_due_at"}
_NARROWING = (
    ("id", "uuid[]", "c.id = ANY ({0})"),
    *((name, "text[]", f"c.{name} = ANY ({{0}})") for name in ("status", "priority")),
    *((name, "uuid", f"c.{name} = {{0}}") for name in _PLAIN),
    ("organisation_id", "uuid", "c.organisation_id = {0}"),
    ("open", "boolean", "c.status <> 'closed'"),
    ("unassigned", "boolean", "c.assignee_id IS NULL"),
    ("member_id", "uuid", f"c.group_id = ANY (ARRAY({_GROUPS}))"),
    ("overdue_at", "timestamptz", f"{_RUNNING} AND ({_LATE})"),
    *((f"{name}_from", "timestamptz", f"c.{column} >= {{0}}") for name, column in _DATES.items()),
    *((f"{name}_to", "timestamptz", f"c.{column} < {{0}}") for name, column in _DATES.items()),
)
_FIRST = 8
"""The parameters before this one are the search's own."""
_TYPES = ", ".join(f"{name} {kind}" for name, kind, _ in _NARROWING)
_VALUES = ", ".join(f"asked.{name}" for name, _, _ in _NARROWING)


_COVERED = ("status", "priority", "open", "updated_from", "updated_to")
"""What the walk's indexes answer without the table."""


def _asked(number: int, name: str, condition: str) -> str:
    written = condition.format(f"${number}").replace("'", "''")
    # One organisation has an index of its own, in the order of the newest: it is where the walk begins.
    if name == "organisation_id":
        return f"    IF asked.{name} IS NOT NULL THEN reach := reach || ' AND {written}'; END IF;"
    then = f"narrower := narrower || ' AND {written}';" + ("" if name in _COVERED else " covered := false;")
    return f"    IF asked.{name} IS NOT NULL THEN {then} END IF;"


_ASKED = "\n".join(_asked(number, one[0], one[2]) for number, one in enumerate(_NARROWING, _FIRST))

# The same search as before (0010), within what is asked besides. It still decides itself how to go about it: where many
# of the newest cases fit, or have the word and the index tells the rest, the newest are walked through until there are
# enough. Who sees no more than their own and followed cases has few: those are looked at, whatever else has the word.
_PROBED, _COMMON = 500, 15
_SEARCH = f"""
DECLARE
    tenant constant uuid := {TENANT};
    word constant text := lower(btrim(query));
    named constant integer := substring(word from '^(?:[c]ase-)?([0-9]{{1,9}})$')::integer;
    pattern constant text :=
        '%' || replace(replace(replace(btrim(query), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
    reach text := ' c.tenant_id = $1';
    narrower text := '';
    within text;
    newest constant text := ' ORDER BY c.updated_at DESC, c.id DESC LIMIT ';
    asked record;
    covered boolean := true;
    hits text;
    fit bigint;
    worded bigint;
BEGIN
    SELECT said.* INTO asked FROM jsonb_to_record(coalesce(narrowed, '{{}}')) AS said ({_TYPES});
{_ASKED}
    IF cardinality(organisations) = 1 THEN reach := reach || ' AND c.organisation_id = ($4)[1]';
    ELSIF organisations IS NOT NULL THEN reach := reach || ' AND c.organisation_id = ANY ($4)';
    END IF;
    IF person IS NOT NULL THEN
        reach := reach || ' AND c.id = ANY (ARRAY('
            'SELECT o.id FROM cases o WHERE o.tenant_id = $1 AND o.contact_id = $5 UNION ALL '
            'SELECT w.case_id FROM watchers w WHERE w.tenant_id = $1 AND w.person_id = $5))';
    ELSE
        EXECUTE 'SELECT count(*), count(*) FILTER (WHERE true' || narrower || ') FROM (SELECT c.* FROM cases c WHERE'
            || reach || newest || '{_PROBED}) AS c WHERE c.subject ILIKE $3'
            INTO worded, fit USING tenant, word, pattern, organisations, person, most, named, {_VALUES};
        IF fit >= {_COMMON} OR (covered AND worded >= {_COMMON}) THEN
            PERFORM set_config(name, 'off', true)
            FROM unnest(ARRAY['enable_bitmapscan', 'enable_seqscan', 'enable_sort']) AS name;
        END IF;
    END IF;
    within := reach || narrower;
    hits := '(SELECT c.id FROM cases c WHERE' || within || ' AND c.subject ILIKE $3' || newest || '$6)';
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
        USING tenant, word, pattern, organisations, person, most, named, {_VALUES};
END
"""


def upgrade() -> None:
    op.execute("CREATE POLICY system ON group_members TO cases_system USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT ON group_members TO cases_system")
    covering = "INCLUDE (subject, status, priority)"
    for name, columns in (("cases", "tenant_id"), ("cases_organisation", "tenant_id, organisation_id")):
        op.execute(f"CREATE INDEX {name}_newest ON cases ({columns}, updated_at, id) {covering}")
        op.execute(f"DROP INDEX {name}_updated")
    # What was just changed is answered from the index alone once it was vacuumed: not after a fifth of all, as usual.
    op.execute(
        "ALTER TABLE cases SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)"
    )
    op.execute("DROP FUNCTION cases_sought(text, integer, uuid[], uuid)")
    # A process of the version before goes on asking without the last of these.
    signature = "cases_sought(query text, most integer, organisations uuid[], person uuid, narrowed jsonb DEFAULT NULL)"
    system_function("cases", signature, "TABLE (id uuid)", _SEARCH, language="plpgsql")
    # Set here, each is put back at the function's end, whatever the function set it to.
    for name in ("bitmapscan", "seqscan", "sort"):
        op.execute(f"ALTER FUNCTION cases_sought SET enable_{name} = on")
    # Ten milliseconds of work: to begin two helpers takes longer.
    op.execute("ALTER FUNCTION cases_sought SET max_parallel_workers_per_gather = 0")
