"""Who may see and do what with a document. One scope for list, count, search and object alike."""

from typing import Literal

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from documents.models import Document, KnownCase, Link, Watcher
from kit.caller import Caller

Verb = Literal["upload", "commit", "link"]


def visible(caller: Caller) -> ColumnElement[bool]:
    """The documents this caller may know of: a contact's own, and what customers see on cases in their scope."""
    if _sees_all(caller):
        return true()
    if caller.kind != "contact" or not (caller.uses("documents") or caller.uses("cases")):
        return false()
    linked = (
        select(Link.document_id)
        .join(KnownCase, and_(KnownCase.tenant_id == Link.tenant_id, KnownCase.id == Link.case_id))
        .where(Link.visibility == "customer", visible_case(caller))
    )
    return or_(Document.uploaded_by_id == caller.id, Document.id.in_(linked))


def visible_case(caller: Caller) -> ColumnElement[bool]:
    """The cases this caller may know of, by this service's copy."""
    if _sees_all(caller):
        return true()
    if caller.kind != "contact":
        return false()
    watched = exists().where(
        and_(Watcher.tenant_id == KnownCase.tenant_id, Watcher.case_id == KnownCase.id, Watcher.person_id == caller.id)
    )
    return or_(_within_scope(caller), KnownCase.contact_id == caller.id, watched)


def visible_link(caller: Caller) -> ColumnElement[bool]:
    """The links this caller may know of, once joined with their cases."""
    return true() if _sees_all(caller) else and_(Link.visibility == "customer", visible_case(caller))


def listed(caller: Caller, *, on_a_case: bool) -> ColumnElement[bool]:
    """F139: with the documents module off there is no list of all files; those of one case stay with the case."""
    return true() if on_a_case or caller.kind != "contact" or caller.uses("documents") else false()


def can(caller: Caller, verb: Verb, document: Document | None = None) -> bool:
    """May the caller do this: upload at all, or commit or link a document that they see?"""
    if document is not None and document.uploaded_by_id != caller.id:
        return verb == "link" and caller.kind == "staff" and caller.has("cases.answer")
    if caller.kind == "staff":
        return caller.has("cases.answer")
    return caller.kind == "contact" and (caller.uses("cases") or (verb != "link" and caller.uses("documents")))


def _sees_all(caller: Caller) -> bool:
    return caller.kind == "staff" or (caller.kind == "key" and caller.has("documents.read"))


def _within_scope(caller: Caller) -> ColumnElement[bool]:
    scope = caller.scope("cases")
    if scope == "organisation" and caller.organisation_id:
        return KnownCase.organisation_id == caller.organisation_id
    if scope == "hierarchy":
        return KnownCase.organisation_id.in_(caller.organisation_ids)
    return false()
