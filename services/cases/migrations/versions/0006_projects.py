"""Projects with their tasks, milestones and what is said on them; what the CRM calls who is who."""

from alembic import op

from kit.migrations import TENANT, system_function, tenant_table

revision = "0006"
down_revision = "0005"

_TABLES = """
CREATE TABLE projects (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    number integer NOT NULL DEFAULT next_number('project'),
    external_id text,
    name text NOT NULL,
    description text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('project', 'documents')),
    status text NOT NULL CHECK (status IN ('planned', 'active', 'on_hold', 'completed', 'cancelled')),
    on_portal boolean NOT NULL,
    documents_on_portal boolean NOT NULL,
    organisation_id uuid NOT NULL,
    owner_id uuid,
    starts_on date,
    ends_on date,
    progress integer NOT NULL CHECK (progress BETWEEN 0 AND 100),
    progress_by_tasks boolean NOT NULL,
    archived_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, number),
    UNIQUE (tenant_id, external_id)
);;
CREATE INDEX projects_updated ON projects (tenant_id, updated_at, id);;
CREATE INDEX projects_organisation_updated ON projects (tenant_id, organisation_id, updated_at, id);;
CREATE INDEX projects_name ON projects USING gin (tenant_id, name gin_trgm_ops);;
CREATE TABLE project_contacts (
    tenant_id uuid NOT NULL,
    project_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, project_id, contact_id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id) ON DELETE CASCADE
);;
CREATE INDEX project_contacts_contact ON project_contacts (tenant_id, contact_id);;
CREATE TABLE milestones (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    external_id text,
    title text NOT NULL,
    due_on date,
    reached_on date,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, project_id, external_id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id) ON DELETE CASCADE
);;
CREATE TABLE tasks (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    milestone_id uuid,
    external_id text,
    title text NOT NULL,
    body text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'in_progress', 'done')),
    internal boolean NOT NULL,
    assignee_kind text CHECK (assignee_kind IN ('staff', 'contact')),
    assignee_name text NOT NULL,
    due_on date,
    position integer NOT NULL,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, project_id, external_id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, milestone_id) REFERENCES milestones (tenant_id, id) ON DELETE SET NULL (milestone_id)
);;
CREATE INDEX tasks_project ON tasks (tenant_id, project_id, position, id);;
CREATE INDEX tasks_milestone ON tasks (tenant_id, milestone_id) WHERE milestone_id IS NOT NULL;;
CREATE TABLE project_entries (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    task_id uuid,
    kind text NOT NULL CHECK (kind IN ('comment', 'report', 'change')),
    visibility text NOT NULL CHECK (visibility IN ('customer', 'internal')),
    author_id uuid,
    author_kind text NOT NULL,
    author_name text NOT NULL,
    body text NOT NULL,
    field text,
    old text,
    new text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, task_id) REFERENCES tasks (tenant_id, id) ON DELETE SET NULL (task_id)
);;
CREATE INDEX project_entries_project ON project_entries (tenant_id, project_id, created_at, id);;
CREATE INDEX project_entries_task ON project_entries (tenant_id, task_id, created_at, id) WHERE task_id IS NOT NULL;;
ALTER TABLE people ADD COLUMN IF NOT EXISTS external_id text;;
ALTER TABLE organisations ADD COLUMN IF NOT EXISTS external_id text
"""

# T5: takes the tenant from the setting and nothing else. A reference is found by its number.
_SEARCH = f"""
SELECT id FROM (
    (SELECT id FROM projects WHERE tenant_id = {TENANT}
        AND number = substring(query from '^(?:[Pp][Rr][Jj]-)?([0-9]{{1,9}})$')::integer)
    UNION
    (SELECT id FROM projects WHERE tenant_id = {TENANT}
        AND name ILIKE '%' || replace(replace(replace(query, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'
        ORDER BY updated_at DESC LIMIT most)
) AS hits LIMIT most
"""


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    for table in ("project_contacts", "milestones", "tasks", "project_entries"):
        tenant_table("cases", table)
    tenant_table("cases", "projects", system=True)
    system_function("cases", "project_search(query text, most integer)", "TABLE (id uuid)", _SEARCH)
