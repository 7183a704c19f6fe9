"""Organisations, as the CRM sends them: up to 1,000 at once, each by its external id."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import CircularHierarchy, MayNotDoThat, SentTwice, UnknownOrganisation
from identity.models import Organisation
from identity.policy import may_write_people
from identity.schemas.people import OrganisationChange, OrganisationFields
from identity.service import audit, said
from identity.service.batch import EVERY_VERSION, Batch, Outcome, outcomes, put
from identity.service.rows import Changes, differences, written
from kit.caller import Caller
from kit.db import fetch
from kit.ids import new_id
from kit.outbox import emit

Known = dict[str, Organisation]
"""Organisations by external id."""

NOTHING_YET: dict[str, Any] = {
    "active": True,
    "phone": "",
    "website": "",
    "address": {},
    "email_domains": [],
    "registered_office": "",
    "business_type": "",
    "kind": "customer",
    "version": 0,
}
"""An organisation of which nothing is known."""

_LINEAGE = """
WITH RECURSIVE up (id, parent_id) AS (
    SELECT id, parent_id FROM organisations WHERE id = ANY ($1)
    UNION SELECT o.id, o.parent_id FROM up JOIN organisations o ON o.id = up.parent_id
) SELECT id, parent_id FROM up
"""


async def upsert_organisations(
    tx: AsyncSession,
    caller: Caller,
    changes: Mapping[str, OrganisationChange],
    versions: Mapping[str, int] = EVERY_VERSION,
) -> list[tuple[Organisation, bool]]:
    """Make or change up to 1,000 organisations, by external id, all or none; says which are new.

    A parent is here already, or among them. Raises UnknownOrganisation, CircularHierarchy, SentTwice, VersionStale.
    """
    batch = Batch(changes, versions)
    done = await write_organisations(tx, caller, batch)
    batch.raise_first()
    return [(one.row, one.result == "created") for one in done]


async def write_organisations(tx: AsyncSession, caller: Caller, batch: Batch[OrganisationChange]) -> list[Outcome]:
    """Make or change up to 1,000 organisations, by external id, each for itself."""
    if not (batch.allowed or may_write_people(caller)):
        raise MayNotDoThat("Send a key with the scope crm.write.")
    known = await _known(tx, batch)
    batch.check_versions(known)
    _refuse_unknown_parents(batch, known)
    rows = {key: known.get(key) or Organisation(id=new_id(), external_id=key, **NOTHING_YET) for key in batch.left}
    wanted = {key: _wanted(known | rows, batch.changes[key]) for key in batch.left}
    await _refuse_circles(tx, batch, known, rows, wanted)
    differing = {key: differences(rows[key], wanted[key]) for key in batch.left}
    if not batch.dry:
        await _keep(tx, caller, rows, differing, known)
    return outcomes(batch, rows, known, differing)


async def _keep(tx: AsyncSession, caller: Caller, rows: Known, differing: Mapping[str, Changes], known: Known) -> None:
    put(tx, rows, differing, [key for key in differing if key not in known])
    await written(tx, {"organisations_external": SentTwice})
    touched = {key: different for key, different in differing.items() if different}
    for key in touched:
        emit(tx, said.organisation(rows[key]), version=rows[key].version)
    audit.note(tx, caller, *(line_of(rows[key], different) for key, different in touched.items()))


def line_of(row: Organisation, different: Changes) -> audit.Line:
    """What the trail says of an organisation that was made or changed."""
    verb = "made" if row.version == 1 else "changed"
    return audit.Line(f"organisation.{verb}", "organisation", row.id, row.name, different)


async def _known(tx: AsyncSession, batch: Batch[OrganisationChange]) -> Known:
    """Those that are here already, and the parents that are named."""
    parents = {change.parent_external_id for change in batch.changes.values() if change.parent_external_id}
    query = select(Organisation).where(Organisation.external_id.in_(batch.changes.keys() | parents))
    if not batch.dry:
        query = query.order_by(Organisation.external_id).with_for_update(key_share=True)
    return {row.external_id: row for row in (await tx.execute(query)).scalars() if row.external_id}


def _refuse_unknown_parents(batch: Batch[OrganisationChange], known: Known) -> None:
    """A row below one that is nowhere, or that is left out itself, is left out: so are those below it in turn."""
    lost = True
    while lost:
        there = known.keys() | batch.left | batch.promised
        parents = {key: batch.changes[key].parent_external_id for key in batch.left}
        lost = False
        for key, parent in parents.items():
            if parent and parent not in there:
                detail = f"{parent} is not known"
                batch.fail(key, UnknownOrganisation(errors=[{"field": "parent_external_id", "detail": detail}]))
                lost = True


def fields_of(change: OrganisationFields) -> dict[str, Any]:
    """What is named of an organisation, as its columns."""
    wanted = change.model_dump(exclude_unset=True, exclude={"version"})
    if "address" in wanted:
        wanted["address"] = change.address.model_dump(exclude_defaults=True)
    return wanted


def _wanted(both: Known, change: OrganisationChange) -> dict[str, Any]:
    wanted = fields_of(change)
    if "parent_external_id" in wanted:
        parent = wanted.pop("parent_external_id")
        # In a dry run it may be one that an earlier row of the file only promises.
        wanted["parent_id"] = (both[parent].id if parent in both else new_id()) if parent else None
    return wanted


async def _refuse_circles(
    tx: AsyncSession, batch: Batch[OrganisationChange], known: Known, rows: Known, wanted: Mapping[str, dict[str, Any]]
) -> None:
    """Leave out, one by one, the moves that would put an organisation below itself."""
    moved = {key: wanted[key]["parent_id"] for key in batch.left if "parent_id" in wanted[key]}
    goes_under = {key: parent for key, parent in moved.items() if parent and parent != rows[key].parent_id}
    if not goes_under:
        return
    above = await lineage(tx, list(goes_under.values()))
    above |= {rows[key].id: parent for key, parent in moved.items() if key not in goes_under}
    for key, parent in goes_under.items():
        before = above.get(rows[key].id, rows[key].parent_id)
        above[rows[key].id] = parent
        if is_below_itself(rows[key].id, above):
            above[rows[key].id] = before
            batch.fail(key, CircularHierarchy(errors=[{"field": "parent_external_id", "detail": "is below it"}]))
    _refuse_unknown_parents(batch, known)


async def lineage(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, UUID | None]:
    """These organisations and all above them, each with its parent."""
    return {row["id"]: row["parent_id"] for row in await fetch(tx, _LINEAGE, ids)}


def is_below_itself(start: UUID, above: Mapping[UUID, UUID | None]) -> bool:
    """Does the way up from here come back to here?"""
    seen, up = {start}, above.get(start)
    while up is not None:
        if up in seen:
            return True
        seen.add(up)
        up = above.get(up)
    return False
