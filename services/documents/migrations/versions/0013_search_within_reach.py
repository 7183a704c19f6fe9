"""A search of documents that knows how far its caller sees, and what else the list is narrowed by."""

from kit.migrations import TENANT, system_function

revision = "0013"
down_revision = "0012"

# T5: takes the tenant from the setting and nothing else. `within` (NULL: all of the tenant's) are the documents that
# come into question, as the caller's own policy has them, so that the newest hits are the newest of those. Put together
# as text, because only a query planned for this very word tells a rare one (by its trigrams) from a common one (by the
# newest). `document_search`, whose place this takes, stays for processes of the version before.
_SEARCH = f"""
DECLARE
    pattern constant text := '%' || replace(replace(replace(query, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
    among constant text := CASE WHEN within IS NULL THEN '' ELSE ' AND d.id = ANY ($3)' END;
BEGIN
    RETURN QUERY EXECUTE $sought$
        SELECT d.id FROM documents d WHERE d.tenant_id = $1 AND d.state = 'ready' AND d.version_of IS NULL
        AND (d.title || ' ' || d.file_name) ILIKE $2 $sought$ || among
        || ' ORDER BY d.created_at DESC, d.id DESC LIMIT $4' USING {TENANT}, pattern, within, most;
END
"""


def upgrade() -> None:
    signature = "documents_sought(query text, most integer, within uuid[])"
    system_function("documents", signature, "TABLE (id uuid)", _SEARCH, language="plpgsql")
