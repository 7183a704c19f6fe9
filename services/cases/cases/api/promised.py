"""What of a case's promises its reader is shown."""

from datetime import datetime

from cases.schemas.lists import Promise
from kit.db import AnyRow
from kit.ids import now


def promised(row: AnyRow) -> list[Promise]:
    """The promises that are not kept yet, the one that comes first leading; news come after answer and solution."""
    if row.resolved_at is not None:
        return []
    due = {"resolution": row.resolution_due_at}
    if row.first_response_at is None:
        due |= {"response": row.response_due_at}
    found = [_promise(kind, at, row) for kind, at in due.items() if at is not None]
    found.sort(key=lambda one: str(one.due))
    news = [Promise(kind="update", due=row.next_update_on, state="due")] if row.next_update_on else []
    return found + news


def _promise(kind: str, due: datetime, row: AnyRow) -> Promise:
    state = "paused" if row.paused_since else "overdue" if due < now() else "due"
    return Promise.model_validate({"kind": kind, "due": due, "state": state})
