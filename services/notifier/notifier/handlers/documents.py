"""What people are told of files, and of those they are asked for."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import DocumentChanged, DocumentRequestChanged
from notifier import service
from notifier.handlers.heard import hears, name_of, text_of
from notifier.policy import Notice


@hears(DocumentChanged)
async def tell_of_an_upload(tx: AsyncSession, event: DocumentChanged) -> None:
    """F142, F145: a customer's file, to the member of staff whom the settings name, and of a flagged contact to
    whoever is on duty; to nobody twice."""
    uploader = event.uploaded_by
    if event.change != "added" or uploader.kind != "contact" or uploader.id is None:
        return
    await service.tell_of_upload(tx, event.envelope.id, uploader.id, event.tell_id, event.title, _of_file(event))


def _of_file(event: DocumentChanged) -> dict[str, Any]:
    data = {"place": f"documents/{event.document_id}", "who": event.uploaded_by.name}
    return data | {"organisation_id": text_of(event.organisation_id), "notice": event.tell_text}


@hears(DocumentRequestChanged)
async def tell_of_a_request(tx: AsyncSession, event: DocumentRequestChanged) -> None:
    """F143, F146: the contact hears what is asked of them, gets a receipt, is reminded; whoever asked hears that it
    came. That nothing is awaited any more is no reason for a mail."""
    if event.change == "closed":
        return
    received = event.change == "received"
    notice = Notice(
        followers=frozenset({event.contact_id}),
        to_customers=f"request_{event.change}",
        to_staff="request_answered" if received else None,
        owner_id=event.asked_by.id if received else None,
    )
    data: dict[str, Any] = {
        "module": None,
        "who": name_of(event.asked_by),
        "by": name_of(event.changed_by),
        "excerpt": event.note,
    }
    data |= {"reason": event.reason, "due_on": f"{event.due_on:%d %B %Y}".lstrip("0") if event.due_on else ""}
    data |= {"place": f"requests/{event.request_id}", "organisation_id": str(event.organisation_id)}
    await service.tell(tx, event.envelope.id, notice, event.title, data)
