"""Organisations, as the CRM sends them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import CircularHierarchy, MayNotDoThat, SentTwice, UnknownOrganisation
from identity.models import Organisation
from identity.policy import may_write_people
from identity.schemas.people import OrganisationChange
from identity.service import audit, said
from identity.service.rows import Changes, changed, written
from kit.caller import Caller
from kit.db import fetch
from kit.ids import new_id
from kit.outbox import emit

Known = dict[str, Organisation]
"""Organisations by external id."""

_LINEAGE = """
WITH RECURSIVE up (id, parent_id) AS (
    SELECT id, parent_id FROM organisations WHERE id = ANY ($1)
    UNION SELECT o.id, o.parent_id FROM up JOIN organisations o ON o.id = up.parent_id
) SELECT id, parent_id FROM up
"""


async def upsert_organisations(
    tx: AsyncSession, caller: Caller, changes: Mapping[str, OrganisationChange]
) -> list[tuple[Organisation, bool]]:
    """Make or change up to 1,000 organisations, by external id; says which are new.

    A parent is here already, or among them. Raises UnknownOrganisation, CircularHierarchy, SentTwice.
    """
    if not may_write_people(caller):
        raise MayNotDoThat("Send a key with the scope crm.write.")
    known = await _known(tx, changes)
    new = {key: Organisation(id=new_id(), external_id=key, active=True, version=0) for key in changes.keys() - known}
    both = known | new
    parents = {row.id: row.parent_id for row in known.values()}
    differing = {key: changed(both[key], _wanted(both, changes[key])) for key in sorted(changes)}
    touched = [both[key] for key, different in differing.items() if different]
    if moved := [row for row in touched if row.parent_id and row.parent_id != parents.get(row.id)]:
        await _refuse_circles(tx, moved, touched)
    tx.add_all(new[key] for key in sorted(new))
    await written(tx, {"organisations_external": SentTwice})
    for row in touched:
        emit(tx, said.organisation(row), version=row.version)
    audit.note(tx, caller, *(_line(both[key], different) for key, different in differing.items() if different))
    return [(both[key], key in new) for key in changes]


def _line(row: Organisation, different: Changes) -> audit.Line:
    verb = "made" if row.version == 1 else "changed"
    return audit.Line(f"organisation.{verb}", "organisation", row.id, row.name, different)


async def _known(tx: AsyncSession, changes: Mapping[str, OrganisationChange]) -> Known:
    named = changes.keys() | {change.parent_external_id for change in changes.values() if change.parent_external_id}
    query = select(Organisation).where(Organisation.external_id.in_(named)).order_by(Organisation.external_id)
    rows = (await tx.execute(query.with_for_update(key_share=True))).scalars()
    return {row.external_id: row for row in rows if row.external_id}


def _wanted(both: Known, change: OrganisationChange) -> dict[str, Any]:
    wanted = change.model_dump(exclude_unset=True)
    if "parent_external_id" in wanted:
        parent = wanted.pop("parent_external_id")
        if parent is not None and parent not in both:
            raise UnknownOrganisation(errors=[{"field": "parent_external_id", "detail": "is not known"}])
        wanted["parent_id"] = both[parent].id if parent else None
    return wanted


async def _refuse_circles(tx: AsyncSession, moved: Iterable[Organisation], touched: Iterable[Organisation]) -> None:
    lineage = await fetch(tx, _LINEAGE, [row.parent_id for row in moved])
    above: dict[UUID, UUID | None] = {known["id"]: known["parent_id"] for known in lineage}
    above |= {row.id: row.parent_id for row in touched}
    for row in moved:
        seen, up = {row.id}, row.parent_id
        while up is not None:
            if up in seen:
                raise CircularHierarchy(errors=[{"field": "parent_external_id", "detail": "is below it"}])
            seen.add(up)
            up = above.get(up)
