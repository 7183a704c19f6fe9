"""Files that documents hung on a case."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.models import Case, Entry
from cases.service.timeline import touch


async def note_file(tx: AsyncSession, event: contracts.DocumentLinked) -> None:
    """F112: a file that documents hung on a case appears on its timeline."""
    case = (await tx.execute(select(Case).where(Case.id == event.case_id).with_for_update())).scalar_one_or_none()
    if case is None:
        return
    who = event.linked_by
    tx.add(
        Entry(
            case_id=case.id,
            kind="file",
            visibility=event.visibility,
            author_id=who.id,
            author_kind=who.kind,
            author_name=who.name,
            new=event.title or event.file_name,
        )
    )
    touch(case)
