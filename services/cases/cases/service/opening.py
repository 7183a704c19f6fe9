"""A case begins, in whichever way."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import MayNotDoThat, NobodyToOpenFor, NotContinued, PriorityNotOffered, UnknownOfDesk
from cases.models import Case
from cases.policy import can, offers_priority
from cases.queries.desk import chosen
from cases.queries.rules import rules
from cases.schemas.cases import NewCase
from cases.schemas.forms import Question
from cases.service import promises
from cases.service.answers import checked
from cases.service.found import Standing, find
from cases.service.opened import say_opened
from kit.caller import Caller
from kit.db import AnyRow
from kit.ids import new_id


class Whose(NamedTuple):
    """The contact a case is for, and the organisation they have it with."""

    contact_id: UUID
    name: str
    organisation_id: UUID


async def open_case(tx: AsyncSession, caller: Caller, new: NewCase) -> Standing:
    """F094: open a case for the caller, or by staff for a contact, and say so."""
    whose = await _whose(tx, caller, new.contact_id)
    linked: dict[str, Any] = {"linked_from_id": await _linked(tx, caller, new.linked_from)} if new.linked_from else {}
    return await begin(tx, caller, new, whose, "staff" if caller.kind == "staff" else "portal", **linked)


async def _linked(tx: AsyncSession, caller: Caller, key: str) -> UUID:
    """F125: the case a new one goes on from: any that staff see, for customers one of theirs that is closed so."""
    found = await find(tx, caller, key)
    if caller.kind != "staff" and not can(caller, "open_linked", found.case, found.rules.desk):
        raise NotContinued()
    return found.case.id


async def begin(
    tx: AsyncSession, caller: Caller, new: NewCase, whose: Whose, via: str, *, asks: bool = True, **more: Any
) -> Standing:
    """Write a new case and say so. `asks`: the category's questions are to be answered; `more` columns besides.

    Raises UnknownOfDesk, PriorityNotOffered, WrongAnswers.
    """
    found = await queries.chosen_for(tx, new)
    _offered(new, found)
    form = [Question.model_validate(question) for question in found.form or []]
    case = Case(
        id=new_id(),
        subject=new.subject,
        body=new.body,
        priority=_priority(caller, new, found),
        category=found.category or new.category,
        category_id=found.category_id,
        department_id=found.department_id,
        product_id=found.product_id,
        group_id=found.group_id,
        assignee_id=None if found.group_id else found.assignee_id,
        fields=checked(form, new.fields, staff=caller.kind != "contact", demand=asks),
        asset=new.asset.model_dump() if new.asset else None,
        opened_via=via,
        organisation_id=whose.organisation_id,
        contact_id=whose.contact_id,
        contact_name=whose.name,
        **more,
    )
    desk = rules(found.desk, found.days_off)
    promises.begin(case, desk)
    tx.add(case)
    await tx.flush()
    names = {"department": found.department, "product": found.product, "group_member_ids": found.member_ids or []}
    say_opened(tx, caller, case, **names, document_ids=new.document_ids)
    return Standing(case, desk.desk)


def _offered(new: NewCase, found: AnyRow) -> None:
    """Raises UnknownOfDesk for what was named and is not this desk's, or is offered no more."""
    named = ("category_id", "department_id", "product_id", "template_id")
    missing = [name for name in named if getattr(new, name) and getattr(found, name) is None]
    if missing:
        raise UnknownOfDesk(errors=[{"field": name, "detail": UnknownOfDesk.title} for name in missing])


def _priority(caller: Caller, new: NewCase, found: AnyRow) -> str:
    """What was chosen, else what the template says. Customers choose among what the desk offers them."""
    given = new.priority if "priority" in new.model_fields_set else None
    usual: str = found.template_priority or "normal"
    if caller.kind != "contact" or given in (None, usual):
        return given or usual
    if not offers_priority(chosen(found.settings), given):
        raise PriorityNotOffered(errors=[{"field": "priority", "detail": PriorityNotOffered.title}])
    return given


async def _whose(tx: AsyncSession, caller: Caller, contact_id: UUID | None) -> Whose:
    if caller.kind == "contact" and caller.id and caller.organisation_id and caller.uses("cases"):
        if contact_id in (None, caller.id):
            return Whose(caller.id, caller.name, caller.organisation_id)
        if not caller.has("organisation.manage"):
            raise MayNotDoThat("You can open cases for yourself only.")
        return await _colleague(tx, contact_id, caller.organisation_id)
    if caller.kind != "staff" or not caller.has("cases.answer"):
        raise MayNotDoThat()
    contact = await queries.person(tx, contact_id, "contact") if contact_id else None
    if contact is None:
        raise NobodyToOpenFor()
    return Whose(contact.id, contact.name, contact.organisation_id)


async def _colleague(tx: AsyncSession, contact_id: UUID, organisation_id: UUID) -> Whose:
    """Somebody of the organisation that a manager acts for. Raises NobodyToOpenFor."""
    found = await queries.person(tx, contact_id, "contact", organisation_id)
    if found is None:
        raise NobodyToOpenFor()
    return Whose(found.id, found.name, organisation_id)
