"""Documents, what they hang on, and the copy of cases."""

from alembic import op

from kit.machinery import machinery
from kit.migrations import TENANT, system_function, tenant_table

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE documents (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    file_name text NOT NULL,
    content_type text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    sha256 text,
    state text NOT NULL CHECK (state IN ('pending', 'checking', 'ready', 'rejected')),
    scan text NOT NULL CHECK (scan IN ('clean', 'not_scanned', 'infected')),
    refusal text,
    object_id uuid,
    checking_until timestamptz,
    case_id uuid,
    case_visibility text NOT NULL CHECK (case_visibility IN ('customer', 'internal')),
    uploaded_by_id uuid NOT NULL,
    uploaded_by_kind text NOT NULL,
    uploaded_by_name text NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ready_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK (state <> 'ready' OR (object_id IS NOT NULL AND sha256 IS NOT NULL AND ready_at IS NOT NULL)),
    CHECK (state <> 'checking' OR (object_id IS NOT NULL AND checking_until IS NOT NULL)),
    CHECK (state <> 'rejected' OR refusal IS NOT NULL)
);;
CREATE UNIQUE INDEX documents_object ON documents (tenant_id, object_id) WHERE object_id IS NOT NULL;;
CREATE INDEX documents_created ON documents (tenant_id, created_at, id) WHERE state = 'ready';;
CREATE INDEX documents_uploader ON documents (tenant_id, uploaded_by_id);;
CREATE INDEX documents_unfinished ON documents (expires_at) WHERE state IN ('pending', 'checking');;
CREATE INDEX documents_words ON documents USING gin (tenant_id, (title || ' ' || file_name) gin_trgm_ops)
    WHERE state = 'ready';;
CREATE TABLE links (
    tenant_id uuid NOT NULL,
    document_id uuid NOT NULL,
    case_id uuid NOT NULL,
    visibility text NOT NULL CHECK (visibility IN ('customer', 'internal')),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, document_id, case_id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id) ON DELETE CASCADE
);;
CREATE INDEX links_case ON links (tenant_id, case_id, document_id);;
CREATE TABLE cases (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    reference text NOT NULL,
    organisation_id uuid,
    contact_id uuid,
    closed boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);;
CREATE INDEX cases_contact ON cases (tenant_id, contact_id);;
CREATE INDEX cases_organisation ON cases (tenant_id, organisation_id);;
CREATE TABLE watchers (
    tenant_id uuid NOT NULL,
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, case_id, person_id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES cases (tenant_id, id) ON DELETE CASCADE
);;
CREATE INDEX watchers_person ON watchers (tenant_id, person_id)
"""

# T5: takes the tenant from the setting and nothing else.
_SEARCH = f"""
SELECT id FROM documents WHERE tenant_id = {TENANT} AND state = 'ready'
    AND (title || ' ' || file_name)
        ILIKE '%' || replace(replace(replace(query, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'
    ORDER BY created_at DESC LIMIT most
"""

# What the sweeper asks, across tenants. It changes rows inside their tenant only.
_SWEEPING = [
    (
        "uploads_expired(before timestamptz, most integer)",
        "TABLE (tenant_id uuid, id uuid)",
        """SELECT tenant_id, id FROM documents WHERE state IN ('pending', 'checking') AND expires_at < before
           AND (checking_until IS NULL OR checking_until < now()) ORDER BY expires_at LIMIT most""",
    ),
    (
        "uploads_open(tenant_ids uuid[], ids uuid[])",
        "TABLE (tenant_id uuid, id uuid)",
        """SELECT d.tenant_id, d.id FROM unnest(tenant_ids, ids) AS k (tenant_id, id)
           JOIN documents d ON d.tenant_id = k.tenant_id AND d.id = k.id WHERE d.state IN ('pending', 'checking')""",
    ),
    (
        "objects_known(tenant_ids uuid[], ids uuid[])",
        "TABLE (tenant_id uuid, id uuid)",
        """SELECT d.tenant_id, d.object_id FROM unnest(tenant_ids, ids) AS k (tenant_id, id)
           JOIN documents d ON d.tenant_id = k.tenant_id AND d.object_id = k.id""",
    ),
    (
        "objects_after(after_tenant uuid, after_id uuid, most integer)",
        "TABLE (tenant_id uuid, id uuid)",
        """SELECT tenant_id, object_id FROM documents WHERE object_id IS NOT NULL AND state = 'ready'
           AND (tenant_id, object_id) > (after_tenant, after_id) ORDER BY tenant_id, object_id LIMIT most""",
    ),
]


def upgrade() -> None:
    for statement in _TABLES.split(";;"):
        op.execute(statement)
    tenant_table("documents", "documents", system=True)
    for table in ("links", "cases", "watchers"):
        tenant_table("documents", table)
    system_function("documents", "document_search(query text, most integer)", "TABLE (id uuid)", _SEARCH)
    for signature, returns, body in _SWEEPING:
        system_function("documents", signature, returns, body)
    machinery("documents")
