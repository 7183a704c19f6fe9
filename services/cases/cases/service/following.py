"""Who follows a case besides the contact it is for: they read it, answer, and are told of what is said."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.errors import CaseClosed, MayNotDoThat, UnknownFollower
from cases.models import Case, KnownPerson, Watcher
from cases.policy import can
from cases.queries.people import of_organisation
from cases.service.found import Found, Standing, find
from cases.service.timeline import touch
from kit.at_last import insert_at_last
from kit.caller import Caller
from kit.db import tenant_of
from kit.outbox import emit


async def follow(tx: AsyncSession, caller: Caller, key: str, person_id: UUID | None) -> Standing:
    """F111: follow a case, or let somebody follow it. Following twice changes nothing. Raises UnknownFollower."""
    found = await find(tx, caller, key)
    who = person_id or caller.id
    assert who
    _check(caller, found.case, who)
    if who in found.watcher_ids or who == found.case.contact_id:
        return found.standing
    if who == caller.id and caller.kind == "contact":
        add(tx, found.case.id, [who])
    else:
        await _add_somebody(tx, caller, found.case, who)
    _say(tx, found, [*found.watcher_ids, who])
    return found.standing


async def unfollow(tx: AsyncSession, caller: Caller, key: str, person_id: UUID) -> Standing:
    """Let somebody, or oneself, follow a case no more."""
    found = await find(tx, caller, key)
    _check(caller, found.case, person_id)
    if person_id in found.watcher_ids:
        await tx.execute(delete(Watcher).where(Watcher.case_id == found.case.id, Watcher.person_id == person_id))
        _say(tx, found, [one for one in found.watcher_ids if one != person_id])
    return found.standing


def _check(caller: Caller, case: Case, who: UUID) -> None:
    if case.status == "closed":
        raise CaseClosed("This case is closed, so nobody is told of it any more.")
    if not can(caller, "follow" if who == caller.id else "add_followers", case):
        raise MayNotDoThat("You can only follow this case yourself.")


async def _add_somebody(tx: AsyncSession, caller: Caller, case: Case, who: UUID) -> None:
    """Let somebody follow who is known and may: in the statement that writes it down. Raises UnknownFollower."""
    theirs = of_organisation(case.organisation_id)
    allowed = or_(theirs, KnownPerson.kind == "staff") if caller.kind == "staff" else theirs
    known = select(KnownPerson.tenant_id, literal(case.id), KnownPerson.id)
    known = known.where(KnownPerson.id == who, KnownPerson.active, allowed)
    columns = ["tenant_id", "case_id", "person_id"]
    added = await tx.execute(insert(Watcher).from_select(columns, known).returning(Watcher.person_id))
    if added.one_or_none() is None:
        raise UnknownFollower()


def add(tx: AsyncSession, case_id: UUID, people: Sequence[UUID]) -> None:
    """Write down, with the COMMIT, who follows a case; whoever does already stays."""
    for one in people:
        insert_at_last(tx, "watchers", unless_there=True, tenant_id=tenant_of(tx), case_id=case_id, person_id=one)


def _say(tx: AsyncSession, found: Found, watcher_ids: list[UUID]) -> None:
    case = found.case
    touch(case)
    event = contracts.CaseWatched(
        case_id=case.id,
        reference=case.reference,
        contact_id=case.contact_id,
        watcher_ids=watcher_ids,
        organisation_id=case.organisation_id,
    )
    emit(tx, event, version=case.version)
