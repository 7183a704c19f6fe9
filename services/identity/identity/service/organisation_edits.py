"""Organisations, made and changed one by one."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import (
    CircularHierarchy,
    ExternalIdTaken,
    MayNotDoThat,
    OrganisationNotFound,
    UnknownOrganisation,
)
from identity.models import Organisation
from identity.policy import may_edit_people, visible_organisations
from identity.schemas.editing import NewOrganisation, OrganisationPatch
from identity.service import audit, said
from identity.service.organisations import NOTHING_YET, fields_of, is_below_itself, line_of, lineage
from identity.service.rows import Changes, apply, differences, expect, written
from kit.caller import Caller
from kit.ids import new_id
from kit.outbox import emit


async def make_organisation(tx: AsyncSession, caller: Caller, new: NewOrganisation) -> Organisation:
    """O+7: a new organisation. Raises UnknownOrganisation, ExternalIdTaken."""
    _must_edit(caller)
    row = Organisation(id=new_id(), external_id=None, **NOTHING_YET)
    if new.parent_id:
        await _check_parent(tx, row, new.parent_id)
    await _keep(tx, caller, row, differences(row, fields_of(new)))
    return row


async def change_organisation(
    tx: AsyncSession, caller: Caller, organisation_id: UUID, change: OrganisationPatch, version: int
) -> Organisation:
    """O+7: change an organisation.

    Raises OrganisationNotFound, VersionStale, UnknownOrganisation, CircularHierarchy.
    """
    _must_edit(caller)
    query = select(Organisation).where(visible_organisations(caller), Organisation.id == organisation_id)
    row = (await tx.execute(query.with_for_update(key_share=True))).scalar_one_or_none()
    if row is None:
        raise OrganisationNotFound()
    expect(row, version)
    different = differences(row, fields_of(change))
    if parent_id := different.get("parent_id", [None, None])[1]:
        await _check_parent(tx, row, parent_id)
    if different:
        await _keep(tx, caller, row, different)
    return row


async def _keep(tx: AsyncSession, caller: Caller, row: Organisation, different: Changes) -> None:
    apply(row, different)
    tx.add(row)
    await written(tx, {"organisations_external": ExternalIdTaken})
    emit(tx, said.organisation(row), version=row.version)
    audit.note(tx, caller, line_of(row, different))


async def _check_parent(tx: AsyncSession, row: Organisation, parent_id: UUID) -> None:
    above = await lineage(tx, [parent_id])
    if parent_id not in above:
        raise UnknownOrganisation(errors=[{"field": "parent_id", "detail": "is not known"}])
    if is_below_itself(row.id, above | {row.id: parent_id}):
        raise CircularHierarchy(errors=[{"field": "parent_id", "detail": "is below it"}])


def _must_edit(caller: Caller) -> None:
    if not may_edit_people(caller):
        raise MayNotDoThat("Only those who edit people can do this.")
