"""Files of people and organisations: uploaded, checked without changing anything, run, told of."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from identity import columns, sheets
from identity.columns import Kind
from identity.errors import MayNotDoThat
from identity.models import Import
from identity.policy import may_edit_people
from identity.queries import imports as reading
from identity.schemas.imports import (
    ImportedColumn,
    ImportedRow,
    ImportField,
    ImportFields,
    ImportFilters,
    ImportPage,
    ImportView,
    Mapping,
    NewImport,
    RowFilters,
    RowPage,
)
from identity.service import imports as service
from identity.sheets import Sheet
from kit.edge import Caller, Tx, router
from kit.tables import sheet_of
from kit.versions import IfMatch

imports = router(tags=["imports"])

Content = Annotated[bytes, Body(media_type="text/csv", description="The file, at most 10 MB and 50,000 rows.")]
New = Annotated[NewImport, Query()]


async def _sheet(caller: Caller, content: Content = b"") -> tuple[Sheet, tuple[list[int], list[str]]]:
    """The table in the body, read beside the requests of others, before there is a transaction."""
    if not may_edit_people(caller):
        raise MayNotDoThat()

    def read() -> tuple[Sheet, tuple[list[int], list[str]]]:
        sheet = sheets.read(content)
        return sheet, service.staged(sheet)

    return await asyncio.to_thread(read)


Uploaded = Annotated[tuple[Sheet, tuple[list[int], list[str]]], Depends(_sheet)]


@imports.post("/imports", status_code=201, max_body_size=sheets.MOST_BYTES + 1024)
async def begin_import(new: New, uploaded: Uploaded, caller: Caller, tx: Tx) -> ImportView:
    """F022, F026: upload a CSV; it is checked at once, as far as its columns are known, and nothing is changed."""
    return _view(await service.begin_import(tx, caller, new.kind, new.file_name or "import.csv", *uploaded))


@imports.get("/imports")
async def list_imports(filters: Annotated[ImportFilters, Query()], caller: Caller, tx: Tx) -> ImportPage:
    """The imports of the last ninety days, the newest first."""
    rows, after = await reading.imports(tx, caller, filters)
    return ImportPage(items=[_view(row) for row in rows], next=after)


@imports.get("/imports/fields")
async def list_fields(kind: Kind, caller: Caller) -> ImportFields:
    """The columns a file of this kind can have."""
    fields = [
        ImportField(name=one.name, known_as=list(one.known_as), needed=one.needed, sample=one.sample)
        for one in columns.COLUMNS[kind]
    ]
    return ImportFields(fields=fields, either=list(columns.EITHER.get(kind, ())))


@imports.get("/imports/sample", response_class=StreamingResponse)
async def read_sample(kind: Kind, caller: Caller) -> StreamingResponse:
    """A file of this kind with every column and one row."""

    async def row() -> AsyncIterator[list[list[str]]]:
        yield [[one.sample for one in columns.COLUMNS[kind]]]

    return await sheet_of(f"{kind}-sample.csv", [one.name for one in columns.COLUMNS[kind]], row())


@imports.get("/imports/{import_id}")
async def read_import(import_id: UUID, caller: Caller, tx: Tx) -> ImportView:
    """How far it is, and how many rows fared how."""
    return _view(await reading.one_import(tx, caller, import_id))


@imports.put("/imports/{import_id}/columns")
async def choose_columns(import_id: UUID, chosen: Mapping, caller: Caller, tx: Tx, version: IfMatch) -> ImportView:
    """Say which field each column is, and have the file checked again."""
    wanted = [name or None for name in chosen.columns]
    return _view(await service.choose_columns(tx, caller, import_id, wanted, version))


@imports.post("/imports/{import_id}/run", status_code=202)
async def run_import(import_id: UUID, caller: Caller, tx: Tx, version: IfMatch) -> ImportView:
    """Bring it in, after it was checked; a file brought in twice changes nothing the second time."""
    return _view(await service.run_import(tx, caller, import_id, version))


@imports.get("/imports/{import_id}/rows")
async def list_rows(import_id: UUID, filters: Annotated[RowFilters, Query()], caller: Caller, tx: Tx) -> RowPage:
    """How each row fared, or would fare."""
    rows, after = await reading.rows(tx, caller, import_id, filters)
    return RowPage(items=[ImportedRow.model_validate(dict(row)) for row in rows], next=after)


@imports.get("/imports/{import_id}/report", response_class=StreamingResponse)
async def read_report(import_id: UUID, caller: Caller, request: Request) -> Response:
    """The rows that were refused, as CSV with the reason last: to be corrected and sent again."""
    database = request.app.state.database
    async with database.transaction(caller.tenant_id) as tx:
        row = await reading.one_import(tx, caller, import_id)
    slices = reading.refused_rows(database, caller, import_id)
    width = len(row.header)

    async def cells() -> AsyncIterator[list[list[Any]]]:
        async for rows in slices:
            yield [[*(one["cells"] + [""] * width)[:width], _reason(one["errors"])] for one in rows]

    return await sheet_of("to-correct.csv", [*row.header, "Reason"], cells())


def _reason(errors: list[dict[str, str]]) -> str:
    return "; ".join(f"{error['field']}: {error['detail']}" for error in errors)


def _view(row: Import) -> ImportView:
    shown = {name: getattr(row, name) for name in ImportView.model_fields if name not in ("columns", "missing")}
    kind: Kind = row.kind  # type: ignore[assignment]  # the table holds nothing else
    found = zip(row.header, [*row.sample, *[""] * len(row.header)], row.mapping, strict=False)
    return ImportView(
        columns=[
            ImportedColumn(name=name, sample=sample, field=field, known=bool(field) or columns.is_ours(name))
            for name, sample, field in found
        ],
        missing=columns.missing(kind, row.mapping),
        **shown,
    )
