"""Saying that a case was opened, whoever opened it."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.models import Case
from cases.service.timeline import actor
from kit.caller import Caller
from kit.outbox import emit


def say_opened(tx: AsyncSession, caller: Caller, case: Case, **told: Any) -> None:
    """Say that a case was opened. `told` is what the case itself does not know: the names of its department and its
    product, who is in its group (`group_member_ids`), its files (`document_ids`)."""
    event = contracts.CaseOpened(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        status=case.status,
        priority=case.priority,
        organisation_id=case.organisation_id,
        opened_by=actor(caller),
        contact_id=case.contact_id,
        assignee_id=case.assignee_id,
        category=case.category,
        group_id=case.group_id,
        opened_via=case.opened_via,
        external_id=case.external_id,
        **{"document_ids": [], **told},
    )
    emit(tx, event, version=case.version)
