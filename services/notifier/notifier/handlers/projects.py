"""What people are told of projects."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import ProjectCommentAdded
from notifier import service
from notifier.handlers.heard import hears, name_of
from notifier.policy import Notice


@hears(ProjectCommentAdded)
async def tell_of_a_projects_comment(tx: AsyncSession, event: ProjectCommentAdded) -> None:
    """F182: linked contacts hear what is meant for them, the owner what others wrote; nobody what they wrote, nor what
    the CRM brought."""
    if event.author.kind == "key":
        return
    by_contact, internal = event.author.kind == "contact", event.visibility == "internal"
    notice = Notice(
        followers=frozenset(() if internal else event.contact_ids),
        to_customers=None if internal else "project_answered",
        to_staff="project_comment",
        owner_id=event.owner_id,
        else_on_duty=by_contact,
        but_not=event.author.id,
    )
    place = f"projects/{event.reference}" + (f"/tasks/{event.task_id}" if event.task_id else "")
    data = {
        "module": "projects",
        "place": place,
        "subject": event.name,
        "task": event.task_title or "",
        "who": name_of(event.author),
        "excerpt": event.excerpt,
        "internal": internal,
        "organisation_id": str(event.organisation_id),
    }
    await service.tell(tx, event.envelope.id, notice, event.reference, data)
