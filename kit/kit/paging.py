"""Keyset pages: a cursor holds the sort values of the last row shown, never a page number."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from kit.problems import Problem

Row = TypeVar("Row")

COUNT_CAP = 1_000
"""Counts stop here and say so: "1,000+"."""

Limit = Annotated[int, Field(ge=1, le=100, description="How many rows, at most.")]
CursorText = Annotated[str | None, Field(max_length=300, description="`next` of the page before.")]


class BadCursor(Problem):
    """The cursor was not made by this list."""

    status, title = 400, "This page address is not valid. Start again from the first page."


class Total(BaseModel):
    """How many there are; `capped` means at least that many."""

    count: int
    capped: bool


def total(counted: int) -> Total:
    """A count that was made over at most COUNT_CAP + 1 rows."""
    return Total(count=min(counted, COUNT_CAP), capped=counted > COUNT_CAP)


def encode(*values: Any) -> str:
    """A cursor out of a row's sort values."""
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")


def decode(cursor: str | None, *types: type[datetime | date | UUID | int | str]) -> tuple[Any, ...] | None:
    """The sort values in a cursor, as the given types; None for the first page. Raises BadCursor."""
    if cursor is None:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(types):
            raise ValueError("wrong shape")
        return tuple(_read(value, kind) for value, kind in zip(values, types, strict=True))
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise BadCursor() from error


def _read(value: Any, kind: type[datetime | date | UUID | int | str]) -> Any:
    if kind is int:
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**62:
            raise ValueError("not a number")
        return value
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("not a text")
    if issubclass(kind, datetime):
        return kind.fromisoformat(value).astimezone(UTC)
    return kind.fromisoformat(value) if issubclass(kind, date) else kind(value)


def cut(rows: Sequence[Row], limit: int) -> tuple[list[Row], Row | None]:
    """The rows to show out of `limit + 1` read ones, and the last shown row when more follow."""
    shown = list(rows[:limit])
    return shown, (shown[-1] if len(rows) > limit else None)
