"""What documents hears: which cases and projects there are, whose they are, and which files were named on them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import (
    CaseChanged,
    CaseClosed,
    CaseMerged,
    CaseNoteAdded,
    CaseOpened,
    CaseWatched,
    ProjectChanged,
)
from documents import service
from documents.models import Document, KnownCase, KnownProject, Link, ProjectContact, Watcher
from kit.db import tenant_of
from kit.hears import Hears

hears = Hears()

_AboutACase = CaseNoteAdded | CaseChanged | CaseClosed | CaseWatched | CaseMerged


@hears(CaseOpened)
async def know_the_case(tx: AsyncSession, event: CaseOpened) -> None:
    """Keep a copy of a case, and hang on it the files it was opened with (F097)."""
    facts: dict[str, Any] = {"organisation_id": event.organisation_id, "contact_id": event.contact_id}
    facts |= {"external_id": event.external_id}
    values = {"tenant_id": tenant_of(tx), "id": event.case_id, "reference": event.reference, **facts}
    closed = {"closed": event.status == "closed", "closed_at": _closed_at(event, closed=event.status == "closed")}
    opened = insert(KnownCase).values(**values, **closed, version=event.envelope.version)
    # Whose a case is, and what the CRM calls it, never changes: written even where a later event has come first.
    kept = facts | {"external_id": func.coalesce(opened.excluded.external_id, KnownCase.external_id)}
    await tx.execute(opened.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=kept))
    await service.link_named(tx, event.case_id, event.document_ids, event.opened_by, "customer", event.organisation_id)


@hears(CaseNoteAdded)
async def follow_the_note(tx: AsyncSession, event: CaseNoteAdded) -> None:
    """Keep up with the followers, and hang on the case the files that were named (F112)."""
    if await _newest(tx, event, closed=False, closed_at=None, **_whose(event)):
        await _followed_by(tx, event.case_id, event.watcher_ids)
    # A speaker of before did not say for whom its author wrote: for nobody, then.
    acting_for = event.author_organisation_id
    await service.link_named(tx, event.case_id, event.document_ids, event.author, event.visibility, acting_for)


@hears(CaseChanged)
async def follow_the_change(tx: AsyncSession, event: CaseChanged) -> None:
    """Know a case that was opened again, and what the CRM calls it: that holds however late it is heard."""
    closed = event.status == "closed"
    await _newest(tx, event, closed=closed, closed_at=_closed_at(event, closed=closed))
    if event.external_id:
        named = update(KnownCase).where(KnownCase.id == event.case_id, KnownCase.external_id.is_(None))
        await tx.execute(named.values(external_id=event.external_id))


@hears(CaseClosed)
async def know_the_closed_case(tx: AsyncSession, event: CaseClosed) -> None:
    """F125: nothing is added to a closed case."""
    if await _newest(tx, event, closed=True, closed_at=event.envelope.occurred_at, **_whose(event)):
        await _followed_by(tx, event.case_id, event.watcher_ids)


@hears(ProjectChanged)
async def know_the_project(tx: AsyncSession, event: ProjectChanged) -> None:
    """F151, F153, F154: keep a copy of a project, and of whom its documents are for."""
    named = ("reference", "name", "kind", "on_portal", "documents_on_portal", "organisation_id", "archived")
    values = {name: getattr(event, name) for name in named} | {"version": event.envelope.version}
    statement = insert(KnownProject).values(tenant_id=tenant_of(tx), id=event.project_id, **values)
    newer = statement.on_conflict_do_update(
        index_elements=["tenant_id", "id"],
        set_={name: statement.excluded[name] for name in values},
        where=statement.excluded.version > KnownProject.version,
    )
    if (await tx.execute(newer.returning(KnownProject.id))).scalar() is not None:
        await _linked_to(tx, event.project_id, event.contact_ids)


async def _linked_to(tx: AsyncSession, project_id: UUID, contact_ids: list[UUID]) -> None:
    left = (ProjectContact.project_id == project_id, ProjectContact.contact_id.not_in(contact_ids))
    await tx.execute(delete(ProjectContact).where(*left))
    if contact_ids:
        rows = [{"tenant_id": tenant_of(tx), "project_id": project_id, "contact_id": one} for one in contact_ids]
        await tx.execute(insert(ProjectContact).values(rows).on_conflict_do_nothing())


@hears(CaseWatched)
async def follow_the_followers(tx: AsyncSession, event: CaseWatched) -> None:
    """F111: know at once who follows a case now, and who does no more."""
    if await _newest(tx, event, **_whose(event)):
        await _followed_by(tx, event.case_id, event.watcher_ids)


@hears(CaseMerged)
async def move_the_files_of_a_merged_case(tx: AsyncSession, event: CaseMerged) -> None:
    """What hung on a case hangs on the one it went into; whoever follows that one sees it."""
    await _newest(tx, event, closed=True, closed_at=event.envelope.occurred_at, organisation_id=event.organisation_id)
    await _move(tx, event.case_id, event.into_id)
    await _followed_by(tx, event.into_id, event.watcher_ids)


def _whose(event: CaseNoteAdded | CaseClosed | CaseWatched) -> dict[str, UUID]:
    """Whose case it is, as far as the event says."""
    said = {"organisation_id": event.organisation_id, "contact_id": event.contact_id}
    return {name: value for name, value in said.items() if value is not None}


def _closed_at(event: CaseOpened | CaseChanged, *, closed: bool) -> datetime | None:
    """When a file's days begin: the news of it is as near as this service comes."""
    return event.envelope.occurred_at if closed else None


async def _newest(tx: AsyncSession, event: _AboutACase, **values: Any) -> bool:
    """Write what an event says of a case, unless what is here is as new or newer. Returns whether it was written."""
    values |= {"reference": event.reference, "version": event.envelope.version}
    statement = insert(KnownCase).values(tenant_id=tenant_of(tx), id=event.case_id, **values)
    written: dict[str, Any] = {name: statement.excluded[name] for name in values}
    if "closed_at" in values:
        # News of a case that is closed already is no other end of it: its files' days go on as they began.
        since = and_(KnownCase.closed, statement.excluded.closed)
        written["closed_at"] = case(
            (since, func.coalesce(KnownCase.closed_at, statement.excluded.closed_at)),
            else_=statement.excluded.closed_at,
        )
    newer = statement.on_conflict_do_update(
        index_elements=["tenant_id", "id"],
        set_=written,
        where=statement.excluded.version > KnownCase.version,
    )
    return (await tx.execute(newer.returning(KnownCase.id))).scalar() is not None


async def _followed_by(tx: AsyncSession, case_id: UUID, person_ids: list[UUID]) -> None:
    await tx.execute(delete(Watcher).where(Watcher.case_id == case_id, Watcher.person_id.not_in(person_ids)))
    if person_ids:
        rows = [{"tenant_id": tenant_of(tx), "case_id": case_id, "person_id": person_id} for person_id in person_ids]
        await tx.execute(insert(Watcher).values(rows).on_conflict_do_nothing())


async def _move(tx: AsyncSession, case_id: UUID, into_id: UUID) -> None:
    """Hang the files of one case on another; those that hang there already stay as they are."""
    there = select(Link.tenant_id, Link.document_id, literal(into_id), Link.visibility, Link.created_at)
    columns = ["tenant_id", "document_id", "case_id", "visibility", "created_at"]
    moved = insert(Link).from_select(columns, there.where(Link.case_id == case_id))
    await tx.execute(moved.on_conflict_do_nothing())
    await tx.execute(delete(Link).where(Link.case_id == case_id))
    await tx.execute(update(Document).where(Document.case_id == case_id).values(case_id=into_id))
