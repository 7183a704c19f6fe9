"""Who may read about mails, and who is told of what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts import PUBLIC, Event
from kit.caller import Caller


@dataclass(frozen=True)
class Notice:
    """Something to tell: whom it concerns on the customers' side and on ours, and in which words.

    A side without a template is told nothing. Of staff, the owner is told; with `else_on_duty`, whoever
    is on duty where there is no owner.
    """

    followers: frozenset[UUID]
    to_customers: str | None
    to_staff: str | None
    owner_id: UUID | None
    else_on_duty: bool = False
    but_not: UUID | None = None
    pool: frozenset[UUID] = frozenset()
    """F101: the group that shares it: whoever of it is on duty, or whoever is on duty at all if nobody of it is."""
    within: bool = False
    """It stays within the group: all of it are told where nobody of it is on duty."""

    @property
    def named(self) -> set[UUID]:
        """Everybody who must be known before anybody is told."""
        return {*self.followers, *([self.owner_id] if self.owner_id else [])} - {self.but_not}


_ALSO = {"people.read": "crm.write", "projects.read": "projects.write"}
"""Rights that read such records besides the one that is called so."""


def follows(caller: Caller) -> bool:
    """The changes feed is for the tenant's own programs."""
    return caller.kind == "key"


def read_types(caller: Caller) -> set[str]:
    """The events a key hears of: those of records that it may read."""
    return {
        name
        for name, event in PUBLIC.items()
        if event.read_with and (caller.has(event.read_with) or caller.has(_ALSO.get(event.read_with, "")))
    }


_INTERNAL = "internal "
"""What begins the name under which the feed keeps what staff say among themselves: it is told to who asks for that."""


def kept_as(event: Event) -> str:
    """F110: under which name an event stands in the changes feed."""
    return f"{_INTERNAL}{event.type}" if event.internal else event.type


def asked_as(caller: Caller, types: Iterable[str]) -> list[str]:
    """The names under which the feed is asked for such events: with the right, for what is internal too."""
    names = sorted(types)
    return names + [f"{_INTERNAL}{name}" for name in names] if caller.has("internal.read") else names


def told_as(name: str) -> str:
    """The event's own name again."""
    return name.removeprefix(_INTERNAL)


def may_read_mails(caller: Caller) -> bool:
    """Staff with the permission, and nobody else."""
    return caller.kind == "staff" and caller.has("mails.read")


def told(notice: Notice, people: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """F110, F111, F126, F127: who is to be told, and in which words. Nobody is told what they did themselves."""
    people = list(people)
    known = {person.id: person for person in people if person.id != notice.but_not}
    owner = known.get(notice.owner_id)
    unowned = notice.owner_id is None or (owner is not None and not owner.active)
    to_pool = notice.else_on_duty and unowned
    pool = _pool(notice, people)
    for person in known.values():
        if person.kind == "contact" and notice.to_customers and person.id in notice.followers:
            yield person, notice.to_customers
        if (
            person.kind == "staff"
            and notice.to_staff
            and (person.id in notice.named or (to_pool and person.id in pool))
        ):
            yield person, notice.to_staff


def _pool(notice: Notice, people: Iterable[Any]) -> set[UUID]:
    """F101, F127: of staff, who hears of what nobody has."""
    at_work = {person.id: person.on_duty for person in people if person.kind == "staff" and person.active}
    on_duty = {person_id for person_id, on in at_work.items() if on}
    shared = at_work.keys() & notice.pool
    if notice.within and shared:
        return (shared & on_duty) or shared
    return ((shared & on_duty) - {notice.but_not}) or on_duty


def withheld(
    person: Any, modules: Iterable[str], organisation_id: str | None, module: str | None = "cases"
) -> str | None:
    """Why this person gets no mail about a case, or another module's record or none's, of this organisation, if so.

    F051 opted out, no longer let in, the module switched off, or left the organisation.
    """
    if not person.active:
        return "not_active"
    if person.kind == "staff":
        return None
    if person.opted_out:
        return "opted_out"
    if module is not None and module not in modules:
        return "module_off"
    theirs = (
        person.organisation_ids is None or organisation_id is None or UUID(organisation_id) in person.organisation_ids
    )
    return None if theirs else "left"


def withheld_from(mail: Any, known: Any) -> str | None:
    """Why a mail that was made is not sent after all, if so.

    A letter about access reaches whoever asked for it: also a stranger, and a contact who may not come in yet.
    F051 holds for it as for any other.
    """
    if mail.kind == "notification" and mail.recipient_kind != "stranger":
        return withheld(known, known.portal_modules, mail.data.get("organisation_id"), mail.data.get("module", "cases"))
    return "opted_out" if known.opted_out else None
