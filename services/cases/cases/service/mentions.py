"""People named in a note as @Sam Stone or @sam, among those its writer may see."""

import re
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import Case, Entry, KnownPerson, Watcher
from cases.queries.people import of_organisation
from kit.caller import Caller

MOST = 20
"""Mentions of one note that are looked for."""
_MENTION = re.compile(r"(?<![\w@.])@(\w[\w.'-]*(?: \w[\w.'-]*){0,3})")


async def mentioned(tx: AsyncSession, caller: Caller, case: Case, text: str, *, internal: bool) -> list[UUID]:
    """Whom a note names; in one query, and none where it holds no @. A name that fits two names nobody."""
    phrases = [_lengths(found.lower()) for found in _MENTION.findall(text)[:MOST]]
    wanted = {name for names in phrases for name in names}
    if not wanted:
        return []
    name = func.lower(KnownPerson.name)
    named = or_(name.in_(wanted), func.split_part(name, " ", 1).in_(wanted))
    query = select(KnownPerson.id, name.label("name")).where(KnownPerson.active, named, _seen(caller, case, internal))
    people = [(row.id, str(row.name)) for row in (await tx.execute(query.limit(200))).all()]
    found = [_whom(names, people) for names in phrases]
    return list(dict.fromkeys(one for one in found if one is not None and one != caller.id))


def _lengths(phrase: str) -> list[str]:
    """The words after an @, longest first: "sam stone will", "sam stone", "sam"."""
    words = phrase.split(" ")
    return [" ".join(words[:number]).rstrip(".'-") for number in range(len(words), 0, -1)]


def _whom(names: list[str], people: list[tuple[UUID, str]]) -> UUID | None:
    for name in names:
        whole = [person for person, known in people if known == name]
        first = [person for person, known in people if known.split(" ")[0] == name]
        if len(whole or first) == 1:
            return (whole or first)[0]
    return None


def _seen(caller: Caller, case: Case, internal: bool) -> ColumnElement[bool]:
    """Whom the writer may name: staff their colleagues and, to the customer, the customer's people; a contact those
    who already talk on the case, and a manager their colleagues. Nobody of a customer in an internal note."""
    staff = KnownPerson.kind == "staff"
    if caller.kind == "staff":
        return staff if internal else or_(staff, of_organisation(case.organisation_id))
    writers = select(Entry.author_id).where(Entry.case_id == case.id, Entry.visibility == "customer")
    watchers = select(Watcher.person_id).where(Watcher.case_id == case.id)
    here = or_(
        KnownPerson.id.in_([one for one in (case.contact_id, case.assignee_id) if one]),
        KnownPerson.id.in_(writers),
        and_(KnownPerson.kind == "contact", KnownPerson.id.in_(watchers)),
    )
    if caller.organisation_id == case.organisation_id and caller.has("organisation.manage"):
        return or_(here, of_organisation(case.organisation_id))
    return here
