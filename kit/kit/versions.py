"""Which version of a record somebody means to change."""

from typing import Annotated

from fastapi import Depends, Header

from kit.batches import Result
from kit.problems import VersionMissing, VersionStale


async def _expected_version(if_match: Annotated[str | None, Header()] = None) -> int:
    if if_match is None:
        raise VersionMissing()
    return _version(if_match)


async def _named_version(if_match: Annotated[str | None, Header()] = None) -> int | None:
    return None if if_match is None else _version(if_match)


def _version(if_match: str) -> int:
    number = if_match.removeprefix("W/").strip('"')
    if not number.isdecimal() or len(number) > 9:
        raise VersionStale()
    return int(number)


IfMatch = Annotated[int, Depends(_expected_version)]
"""The version the caller means to change."""

IfMatchSent = Annotated[int | None, Depends(_named_version)]
"""The same where the CRM writes: its own records are as it last said, unless it names the version it means."""


def unless_stale(named: int | None, before: int) -> None:
    """Let a change stand that was made to the version its caller named, or to any if they named none.

    Called when it is made, by an edge that takes it back: raises VersionStale.
    """
    if named is not None and named != before:
        raise VersionStale()


def version_before(result: Result, version: int) -> int:
    """Which version a record was that has this one now; 0 if it was not there."""
    return {"created": 0, "updated": version - 1}.get(result, version)
