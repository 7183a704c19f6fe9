"""The changes feed: what happened at a tenant, numbered in the order in which it was committed.

The number is taken from the tenant's row of `change_heads`, whose lock is held until the commit: whoever reads a
number has read all below it. `swept` is the last number that is no longer kept.
"""

from alembic import op

from kit.migrations import TENANT, system_function, tenant_table

revision = "0006"
down_revision = "0005"

_TABLES = """
CREATE TABLE change_heads (
    tenant_id uuid NOT NULL,
    head bigint NOT NULL,
    swept bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id)
);;
CREATE TABLE changes (
    tenant_id uuid NOT NULL,
    number bigint NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    version integer NOT NULL,
    data text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, number)
)
"""

# Called with the transaction's COMMIT, as its last act: the lock is held for that moment.
_ADD = f"""
CREATE FUNCTION changes_add(said text[]) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    inside uuid := {TENANT};
    top bigint;
BEGIN
    INSERT INTO change_heads AS h (tenant_id, head) VALUES (inside, cardinality(said))
    ON CONFLICT (tenant_id) DO UPDATE SET head = h.head + excluded.head RETURNING h.head INTO top;
    INSERT INTO changes (tenant_id, number, id, type, occurred_at, version, data, recorded_at)
    SELECT inside, top - cardinality(said) + place, (body ->> 'id')::uuid, body ->> 'type',
        (body ->> 'occurred_at')::timestamptz, (body ->> 'version')::integer, body ->> 'data', clock_timestamp()
    FROM unnest(said::json[]) WITH ORDINALITY AS one (body, place);
    PERFORM pg_notify('changes', inside::text);
END
$body$
"""

# Numbers of a tenant are recorded in their order, so what is old is where the feed begins.
_SWEEP = """
WITH old AS (
    SELECT h.tenant_id, max(c.number) AS number FROM change_heads h CROSS JOIN LATERAL (
        SELECT number, recorded_at FROM changes WHERE tenant_id = h.tenant_id AND number > h.swept
        ORDER BY number LIMIT most
    ) AS c WHERE c.recorded_at < now() - make_interval(days => days) GROUP BY h.tenant_id
), marked AS (
    UPDATE change_heads h SET swept = greatest(h.swept, old.number) FROM old WHERE h.tenant_id = old.tenant_id
), gone AS (
    DELETE FROM changes c USING old WHERE c.tenant_id = old.tenant_id AND c.number <= old.number RETURNING 1
)
SELECT count(*) FROM gone
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    for table in ("change_heads", "changes"):
        tenant_table("notifier", table, system=True)
    op.execute(_ADD)
    system_function("notifier", "changes_sweep(days integer, most integer)", "bigint", _SWEEP)
