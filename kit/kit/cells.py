"""Cells of CSV: harmless on their way out, as they were on their way back in."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> str:
    """A cell's text. One that a spreadsheet would take for a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        value = orjson.dumps(value, default=str).decode() if value else ""
    if isinstance(value, (list, tuple)):
        value = " ".join(str(one) for one in value)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(_FORMULA) or text.startswith("'") else text


def plain(cell: str) -> str:
    """The text behind a cell that `harmless` wrote."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in (*_FORMULA, "'") else cell


def written(rows: Iterable[Sequence[Any]]) -> bytes:
    """Lines of CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[harmless(cell) for cell in row] for row in rows])
    return out.getvalue().encode()
