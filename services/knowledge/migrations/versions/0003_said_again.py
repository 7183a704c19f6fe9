"""Which tenants have articles: whoever says all of them again must know, and sees no tenant's rows by itself."""

from kit.migrations import system_function

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the function."""
    body = "SELECT DISTINCT a.tenant_id FROM public.articles a"
    system_function("knowledge", "article_tenants()", "TABLE (tenant_id uuid)", body)
