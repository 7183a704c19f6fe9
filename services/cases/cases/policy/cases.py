"""Who may see and do what with a case. One scope for list, count, search and object alike.

A contact acts for one organisation at a time: what is theirs in another one is not there meanwhile.
"""

from typing import Literal

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from cases.models import Case, Watcher
from kit.caller import Caller

Verb = Literal["comment", "note_internal", "close", "reopen", "assign", "change_status"]
VERBS: tuple[Verb, ...] = ("comment", "note_internal", "close", "reopen", "assign", "change_status")


def visible(caller: Caller) -> ColumnElement[bool]:
    """The cases this caller may know of."""
    if caller.kind == "staff" or (caller.kind == "key" and caller.has("cases.read")):
        return true()
    if caller.kind != "contact" or not caller.uses("cases") or caller.organisation_id is None:
        return false()
    watched = exists().where(
        and_(Watcher.tenant_id == Case.tenant_id, Watcher.case_id == Case.id, Watcher.person_id == caller.id)
    )
    theirs = Case.organisation_id == caller.organisation_id
    return or_(_within_scope(caller), and_(theirs, or_(Case.contact_id == caller.id, watched)))


def mine(caller: Caller) -> ColumnElement[bool]:
    """F115: the caller's own cases where they act now, or for staff those assigned to them."""
    if caller.kind == "staff":
        return Case.assignee_id == caller.id
    return and_(Case.contact_id == caller.id, Case.organisation_id == caller.organisation_id)


def _within_scope(caller: Caller) -> ColumnElement[bool]:
    scope = caller.scope("cases")
    if scope == "organisation":
        return Case.organisation_id == caller.organisation_id
    if scope == "hierarchy":
        return Case.organisation_id.in_(caller.organisation_ids)
    return false()


def sees_internal(caller: Caller) -> bool:
    """F110: what staff write among themselves never reaches a contact."""
    return caller.kind == "staff"


def can(caller: Caller, verb: Verb, case: Case) -> bool:
    """May a caller who sees this case do this to it?"""
    is_open = case.status != "closed"
    if caller.kind == "staff":
        return caller.has("cases.answer") and (is_open if verb != "reopen" else not is_open)
    if caller.kind != "contact" or not is_open:
        return False
    own = case.contact_id == caller.id and case.organisation_id == caller.organisation_id
    return verb == "comment" or (verb == "close" and own)
