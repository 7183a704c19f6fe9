"""What the CRM calls a record that was made here: it says so once, by the record's own id, and the record keeps it."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.problems import Conflict
from kit.schemas import ExternalId, Input, View


class NewName(Input):
    """What the CRM calls a record that has no external id yet."""

    external_id: ExternalId


class NameView(View):
    """A record's two names, and its version with them; of a note it is the case's."""

    id: UUID
    external_id: str
    version: int


class NamedOtherwise(Conflict):
    """A record keeps what the CRM called it first: two records of a CRM's never become one here."""

    title = "This record has another external id already, and keeps it."


class ExternalIdTaken(Conflict):
    """An external id names one record of its kind."""

    title = "Another record has this external id already. Each record needs one of its own."


async def name(tx: AsyncSession, record: Any, external_id: str, counted: Any = None) -> bool:
    """Give a record under lock its external id. Returns False where it had this one.

    `counted` is whose version counts that, where the record has none of its own. Raises NamedOtherwise and
    ExternalIdTaken.
    """
    if record.external_id == external_id:
        return False
    if record.external_id is not None:
        raise NamedOtherwise(f"This record has the external id {record.external_id} already, and keeps it.")
    record.external_id = external_id
    (counted or record).version += 1
    try:
        await tx.flush()
    except IntegrityError as error:
        raise ExternalIdTaken(errors=[{"field": "external_id", "detail": ExternalIdTaken.title}]) from error
    return True


def name_view(record: Any, counted: Any = None) -> NameView:
    """A record that was named, as it is answered."""
    return NameView(id=record.id, external_id=record.external_id, version=(counted or record).version)
