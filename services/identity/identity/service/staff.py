"""Who works for the tenant."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import EmailTaken, StaffNotFound
from identity.models import ROLES, Staff
from identity.schemas.people import StaffChange
from identity.service import audit, said
from identity.service.rows import changed, written
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
