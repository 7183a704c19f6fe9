"""The knowledge base: articles as files, a few header lines and then Markdown; and what is out of order just now."""

from datetime import UTC, datetime, timedelta
from email import message_from_string
from pathlib import Path
from uuid import UUID

import asyncpg

from kit.ids import derived_id
from stack.demo.crm import Crm, Json
from stack.demo.desk import desks
from stack.demo.plan import Tenant
from stack.services import Site

FOLDER = Path(__file__).parent / "articles"
_ANNOUNCE = """INSERT INTO announcements (tenant_id, id, title, text, categories, starts_at, ends_at,
    author_name, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT DO NOTHING"""


async def feed(crm: Crm, tenant: Tenant) -> None:
    """Send every article of the tenant."""
    await crm.put_all("articles", articles(tenant))


def articles(tenant: Tenant) -> dict[str, Json]:
    """By external id, which is the file's name."""
    return {path.stem: _article(path) for path in sorted((FOLDER / tenant.slug).glob("*.md"))}


def _article(path: Path) -> Json:
    written = message_from_string(path.read_text())
    told = {name.lower(): value for name, value in written.items()}
    return {"state": "published", "slug": path.stem} | told | {"body": str(written.get_payload())}


async def announce(site: Site, tenant: Tenant, tenant_id: UUID) -> None:
    """Straight into the service's own database: announcing is a person's work in the console."""
    now = datetime.now(UTC)
    rows = [
        (
            *(tenant_id, derived_id("demo-announcement", tenant_id, one["title"]), one["title"], one["text"]),
            *(one["categories"], now + _span(one["from"]), now + _span(one["to"]), tenant.admin.name),
        )
        for one in desks()[tenant.slug]["announcements"]
    ]
    connection = await asyncpg.connect(site.databases["knowledge"].app_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('app.tenant_id', $1, true)", tenant_id.hex)
            await connection.executemany(_ANNOUNCE, rows)
    finally:
        await connection.close()


def _span(told: str) -> timedelta:
    """`-3h` or `20d`, from now."""
    return timedelta(**{{"h": "hours", "d": "days"}[told[-1]]: int(told[:-1])})
