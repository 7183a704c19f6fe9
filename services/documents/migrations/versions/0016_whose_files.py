"""Whose case a file hangs on stands beside the file: one index has an organisation's files, the newest first."""

from alembic import op

from kit.migrations import TENANT, system_function

revision = "0016"
down_revision = "0015"

# Whose a case is never changes, once it is known: only until then does a link wait for whoever is about to say so.
_KEPT = """
ALTER TABLE links ADD COLUMN organisation_id uuid;;
CREATE FUNCTION links_whose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT c.organisation_id INTO NEW.organisation_id FROM cases c
    WHERE c.tenant_id = NEW.tenant_id AND c.id = NEW.case_id;
    IF NEW.organisation_id IS NULL THEN
        SELECT c.organisation_id INTO NEW.organisation_id FROM cases c
        WHERE c.tenant_id = NEW.tenant_id AND c.id = NEW.case_id FOR SHARE;
    END IF;
    RETURN NEW;
END $$;;
CREATE TRIGGER links_whose BEFORE INSERT OR UPDATE OF case_id ON links FOR EACH ROW EXECUTE FUNCTION links_whose();;
CREATE FUNCTION cases_whose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE links l SET organisation_id = NEW.organisation_id
    WHERE l.tenant_id = NEW.tenant_id AND l.case_id = NEW.id AND l.organisation_id IS DISTINCT FROM NEW.organisation_id;
    RETURN NULL;
END $$;;
CREATE TRIGGER cases_whose AFTER INSERT OR UPDATE OF organisation_id ON cases
    FOR EACH ROW EXECUTE FUNCTION cases_whose()
"""

# Migrations stand under row-level security too, which is lifted for the owner meanwhile.
BACK_FILL = """
UPDATE links l SET organisation_id = c.organisation_id FROM cases c
WHERE c.tenant_id = l.tenant_id AND c.id = l.case_id AND c.organisation_id IS NOT NULL
"""
_INDEX = """
CREATE INDEX links_theirs ON links (tenant_id, organisation_id, document_id) WHERE visibility = 'customer'
"""

# T5: takes the tenant from the setting and nothing else. Some of a word's hits, in no order: asked for a few, it is
# quick of a rare word and of a common one, and tells the one from the other. Text, as in `documents_sought`, for the
# same reason.
_SOME = f"""
BEGIN
    RETURN QUERY EXECUTE $sought$
        SELECT d.id FROM documents d WHERE d.tenant_id = $1 AND d.state = 'ready' AND d.version_of IS NULL
        AND (d.title || ' ' || d.file_name) ILIKE $2 LIMIT $3 $sought$
    USING {TENANT}, '%' || replace(replace(replace(query, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%', most;
END
"""


def upgrade() -> None:
    for statement in _KEPT.split(";;"):
        op.execute(statement)
    for table in ("links", "cases"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(BACK_FILL)
    for table in ("links", "cases"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(_INDEX)
    some = "documents_some(query text, most integer)"
    system_function("documents", some, "TABLE (id uuid)", _SOME, language="plpgsql")
