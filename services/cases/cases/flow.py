"""Safe HTML as a tree of plain data, for what is drawn elsewhere than in a browser."""

from html.parser import HTMLParser
from typing import Any

DEPTH = 12
"""Levels that are kept; what is nested deeper stands at the last one."""
WORD = 40
"""Characters without a place to break a line, at most."""
_ALONE = ("br", "hr")

Node = str | dict[str, Any]


def tree(html: str) -> list[Node]:
    """`kit.text.rendered` HTML as texts and {t: tag, c: [what is inside]}."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.top


def breakable(text: str) -> str:
    """The text without control characters, and with places to break a line in what has none."""
    seen = "".join(one for one in text if one >= " " or one in "\n\t")
    return " ".join(_broken(word) for word in seen.split(" "))


def _broken(word: str) -> str:
    return "\u200b".join(word[at : at + WORD] for at in range(0, len(word), WORD)) if len(word) > WORD else word


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top: list[Node] = []
        self._open: list[tuple[str, list[Node]]] = [("", self.top)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside: list[Node] = [] if len(self._open) < DEPTH else self._open[-1][1]
        if inside is not self._open[-1][1]:
            self._open[-1][1].append({"t": tag, "c": inside})
        if tag not in _ALONE:
            self._open.append((tag, inside))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _ALONE and len(self._open) > 1 and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        tag, inside = self._open[-1]
        # Between two blocks a new line is no text.
        if data.strip() or "\n" not in data or tag in ("pre", "code"):
            inside.append(breakable(data))
