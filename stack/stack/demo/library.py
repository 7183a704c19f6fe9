"""The knowledge base: articles as files, a few header lines and then Markdown."""

from email import message_from_string
from pathlib import Path

from stack.demo.crm import Crm, Json
from stack.demo.plan import Tenant

FOLDER = Path(__file__).parent / "articles"


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
