"""What happens on a case after it is opened: promises, ratings, merges, ready-made replies, who is writing."""

from alembic import op

from kit.migrations import system_function, tenant_table

revision = "0005"
down_revision = "0004"

_CASES = """
ALTER TABLE cases
    ADD COLUMN resolved_at timestamptz,
    ADD COLUMN first_response_at timestamptz,
    ADD COLUMN response_due_at timestamptz,
    ADD COLUMN resolution_due_at timestamptz,
    ADD COLUMN response_missed_at timestamptz,
    ADD COLUMN resolution_missed_at timestamptz,
    ADD COLUMN next_update_on date,
    ADD COLUMN paused_since timestamptz,
    ADD COLUMN paused_minutes integer NOT NULL DEFAULT 0,
    ADD COLUMN merged_into_id uuid,
    ADD COLUMN linked_from_id uuid,
    ADD COLUMN rating integer,
    ADD COLUMN rating_comment text,
    ADD COLUMN rated_at timestamptz
"""

_TABLES = """
CREATE TABLE holidays (
    tenant_id uuid NOT NULL,
    on_date date NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (tenant_id, on_date)
);;
CREATE TABLE canned_replies (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    group_id uuid,
    title text NOT NULL,
    body text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id)
);;
CREATE INDEX canned_replies_title ON canned_replies (tenant_id, title, id);;
CREATE TABLE presences (
    tenant_id uuid NOT NULL,
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, case_id, person_id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES cases (tenant_id, id) ON DELETE CASCADE
)
"""

# Whether one promise of a case is broken and not yet said; the two that the timer asks for.
_RESPONSE = "response_missed_at IS NULL AND first_response_at IS NULL AND paused_since IS NULL AND resolved_at IS NULL"
_RESOLUTION = "resolution_missed_at IS NULL AND paused_since IS NULL AND resolved_at IS NULL"
_MISSED = f"""
(SELECT tenant_id, id FROM cases WHERE response_due_at < now() AND {_RESPONSE}
    ORDER BY response_due_at LIMIT most)
UNION
(SELECT tenant_id, id FROM cases WHERE resolution_due_at < now() AND {_RESOLUTION}
    ORDER BY resolution_due_at LIMIT most)
LIMIT most
"""


def upgrade() -> None:
    op.execute(_CASES)
    # A closed case is past all promises.
    op.execute("UPDATE cases SET resolved_at = closed_at WHERE status = 'closed'")
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    for table in ("holidays", "canned_replies", "presences"):
        tenant_table("cases", table)
    for name, still_open in (("response", _RESPONSE), ("resolution", _RESOLUTION)):
        due = f"{name}_due_at"
        op.execute(f"CREATE INDEX cases_{due} ON cases ({due}) WHERE {due} IS NOT NULL AND {still_open}")
    shared = "group_id IS NOT NULL AND status <> 'closed'"
    op.execute(f"CREATE INDEX cases_group_updated ON cases (tenant_id, group_id, updated_at, id) WHERE {shared}")
    system_function("cases", "promises_missed(most integer)", "TABLE (tenant_id uuid, id uuid)", _MISSED)
