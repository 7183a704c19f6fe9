"""Routes of notifier: what became of each mail, for staff."""

from typing import Annotated, Any

from fastapi import Query

from kit.db import AnyRow
from kit.edge import Caller, Tx, router
from kit.schemas import Person
from notifier import queries
from notifier.errors import MailsNotFound
from notifier.policy import may_read_mails
from notifier.schemas import MailFilters, MailPage, MailRow, OutgoingView

mails = router(tags=["mails"])


@mails.get("/mails")
async def list_mails(filters: Annotated[MailFilters, Query()], caller: Caller, tx: Tx) -> MailPage:
    """The mails of this tenant, newest first."""
    if not may_read_mails(caller):
        raise MailsNotFound()
    rows, cursor = await queries.page(tx, filters)
    return MailPage(items=[MailRow(**_row(row)) for row in rows], next=cursor)


@mails.get("/mails/outgoing")
async def read_outgoing(caller: Caller, tx: Tx) -> OutgoingView:
    """F202: does the outgoing server answer?"""
    if not may_read_mails(caller):
        raise MailsNotFound()
    return OutgoingView.model_validate(await queries.outgoing(tx))


def _row(row: AnyRow) -> dict[str, Any]:
    person = Person(id=row.recipient_id, name=row.recipient_name, kind=row.recipient_kind, email=row.recipient)
    waits = row.state in ("queued", "unknown")
    return {
        "id": row.id,
        "recipient": person,
        "template": row.template,
        "about": row.about,
        "state": row.state,
        "tries": row.tries,
        "error": row.error,
        "created_at": row.created_at,
        "next_at": row.next_at if waits else None,
        "sent_at": row.sent_at,
    }
