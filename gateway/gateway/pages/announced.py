"""What is known to be out of order, for the pages that show it."""

from typing import Any

from gateway.client import Refused
from gateway.pages.visit import Visit
from kit.problems import Unavailable
from kit.text import rendered


async def announced(visit: Visit) -> list[dict[str, Any]]:
    """The current announcements; none where the service is away, for a page goes on without."""
    try:
        return shown((await visit.get("/announcements"))["items"])
    except (Refused, Unavailable):
        return []


async def with_articles(visit: Visit) -> tuple[Any, list[dict[str, Any]]]:
    """The newest articles and the announcements, in one call where the articles are switched on."""
    if "articles" not in visit.session.caller.modules:
        return None, await announced(visit)
    articles = await visit.widget("articles", "/articles", limit=5, announcements="true")
    return articles, shown(articles.get("announcements", [])) if articles else []


def shown(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With their text as it is read."""
    return [one | {"text_html": rendered(one["text"])} for one in found]


def about(found: list[dict[str, Any]], category: str) -> list[dict[str, Any]]:
    """Those for all cases, and those for a category once it is chosen; before that, every one."""
    wanted = category.casefold()
    return [one for one in found if not wanted or not one["categories"] or wanted in _folded(one["categories"])]


def _folded(names: list[str]) -> set[str]:
    return {name.casefold() for name in names}
