"""What cases hears: who is who, what articles are called, and which files hang on a case."""

from sqlalchemy.ext.asyncio import AsyncSession

from cases import service
from cases.models import KnownArticle, KnownOrganisation, KnownPerson
from contracts import ArticleChanged, CaseReplyBegun, ContactChanged, DocumentLinked, OrganisationChanged, StaffChanged
from kit.copies import keep_newest
from kit.hears import Hears

hears = Hears()


@hears(ContactChanged)
async def know_the_contact(tx: AsyncSession, event: ContactChanged) -> None:
    """Keep a copy of a contact."""
    await keep_newest(
        tx,
        KnownPerson,
        id=event.contact_id,
        kind="contact",
        external_id=event.external_id,
        name=event.name,
        email=event.email,
        organisation_id=event.organisation_id,
        organisation_ids=event.organisation_ids or [event.organisation_id],
        active=event.portal_enabled,
        version=event.envelope.version,
    )


@hears(StaffChanged)
async def know_the_staff(tx: AsyncSession, event: StaffChanged) -> None:
    """Keep a copy of a member of staff."""
    await keep_newest(
        tx,
        KnownPerson,
        id=event.staff_id,
        kind="staff",
        external_id=None,
        name=event.name,
        email=event.email,
        organisation_id=None,
        organisation_ids=None,
        active=event.active,
        on_duty=event.on_duty,
        version=event.envelope.version,
    )


@hears(OrganisationChanged)
async def know_the_organisation(tx: AsyncSession, event: OrganisationChanged) -> None:
    """Keep a copy of an organisation's name."""
    await keep_newest(
        tx,
        KnownOrganisation,
        id=event.organisation_id,
        external_id=event.external_id,
        name=event.name,
        version=event.envelope.version,
    )


@hears(ArticleChanged)
async def know_the_article(tx: AsyncSession, event: ArticleChanged) -> None:
    """Keep a copy of what an article is called, and whom it is for."""
    await keep_newest(
        tx,
        KnownArticle,
        id=event.article_id,
        slug=event.slug,
        title=event.title,
        audience=event.audience,
        state=event.state,
        version=event.envelope.version,
    )


@hears(DocumentLinked)
async def put_the_file_on_the_timeline(tx: AsyncSession, event: DocumentLinked) -> None:
    """F112, F113: a file on a case shows where it was talked about."""
    await service.note_file(tx, event)


@hears(CaseReplyBegun)
async def forget_who_wrote_long_ago(tx: AsyncSession, event: CaseReplyBegun) -> None:
    """Rows of who was writing are good for seconds: whoever begins next to write clears away those long over."""
    await service.forget_writers(tx)
