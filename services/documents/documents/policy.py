"""Who may see and do what with a document. One scope for list, count, search and object alike.

A contact acts for one organisation at a time: what they uploaded for another one is not there meanwhile.
"""

from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, and_, false, select, true, union
from sqlalchemy.orm import aliased

from documents.models import Document, KnownCase, Link, Watcher
from kit.caller import Caller
from kit.db import AnyRow

Verb = Literal["upload", "commit", "link"]

_own, _hung, _case = aliased(Document), aliased(Link), aliased(KnownCase)


def visible(caller: Caller) -> ColumnElement[bool]:
    """The documents this caller may know of: a contact's own, and what customers see on cases in their scope."""
    if _sees_all(caller):
        return true()
    if caller.kind != "contact" or not (caller.uses("documents") or caller.uses("cases")):
        return false()
    if caller.organisation_id is None:
        return false()
    # A union of what indexes find, not an OR over every document of the tenant: few are theirs among many.
    own = select(_own.id).where(_own.uploaded_by_id == caller.id, _own.organisation_id == caller.organisation_id)
    linked = select(_hung.document_id).where(_hung.visibility == "customer", _hung.case_id.in_(_cases_of(caller)))
    return Document.id.in_(union(own, linked))


def visible_case(caller: Caller) -> ColumnElement[bool]:
    """The cases this caller may know of, by this service's copy."""
    if _sees_all(caller):
        return true()
    return KnownCase.id.in_(_cases_of(caller)) if caller.kind == "contact" else false()


def visible_link(caller: Caller) -> ColumnElement[bool]:
    """The links this caller may know of."""
    if _sees_all(caller):
        return true()
    return and_(Link.visibility == "customer", Link.case_id.in_(_cases_of(caller)))


def lists(caller: Caller, *, on_a_case: bool) -> bool:
    """F018, F139: with the documents module off there is no list of all files; those of one case stay with the case."""
    return caller.kind != "contact" or caller.uses("documents") or (on_a_case and caller.uses("cases"))


def can(caller: Caller, verb: Verb, document: Document | None = None) -> bool:
    """May the caller do this: upload at all, or commit or link a document that they see?"""
    if document is not None and not is_own(caller, document):
        return verb == "link" and caller.kind == "staff" and caller.has("cases.answer")
    if caller.kind == "staff":
        return caller.has("cases.answer")
    return caller.kind == "contact" and (caller.uses("cases") or (verb != "link" and caller.uses("documents")))


def is_own(caller: Caller, document: Document | AnyRow) -> bool:
    """Did the caller upload it, and a contact for whom they act now?"""
    theirs = caller.kind != "contact" or document.organisation_id == caller.organisation_id
    return document.uploaded_by_id == caller.id and theirs


def _sees_all(caller: Caller) -> bool:
    return caller.kind == "staff" or (caller.kind == "key" and caller.has("documents.read"))


def _cases_of(caller: Caller) -> CompoundSelect[UUID]:
    if caller.organisation_id is None:
        return union(select(_case.id).where(false()))
    theirs = _case.organisation_id == caller.organisation_id
    watched = and_(Watcher.tenant_id == _case.tenant_id, Watcher.case_id == _case.id)
    return union(
        select(_case.id).where(_case.contact_id == caller.id, theirs),
        select(_case.id).where(_within_scope(caller)),
        select(_case.id).join(Watcher, watched).where(Watcher.person_id == caller.id, theirs),
    )


def _within_scope(caller: Caller) -> ColumnElement[bool]:
    scope = caller.scope("cases")
    if scope == "organisation":
        return _case.organisation_id == caller.organisation_id
    if scope == "hierarchy":
        return _case.organisation_id.in_(caller.organisation_ids)
    return false()
