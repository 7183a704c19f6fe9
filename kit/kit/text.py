"""Markdown as people write it, HTML as a page may show it."""

from html import unescape

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).enable("table")
_TAGS = {
    *("p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel="noopener nofollow"
)


def rendered(markdown: str) -> str:
    """Safe HTML: rendered, then sanitised against an allow-list of tags."""
    return _CLEANER.clean(_MARKDOWN.render(markdown)).strip()


def beginning(markdown: str, most: int = 160) -> str:
    """How a text begins, in one line of plain words. It is no HTML: whoever shows it escapes it."""
    words = " ".join(unescape(nh3.clean(rendered(markdown[: 4 * most]), tags=set())).split())
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"
