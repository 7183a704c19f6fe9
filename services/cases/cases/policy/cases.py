"""Who may see and do what with a case. One scope for list, count, search and object alike.

A contact acts for one organisation at a time: what is theirs in another one is not there meanwhile.
"""

from datetime import datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from cases.models import Case, KnownArticle, Watcher
from cases.schemas.desk import Desk
from kit.caller import Caller
from kit.ids import now

Verb = Literal[
    "comment",
    "note_internal",
    "close",
    "reopen",
    "assign",
    "change_status",
    "edit",
    "rate",
    "follow",
    "add_followers",
    "merge",
    "open_linked",
    "name_articles",
]
VERBS: tuple[Verb, ...] = get_args(Verb)
RATING_DAYS = 7
"""For how many days a rating can be changed."""


_case, _watcher, _article = Case.__table__.c, Watcher.__table__.c, KnownArticle.__table__.c


def visible(caller: Caller) -> ColumnElement[bool]:
    """The cases this caller may know of."""
    if _sees_all(caller):
        return true()
    organisations, person = reach(caller)
    if not organisations:
        return false()
    # One organisation is compared, not looked for in a list: only so does an index keep its order.
    within = _case.organisation_id == organisations[0]
    if len(organisations) > 1:
        within = _case.organisation_id.in_(organisations)
    return within if person is None else and_(within, _of(person))


def reach(caller: Caller) -> tuple[list[UUID] | None, UUID | None]:
    """How far a caller sees: the organisations (None for all of them), and the person where it is only their own."""
    if _sees_all(caller):
        return None, None
    if caller.kind != "contact" or not caller.uses("cases") or caller.organisation_id is None:
        return [], None
    if caller.scope("cases") == "hierarchy":
        return sorted({caller.organisation_id, *caller.organisation_ids}), None
    return [caller.organisation_id], None if caller.scope("cases") == "organisation" else caller.id


def _sees_all(caller: Caller) -> bool:
    return caller.kind == "staff" or (caller.kind == "key" and caller.has("cases.read"))


def _of(person: UUID) -> ColumnElement[bool]:
    """The cases that are for somebody, and those they follow."""
    follows = select(_watcher.case_id).where(_watcher.person_id == person).scalar_subquery()
    return or_(_case.contact_id == person, _case.id == func.any(func.array(follows)))


def mine(caller: Caller) -> ColumnElement[bool]:
    """F115: the caller's own cases where they act now, or for staff those assigned to them."""
    if caller.kind == "staff":
        return _case.assignee_id == caller.id
    return and_(_case.contact_id == caller.id, _case.organisation_id == caller.organisation_id)


def sees_internal(caller: Caller) -> bool:
    """F110: what staff write among themselves never reaches a contact, and a key that has the right for it alone."""
    return caller.kind == "staff" or (caller.kind == "key" and caller.has("internal.read"))


def reads_article(caller: Caller) -> ColumnElement[bool]:
    """F188, F191: articles as knowledge shows them: to contacts what is published for them, to staff all of them."""
    if caller.kind == "staff" or (caller.kind == "key" and caller.has("articles.read")):
        return true()
    if caller.kind != "contact" or not caller.uses("articles"):
        return false()
    return and_(_article.state == "published", _article.audience.in_(("public", "customers")))


def can(caller: Caller, verb: Verb, case: Case, desk: Desk | None = None) -> bool:
    """May a caller who sees this case do this to it, at a desk that is set so?"""
    if caller.kind == "staff":
        return caller.has("cases.answer") and _staff_can(verb, case)
    if caller.kind != "contact":
        return False
    own = case.contact_id == caller.id and case.organisation_id == caller.organisation_id
    if case.status == "closed":
        return own and _can_after_close(verb, case, desk or Desk())
    if verb == "edit":
        return own and bool(editable(desk or Desk()))
    manages = case.organisation_id == caller.organisation_id and caller.has("organisation.manage")
    if verb == "add_followers":
        return manages
    if verb == "close":
        return own or (manages and (desk or Desk()).managers_close)
    return verb in ("comment", "follow")


def _staff_can(verb: Verb, case: Case) -> bool:
    if verb in ("edit", "rate", "open_linked"):
        return False
    if verb == "reopen":
        return case.status == "closed" and case.merged_into_id is None
    return case.status != "closed"


def _can_after_close(verb: Verb, case: Case, desk: Desk) -> bool:
    """F125: what is left to a customer when their case is closed, as the desk has it."""
    if case.merged_into_id is not None:
        return False
    if verb == "rate":
        recent = case.rated_at is None or now() - case.rated_at < timedelta(days=RATING_DAYS)
        return desk.rating and recent
    if verb == "open_linked":
        return desk.after_close == "new_linked_case"
    return verb == "reopen" and (
        desk.after_close == "reopen" or (desk.after_close == "reopen_within_days" and now() < reopen_until(case, desk))
    )


def editable(desk: Desk) -> list[str]:
    """F120: what customers may change on an open case of theirs; its priority only where they choose one at all."""
    return [field for field in desk.customers_edit if field != "priority" or desk.customers_set_priority]


def offers_priority(desk: Desk, priority: str) -> bool:
    """F095: may customers choose this priority?"""
    return desk.customers_set_priority and priority in desk.priorities


def reopen_until(case: Case, desk: Desk) -> datetime:
    """Until when a customer opens a closed case again, where the desk counts the days."""
    return (case.closed_at or now()) + timedelta(days=desk.reopen_days)


def may_read_desk(caller: Caller) -> bool:
    """How the desk is set is staff's to know."""
    return caller.kind == "staff"


def may_set_desk(caller: Caller) -> bool:
    """Setting the desk is a matter of those who edit the portal's settings."""
    return caller.kind == "staff" and caller.has("settings.edit")


def may_use_canned(caller: Caller) -> bool:
    """Ready-made replies are for those who answer."""
    return caller.kind == "staff" and caller.has("cases.answer")


def may_save_views(caller: Caller) -> bool:
    """Views are a person's: of the customers who use cases, and of staff."""
    return caller.id is not None and (caller.kind == "staff" or (caller.kind == "contact" and caller.uses("cases")))


def may_share_views(caller: Caller) -> bool:
    """Views are shared among those who answer."""
    return caller.kind == "staff" and caller.has("cases.answer")


def may_see_offers(caller: Caller) -> bool:
    """What can be chosen for a new case is known to whoever may open one."""
    if caller.kind == "contact":
        return caller.uses("cases")
    return caller.kind == "staff" or may_feed(caller)


def may_feed(caller: Caller) -> bool:
    """F102: the CRM brings cases of its own with a key for that."""
    return caller.kind == "key" and caller.has("crm.write")
