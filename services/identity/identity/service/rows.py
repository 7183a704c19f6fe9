"""Rows that are changed only where they differ, and the sentences for what two requests both want."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.ids import now
from kit.problems import Problem, VersionStale

Changes = dict[str, list[Any]]
"""Field by field, the value before and the value after."""


def differences(row: Any, wanted: Mapping[str, Any]) -> Changes:
    """What of a row is to be another."""
    return {field: [getattr(row, field), value] for field, value in wanted.items() if getattr(row, field) != value}


def apply(row: Any, different: Changes) -> None:
    """Set what differs and count the version up; nothing is done when nothing differs."""
    for field, (_, value) in different.items():
        setattr(row, field, value)
    if different:
        row.version += 1
        row.updated_at = now()


def changed(row: Any, wanted: Mapping[str, Any]) -> Changes:
    """Set what differs and count the version up. Says what; empty, and nothing done, when nothing differs."""
    different = differences(row, wanted)
    apply(row, different)
    return different


def expect(row: Any, version: int) -> None:
    """Raises VersionStale when the row is not as it was when its change was thought of."""
    if row.version != version:
        raise VersionStale()


async def written(tx: AsyncSession, problems: Mapping[str, type[Problem]]) -> None:
    """Send the changes to the database. A broken constraint is raised as the problem named for it."""
    try:
        await tx.flush()
    except IntegrityError as error:
        for constraint, problem in problems.items():
            if f'"{constraint}"' in str(error.orig):
                raise problem() from error
        raise
