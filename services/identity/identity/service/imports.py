"""A file of people or organisations: uploaded, its columns chosen, run. The worker does its rows."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import columns
from identity.columns import Kind
from identity.errors import MayNotDoThat
from identity.errors.imports import ColumnsWrong, ImportBusy, ImportNotFound, TooManyImports
from identity.models import Import
from identity.policy import may_edit_people, visible_imports
from identity.service import audit
from identity.service.rows import expect
from identity.sheets import Sheet
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.ids import new_id, now

AT_ONCE = 5
"""Files of a tenant that are being worked on."""

_STAGE = """
INSERT INTO import_rows (tenant_id, import_id, number, line, cells, key, email)
SELECT $1, $2, row_number() OVER (ORDER BY n.line), n.line, n.cells::jsonb, nullif(n.cells::jsonb ->> $5::int, ''),
    nullif(lower(n.cells::jsonb ->> $6::int), '')
FROM unnest($3::int[], $4::text[]) AS n (line, cells)
"""
_AGAIN = """
UPDATE import_rows SET key = nullif(cells ->> $3::int, ''), email = nullif(lower(cells ->> $4::int), ''), result = NULL,
    changes = NULL, errors = NULL
WHERE tenant_id = $1 AND import_id = $2
"""
NOWHERE = -1_000
"""A column that is none: no row has a cell there."""


def staged(sheet: Sheet) -> tuple[list[int], list[str]]:
    """The rows as they are kept: the line of each, and its cells as JSON. Takes a while for a long file."""
    return [row.line for row in sheet.rows], [orjson.dumps(row.cells).decode() for row in sheet.rows]


async def begin_import(
    tx: AsyncSession, caller: Caller, kind: Kind, file_name: str, sheet: Sheet, rows: tuple[list[int], list[str]]
) -> Import:
    """Keep a file and have it checked, as far as its columns are known by their names.

    Raises MayNotDoThat, TooManyImports.
    """
    if not may_edit_people(caller):
        raise MayNotDoThat()
    await _refuse_many(tx)
    mapping = columns.guess(kind, sheet.header)
    row = Import(id=new_id(), kind=kind, file_name=file_name, header=sheet.header, total=len(sheet.rows))
    row.sample = sheet.rows[0].cells[: len(sheet.header)]
    _begin(row, caller, mapping)
    tx.add(row)
    await tx.flush()
    await fetch(tx, _STAGE, tenant_of(tx), row.id, *rows, *_places(mapping))
    return row


async def _refuse_many(tx: AsyncSession) -> None:
    working: Any = select(func.count()).select_from(Import).where(Import.state.in_(("checking", "running")))
    if (await tx.execute(working)).scalar_one() >= AT_ONCE:
        raise TooManyImports()


def _begin(row: Import, caller: Caller, mapping: list[str | None]) -> None:
    row.mapping = mapping
    row.state = "mapping" if columns.missing(row.kind, mapping) else "checking"  # type: ignore[arg-type]  # a kind
    _anew(row, caller)


def _anew(row: Import, caller: Caller) -> None:
    """From the first row, in this caller's name."""
    row.position = row.created = row.updated = row.unchanged = row.failed = row.attempts = 0
    row.changes, row.problem = {}, ""
    row.actor_kind, row.actor_id, row.actor_name = caller.kind, caller.id, caller.name
    row.updated_at = now()


def _places(mapping: list[str | None]) -> list[int]:
    return [mapping.index(name) if name in mapping else NOWHERE for name in ("external_id", "email")]


async def choose_columns(
    tx: AsyncSession, caller: Caller, import_id: UUID, mapping: list[str | None], version: int
) -> Import:
    """Say which field each column is, and have the file checked anew.

    Raises ImportNotFound, VersionStale, ImportBusy, ColumnsWrong.
    """
    row = await _mine(tx, caller, import_id, version)
    if row.state in ("running", "done"):
        raise ImportBusy()
    _refuse_misfits(row, mapping)
    _begin(row, caller, mapping)
    row.version += 1
    await fetch(tx, _AGAIN, tenant_of(tx), row.id, *_places(mapping))
    return row


def _refuse_misfits(row: Import, mapping: list[str | None]) -> None:
    if len(mapping) != len(row.header):
        raise ColumnsWrong(f"The file has {len(row.header)} columns, and {len(mapping)} were chosen for.")
    known = {one.name for one in columns.COLUMNS[row.kind]}  # type: ignore[index]  # a kind
    chosen = [name for name in mapping if name]
    if unknown := next((name for name in chosen if name not in known), None):
        raise ColumnsWrong(f"{unknown} is no field of {row.kind}.")
    if twice := next((name for name in chosen if chosen.count(name) > 1), None):
        raise ColumnsWrong(f"Two columns are {twice}. Leave one of them out.")


async def run_import(tx: AsyncSession, caller: Caller, import_id: UUID, version: int) -> Import:
    """Have a checked file brought in; one that stopped begins again, for what is done already changes nothing.

    Raises ImportNotFound, VersionStale, ImportBusy.
    """
    row = await _mine(tx, caller, import_id, version)
    if row.state not in ("checked", "stopped"):
        raise ImportBusy()
    _anew(row, caller)
    row.state = "running"
    row.version += 1
    audit.note(tx, caller, audit.Line("import.begun", "import", row.id, row.file_name, {"rows": [None, row.total]}))
    return row


async def _mine(tx: AsyncSession, caller: Caller, import_id: UUID, version: int) -> Import:
    query = select(Import).where(visible_imports(caller), Import.id == import_id).with_for_update(key_share=True)
    row = (await tx.execute(query)).scalar_one_or_none()
    if row is None:
        raise ImportNotFound()
    expect(row, version)
    return row
