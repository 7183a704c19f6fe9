"""What the worker does for a file: one stretch of its rows in one transaction, and its position with them.

A worker that dies leaves the position where it was: whoever goes on does that stretch once, and leaves none out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from identity import columns
from identity.models import ROLES, Import
from identity.schemas.batches import LeadRow, OrganisationRow
from identity.schemas.imports import ImportedContact
from identity.service import audit
from identity.service.batch import Batch, Outcome
from identity.service.contacts import write_contacts
from identity.service.leads import write_leads
from identity.service.organisations import write_organisations
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.failpoints import failpoint
from kit.ids import now
from kit.seal import Seal

STRETCH = 500
MOST_ATTEMPTS = 5
STOPPED = "Something went wrong here, again and again. Import the file once more, or ask whoever runs this portal."
NO_RIGHT = "Whoever began this may not edit people any more. Somebody who may can begin it again."

_KINDS: dict[str, Any] = {"organisations": OrganisationRow, "contacts": ImportedContact, "leads": LeadRow}
_EDITORS = [role for role, rights in ROLES.items() if "people.edit" in rights]

# Whoever else works on it has it locked: that one goes on, and this one does something else.
_TAKE = """
SELECT i.id, CASE i.actor_kind
    WHEN 'staff' THEN EXISTS (SELECT FROM staff s WHERE s.tenant_id = $1 AND s.id = i.actor_id AND s.active
        AND s.roles && $3::text[])
    WHEN 'key' THEN NOT EXISTS (SELECT FROM keys k WHERE k.tenant_id = $1 AND k.id = i.actor_id
        AND (k.revoked_at IS NOT NULL OR k.expires_at < now()))
    ELSE true END AS may
FROM imports i WHERE i.tenant_id = $1 AND i.id = $2 AND i.state IN ('checking', 'running') FOR UPDATE OF i SKIP LOCKED
"""
# An id or an address belongs to the row that has it first; of a later one it is said where that stands.
_NEXT = """
SELECT r.number, r.cells, r.key,
    (SELECT e.line FROM import_rows e WHERE e.tenant_id = $1 AND e.import_id = $2 AND e.key = r.key
        AND e.number < r.number ORDER BY e.number LIMIT 1) AS same_id,
    (SELECT e.line FROM import_rows e WHERE e.tenant_id = $1 AND e.import_id = $2 AND e.email = r.email
        AND e.number < r.number AND e.key IS DISTINCT FROM r.key ORDER BY e.number LIMIT 1) AS same_email
