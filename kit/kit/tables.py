"""Records as CSV: streamed, and harmless to whoever opens it in a spreadsheet."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from fastapi.responses import StreamingResponse

from kit.cells import written
from kit.db import AnyRow


async def csv_of(name: str, columns: Sequence[str], slices: AsyncIterator[Sequence[AnyRow]]) -> StreamingResponse:
    """A file of these columns of rows."""

    async def cells() -> AsyncIterator[list[list[Any]]]:
        async for rows in slices:
            yield [[getattr(row, column) for column in columns] for row in rows]

    return await sheet_of(name, columns, cells())


async def sheet_of(
    name: str, header: Sequence[str], slices: AsyncIterator[Sequence[Sequence[Any]]], *, mark: bool = True
) -> StreamingResponse:
    """A file of these cells. The first slice is read before the answer begins, so that what is wrong is said."""
    first: Sequence[Sequence[Any]] = await anext(slices, [])

    async def content() -> AsyncIterator[bytes]:
        # The mark at the start tells spreadsheets that this is UTF-8.
        yield ("\ufeff".encode() if mark else b"") + written([header])
        yield written(first)
        async for rows in slices:
            yield written(rows)

    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return StreamingResponse(content(), media_type="text/csv; charset=utf-8", headers=headers)
