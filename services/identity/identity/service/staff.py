"""Who works for the tenant."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, any_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import EmailTaken, LastAdmin, MayNotDoThat, StaffNotFound
from identity.models import ROLES, Staff
from identity.policy import may_edit_staff
from identity.schemas.editing import NewStaff, StaffPatch
from identity.schemas.people import StaffChange
from identity.service import audit, said
from identity.service.rows import changed, expect, written
from kit.caller import Caller
from kit.ids import new_id
from kit.outbox import emit


async def add_staff(
    tx: AsyncSession, caller: Caller, name: str, email: str, roles: Sequence[str], *, on_duty: bool = True
) -> Staff:
    """Make a member of staff. They cannot log in until a password is set. Raises EmailTaken."""
    if unknown := set(roles) - ROLES.keys():
        raise ValueError(f"There is no role {sorted(unknown)[0]!r}; there are {', '.join(ROLES)}.")
    person = Staff(id=new_id(), name=name, email=email, roles=list(roles), on_duty=on_duty, active=True, version=1)
    tx.add(person)
    await written(tx, {"staff_email": EmailTaken})
    emit(tx, said.staff(person), version=person.version)
    given = {"email": [None, email], "roles": [None, person.roles]}
    audit.note(tx, caller, audit.Line("staff.made", "staff", person.id, name, given))
    return person


async def make_staff(tx: AsyncSession, caller: Caller, new: NewStaff) -> Staff:
    """F021, F060: a new colleague, by an admin. Raises MayNotDoThat, EmailTaken."""
    if not may_edit_staff(caller):
        raise MayNotDoThat("Only an admin can add staff.")
    return await add_staff(tx, caller, new.name, new.email, new.roles, on_duty=new.on_duty)


async def change_staff(tx: AsyncSession, caller: Caller, staff_id: UUID, change: StaffPatch, version: int) -> Staff:
    """F021, F060: change a colleague, by an admin. Raises StaffNotFound, VersionStale, EmailTaken, LastAdmin."""
    if not may_edit_staff(caller):
        raise MayNotDoThat("Only an admin can change staff.")
    person, admins = await _with_admins(tx, staff_id)
    expect(person, version)
    different = changed(person, change.model_dump(exclude_unset=True))
    if not any(one.active and "admin" in one.roles for one in (person, *admins)):
        raise LastAdmin()
    await written(tx, {"staff_email": EmailTaken})
    if different:
        emit(tx, said.staff(person), version=person.version)
        audit.note(tx, caller, audit.Line("staff.changed", "staff", person.id, person.name, different))
    return person


async def _with_admins(tx: AsyncSession, staff_id: UUID) -> tuple[Staff, list[Staff]]:
    """Somebody, and every active admin: all are locked, so that two admins cannot disable each other at once."""
    admins = and_(Staff.active, literal("admin") == any_(Staff.roles))
    query = select(Staff).where(or_(Staff.id == staff_id, admins)).order_by(Staff.id).with_for_update(key_share=True)
    rows = list((await tx.execute(query)).scalars())
    person = next((row for row in rows if row.id == staff_id), None)
    if person is None:
        raise StaffNotFound()
    return person, [row for row in rows if row is not person]


async def change_me(tx: AsyncSession, caller: Caller, change: StaffChange) -> Staff:
    """F060: go on duty, or off it."""
    query = select(Staff).where(Staff.id == caller.id, Staff.active).with_for_update()
    person = (await tx.execute(query)).scalar_one_or_none() if caller.kind == "staff" else None
    if person is None:
        raise StaffNotFound()
    if different := changed(person, change.model_dump()):
        emit(tx, said.staff(person), version=person.version)
        audit.note(tx, caller, audit.Line("staff.changed", "staff", person.id, person.name, different))
    return person