FROM import_rows r WHERE r.tenant_id = $1 AND r.import_id = $2 AND r.number > $3 ORDER BY r.number LIMIT $4
"""
_PARENTS = """
SELECT DISTINCT key FROM import_rows
WHERE tenant_id = $1 AND import_id = $2 AND key = ANY ($3) AND number <= $4 AND result <> 'failed'
"""
_DONE = """
UPDATE import_rows r SET result = n.result, changes = n.changes::jsonb, errors = n.errors::jsonb
FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) AS n (number, result, changes, errors)
WHERE r.tenant_id = $1 AND r.import_id = $2 AND r.number = n.number
"""


class Fared(NamedTuple):
    """How one row fared."""

    result: str
    changes: Sequence[str] = ()
    errors: Sequence[Mapping[str, str]] = ()


async def advance(tx: AsyncSession, import_id: UUID, seal: Seal) -> bool:
    """Do the next rows of a file. Says whether there was anything to do, and nobody else at it."""
    taken = await fetch(tx, _TAKE, tenant_of(tx), import_id, _EDITORS)
    if not taken:
        return False
    row = await tx.get_one(Import, (tenant_of(tx), import_id))
    if not taken[0]["may"]:
        stop(row, NO_RIGHT)
        return True
    found = await fetch(tx, _NEXT, tenant_of(tx), row.id, row.position, STRETCH)
    fared = await _do(tx, row, found, seal)
    await failpoint("import.rows")
    await _keep(tx, row, fared)
    _count(row, fared)
    if row.position >= row.total:
        _finish(tx, row)
    return True


async def trip(tx: AsyncSession, import_id: UUID) -> None:
    """Note that a stretch failed as a whole; after a few times the file stops, and its report says so."""
    row = await tx.get(Import, (tenant_of(tx), import_id), with_for_update=True)
    if row is not None and row.state in ("checking", "running"):
        row.attempts += 1
        row.updated_at = now()
        if row.attempts >= MOST_ATTEMPTS:
            stop(row, STOPPED)


def stop(row: Import, problem: str) -> None:
    """Go on no further."""
    row.state, row.problem, row.updated_at = "stopped", problem, now()
    row.version += 1


def actor(row: Import) -> Caller:
    """In whose name a file is brought in."""
    return Caller(kind=row.actor_kind, tenant_id=row.tenant_id, id=row.actor_id, name=row.actor_name)


async def _do(tx: AsyncSession, row: Import, found: Sequence[Any], seal: Seal) -> dict[int, Fared]:
    changes: dict[int, Any] = {}
    fared: dict[int, Fared] = {}
    for one in found:
        change, wrong = _read(row, one)
        if wrong:
            fared[one["number"]] = Fared("failed", errors=wrong)
        else:
            changes[one["number"]] = change
    batch = Batch({one.external_id: one for one in changes.values()}, dry=row.state == "checking", allowed=True)
    if row.kind == "organisations" and batch.dry:
        batch.promised = await _promised(tx, row, batch)
    done = {one.external_id: _told(one) for one in await _write(tx, row, batch, seal)} if changes else {}
    return fared | {number: done[one.external_id] for number, one in changes.items()}


async def _write(tx: AsyncSession, row: Import, batch: Batch[Any], seal: Seal) -> list[Outcome]:
    write: Any = {
        "organisations": write_organisations,
        "contacts": partial(write_contacts, seal=seal),
        "leads": partial(write_leads, seal=seal),
    }[row.kind]
    written: list[Outcome] = await write(tx, actor(row), batch)
    return written


async def _promised(tx: AsyncSession, row: Import, batch: Batch[Any]) -> frozenset[str]:
    """The parents that rows before these would make."""
    named = {one.parent_external_id for one in batch.changes.values() if one.parent_external_id}
    if not named:
        return frozenset()
    found = await fetch(tx, _PARENTS, tenant_of(tx), row.id, list(named), row.position)
    return frozenset(one["key"] for one in found)


def _read(row: Import, one: Any) -> tuple[Any, list[dict[str, str]]]:
    """A row as the change it asks for, or what is wrong with it."""
    record, wrong = columns.as_record(row.kind, row.mapping, one["cells"])  # type: ignore[arg-type]  # a kind
    for field, line in (("external_id", one["same_id"]), ("email", one["same_email"])):
        if line:
            wrong.append({"field": field, "detail": f"stands on line {line} of the file, too"})
    if wrong:
        return None, wrong
    try:
        return _KINDS[row.kind].model_validate(record), []
    except ValidationError as error:
        return None, [_sentence(dict(each)) for each in error.errors()]


def _sentence(error: dict[str, Any]) -> dict[str, str]:
    field = ".".join(str(part) for part in error["loc"] if isinstance(part, str)) or "row"
    most = error.get("ctx", {}).get("max_length")
    said = {
        "missing": "is missing",
        "string_too_short": "is missing",
        "string_too_long": f"is longer than {most} characters",
        "string_pattern_mismatch": "is not an e-mail address" if field == "email" else "has signs that are not taken",
        "too_long": f"holds more than {most}",
        "literal_error": f"holds a word that is not known; known are {error.get('ctx', {}).get('expected')}",
    }
    return {"field": field, "detail": said.get(error["type"], str(error["msg"]).removeprefix("Value error, "))}


def _told(one: Outcome) -> Fared:
    if one.problem is not None:
        return Fared("failed", errors=one.problem.errors or [{"field": "row", "detail": one.problem.detail}])
    return Fared(one.result, changes=sorted(one.changes) if one.result == "updated" else ())


async def _keep(tx: AsyncSession, row: Import, fared: Mapping[int, Fared]) -> None:
    results = [one.result for one in fared.values()]
    changes = [orjson.dumps(list(one.changes)).decode() for one in fared.values()]
    errors = [orjson.dumps(list(one.errors)).decode() for one in fared.values()]
    await fetch(tx, _DONE, tenant_of(tx), row.id, list(fared), results, changes, errors)


def _count(row: Import, fared: Mapping[int, Fared]) -> None:
    counted = Counter(one.result for one in fared.values())
    row.position += len(fared)
    row.created += counted["created"]
    row.updated += counted["updated"]
    row.unchanged += counted["unchanged"]
    row.failed += counted["failed"]
    row.changes = dict(Counter(row.changes) + Counter(name for one in fared.values() for name in one.changes))
    row.attempts, row.updated_at = 0, now()


def _finish(tx: AsyncSession, row: Import) -> None:
    row.version += 1
    if row.state == "checking":
        row.state = "checked"
        return
    row.state, row.finished_at = "done", now()
    counts = {name: [None, getattr(row, name)] for name in ("created", "updated", "unchanged", "failed")}
    audit.note(tx, actor(row), audit.Line("import.done", "import", row.id, row.file_name, counts))
