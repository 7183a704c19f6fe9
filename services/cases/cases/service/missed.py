"""Promises that were not kept: said once each, when their time is over."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases import queries
from cases.models import Case
from kit.db import AnyRow
from kit.ids import now
from kit.outbox import emit


async def miss(tx: AsyncSession, case_id: UUID) -> int:
    """Say of a case which of its promises are broken and were not said to be; returns how many. Looks anew, under
    lock: it may have been answered meanwhile."""
    query = select(Case, queries.member_ids()).where(Case.id == case_id).with_for_update(of=Case, skip_locked=True)
    found: AnyRow | None = (await tx.execute(query)).one_or_none()
    if found is None:
        return 0
    case: Case = found[0]
    if case.paused_since or case.resolved_at or case.status == "closed":
        return 0
    moment, said = now(), 0
    response = case.response_due_at if case.first_response_at is None else None
    for name, due, missed in (
        ("response", response, case.response_missed_at),
        ("resolution", case.resolution_due_at, case.resolution_missed_at),
    ):
        if due is not None and due < moment and missed is None:
            setattr(case, f"{name}_missed_at", moment)
            _say(tx, case, name, found[1] or [])
            said += 1
    return said


def _say(tx: AsyncSession, case: Case, promise: str, member_ids: list[UUID]) -> None:
    event = contracts.CasePromiseMissed.model_validate(
        {
            "case_id": case.id,
            "reference": case.reference,
            "subject": case.subject,
            "promise": promise,
            "due_at": getattr(case, f"{promise}_due_at"),
            "assignee_id": case.assignee_id,
            "group_id": case.group_id,
            "group_member_ids": member_ids,
            "organisation_id": case.organisation_id,
        }
    )
    emit(tx, event, version=case.version)
