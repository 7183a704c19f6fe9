"""Articles that help with a case, named by staff: copies of what they are called, and where they are named."""

from alembic import op

from kit.migrations import tenant_table

revision = "0014"
down_revision = "0013"

_ARTICLES = """
CREATE TABLE articles (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    audience text NOT NULL,
    state text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
)
"""
_NAMED = """
CREATE TABLE case_articles (
    tenant_id uuid NOT NULL,
    case_id uuid NOT NULL,
    article_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, case_id, article_id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES cases (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, article_id) REFERENCES articles (tenant_id, id)
)
"""


def upgrade() -> None:
    """Add both tables."""
    for table, statement in (("articles", _ARTICLES), ("case_articles", _NAMED)):
        op.execute(statement)
        tenant_table("cases", table)
