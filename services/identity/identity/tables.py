"""Records as CSV: streamed, and harmless to whoever opens it in a spreadsheet."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import orjson
from fastapi.responses import StreamingResponse

from kit.db import AnyRow

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


async def csv_of(name: str, columns: Sequence[str], slices: AsyncIterator[Sequence[AnyRow]]) -> StreamingResponse:
    """A file of these columns of rows."""

    async def cells() -> AsyncIterator[list[list[Any]]]:
        async for rows in slices:
            yield [[getattr(row, column) for column in columns] for row in rows]

    return await sheet_of(name, columns, cells())


async def sheet_of(
    name: str, header: Sequence[str], slices: AsyncIterator[Sequence[Sequence[Any]]]
) -> StreamingResponse:
    """A file of these cells. The first slice is read before the answer begins, so that what is wrong is said."""
    first: Sequence[Sequence[Any]] = await anext(slices, [])

    async def content() -> AsyncIterator[bytes]:
        # The mark at the start tells spreadsheets that this is UTF-8.
        yield "\ufeff".encode() + written([header])
        yield written(first)
        async for rows in slices:
            yield written(rows)

    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return StreamingResponse(content(), media_type="text/csv; charset=utf-8", headers=headers)
