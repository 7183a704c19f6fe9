"""For which organisation a contact uploaded a file."""

from alembic import op

revision = "0002"
down_revision = "0001"

# Of a file uploaded before, the organisation is what its uploader's own cases say, where they all say the same;
# else nobody's, so that only those see it who see a case it hangs on. Migrations stand under row-level security
# too, which is lifted for the owner while it fills the column in.
BACK_FILL = """
UPDATE documents d SET organisation_id = theirs.organisation_id FROM (
    SELECT tenant_id, contact_id, (array_agg(DISTINCT organisation_id))[1] AS organisation_id FROM cases
    WHERE contact_id IS NOT NULL AND organisation_id IS NOT NULL
    GROUP BY tenant_id, contact_id HAVING count(DISTINCT organisation_id) = 1
) theirs
WHERE d.tenant_id = theirs.tenant_id AND d.uploaded_by_id = theirs.contact_id AND d.uploaded_by_kind = 'contact'
    AND d.organisation_id IS NULL
"""


def upgrade() -> None:
    op.execute("ALTER TABLE documents ADD COLUMN organisation_id uuid")
    for table in ("documents", "cases"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(BACK_FILL)
    for table in ("documents", "cases"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
