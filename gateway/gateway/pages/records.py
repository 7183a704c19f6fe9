"""Records as staff name them: a case or project by its number, people and companies by name or address."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from gateway.client import Refused
from gateway.pages.visit import Visit
from kit.problems import Unavailable

MOST = 10
SHOWN = 50
"""How many of those whom a document is for are named."""
_LISTS = {"contact": "/contacts", "organisation": "/organisations", "invoice": "/invoices"}
_NUMBERED = {"case": "/cases", "project": "/projects"}


async def records_named(visit: Visit, kind: str, named: str) -> list[tuple[str, str]]:
    """Id and label of each record that this can mean; an id means itself. Empty where nothing is called so."""
    named = named.strip()
    if _is_id(named):
        return [(named, named)]
    if not named:
        return []
    if kind in _NUMBERED and (one := await _numbered(visit, _NUMBERED[kind], named.upper())):
        return [one]
    place = _LISTS.get(kind) or _NUMBERED.get(kind)
    if place is None:
        return []
    rows = (await visit.get(place, q=named, limit=MOST))["items"]
    found = [(row["id"], _label(row)) for row in rows]
    exact = [one for one, row in zip(found, rows, strict=True) if named.casefold() in _names(row)]
    return exact if len(exact) == 1 else found


async def names_for(visit: Visit, people: Sequence[dict[str, Any]]) -> dict[str, str]:
    """What the contacts and organisations among these records are called, by their ids: where it can be asked."""
    found: dict[str, str] = {}
    for kind, place in (("contact", "/contacts"), ("organisation", "/organisations")):
        ids = [one["id"] for one in people if one["kind"] == kind and one["id"] not in found][:SHOWN]
        if not ids:
            continue
        try:
            rows = (await visit.get(place, id=ids, limit=SHOWN))["items"]
        except (Refused, Unavailable):
            return found
        found |= {key: name for row in rows for key, name in _called(row)}
    return found


def _called(row: dict[str, Any]) -> list[tuple[str, str]]:
    """A record's name, and that of its organisation: one call less where that is asked for, too."""
    theirs = [(row["organisation_id"], row["organisation_name"])] if row.get("organisation_name") else []
    return [(row["id"], row["name"]), *theirs]


async def _numbered(visit: Visit, place: str, number: str) -> tuple[str, str] | None:
    if not number.replace("-", "").isalnum() or not number.isascii():
        return None
    try:
        row = await visit.get(f"{place}/{number}")
    except Refused as refused:
        if refused.status in (404, 422):
            return None
        raise
    return row["id"], _label(row)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _names(row: dict[str, Any]) -> set[str]:
    named = (row.get(name) for name in ("reference", "number", "name", "email", "subject"))
    return {one.casefold() for one in named if isinstance(one, str)}


def _label(row: dict[str, Any]) -> str:
    named = (row.get(name) for name in ("reference", "number", "name", "subject", "email"))
    return ", ".join(one for one in named if isinstance(one, str) and one)
