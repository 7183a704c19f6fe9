"""Who may see and do what with a document. One scope for list, count, search, download and object alike.

No contact sees what is not on the portal. Of what is, they see (F149-F151):

* their own uploads, and what customers see on cases in their scope;
* Public: what is in the public folder; where it is for organisations, only acting for one of those;
* Private: what is in the private folder and for them; with the scope of the organisation, what is for it;
* My Documents: what hangs on a project of theirs that shows its documents.

A contact acts for one organisation at a time: what they uploaded for another one is not there meanwhile.
"""

from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Select,
    Uuid,
    and_,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import aliased

from documents.models import (
    Document,
    DocumentRequest,
    KnownCase,
    KnownProject,
    Link,
    ProjectContact,
    RecordLink,
    Watcher,
)
from kit.alike import as_id
from kit.caller import Caller
from kit.db import AnyRow

Verb = Literal["upload", "commit", "link", "unlink", "describe", "publish", "remove"]
Folder = Literal["public", "private", "mine"]

_own, _hung, _case = aliased(Document), aliased(Link), aliased(KnownCase)
_shelved, _for, _narrow = aliased(Document), aliased(RecordLink), aliased(RecordLink)
Filed = aliased(Document)
"""A document that is looked at by its id."""

Ids = Select[UUID]


def visible(caller: Caller) -> ColumnElement[bool]:
    """The documents this caller may know of. What was a version of one is there with that one alone."""
    if sees_all(caller):
        return no_old_version()
    if may_feed(caller):
        # What the CRM brought, and what of it is on its way: it may change these without reading any others.
        return and_(no_old_version(), or_(Document.external_id.is_not(None), Document.uploaded_by_id == caller.id))
    if not has_documents(caller):
        return false()
    return and_(Document.on_portal, no_old_version(), Document.id.in_(reached(caller)))


class Way(NamedTuple):
    """One way to see documents: their ids, as an index has them, and what must hold of each (as `Filed`) besides."""

    ids: Ids
    where: ColumnElement[bool] | None = None

    @property
    def whole(self) -> Ids:
        """All of them."""
        return self.ids if self.where is None else select(Filed.id).where(Filed.id.in_(self.ids), self.where)


def ways(caller: Caller, folder: Folder | None = None) -> list[Way]:
    """All ways in which a contact comes to see documents, or those into one folder."""
    folders = {"public": _public, "private": _private, "mine": _on_projects}
    if folder:
        return folders[folder](caller)
    own = select(_own.id).where(_own.uploaded_by_id == caller.id, _own.organisation_id == caller.organisation_id)
    found = [Way(own), *_on_cases(caller)]
    return found + [way for each in folders.values() for way in each(caller)] if caller.uses("documents") else found


def reached(caller: Caller, folder: Folder | None = None) -> CompoundSelect[UUID]:
    """The ids of what a contact sees so, shown on the portal or not: a union of what indexes find, not an OR over every
    document of the tenant, for few are theirs among many."""
    return union(*(way.whole for way in ways(caller, folder)))


def no_old_version() -> ColumnElement[bool]:
    """Documents themselves, and files on their way that shall be one's newest version."""
    return or_(Document.version_of.is_(None), Document.state != "ready")


def in_folder(caller: Caller, folder: Folder) -> ColumnElement[bool]:
    """F149-F151: the documents that stand in a folder, for staff by what they say of themselves."""
    if not sees_all(caller):
        return Document.id.in_(reached(caller, folder))
    if folder == "mine":
        on_any = (_for.tenant_id == Document.tenant_id, _for.document_id == Document.id, _for.kind == "project")
        return exists().where(*on_any)
    return Document.folder == folder


def visible_case(caller: Caller) -> ColumnElement[bool]:
    """The cases this caller may know of, by this service's copy."""
    if sees_all(caller):
        return true()
    return KnownCase.id.in_(_cases_of(caller)) if caller.kind == "contact" else false()


def visible_project(caller: Caller) -> ColumnElement[bool]:
    """F153, F154: the projects whose documents this caller may know of, by this service's copy."""
    if sees_all(caller):
        return true()
    if not has_documents(caller):
        return false()
    mine = select(ProjectContact.project_id).where(ProjectContact.contact_id == caller.id)
    return and_(
        KnownProject.id.in_(mine),
        KnownProject.organisation_id == caller.organisation_id,
        KnownProject.documents_on_portal,
        or_(KnownProject.on_portal, KnownProject.kind == "documents"),
        ~KnownProject.archived,
    )


def visible_link(caller: Caller) -> ColumnElement[bool]:
    """The links to cases this caller may know of."""
    if sees_all(caller):
        return true()
    on_theirs = or_(Link.case_id.in_(_followed(caller)), Link.organisation_id.in_(_reach(caller, "cases")))
    return and_(Link.visibility == "customer", on_theirs)


def visible_record(caller: Caller) -> ColumnElement[bool]:
    """The links to other records this caller may know of: a contact's own ones, and no stranger's."""
    if sees_all(caller):
        return true()
    projects = select(KnownProject.id).where(visible_project(caller))
    return or_(
        and_(RecordLink.kind == "contact", RecordLink.record_id == caller.id),
        and_(RecordLink.kind == "organisation", RecordLink.record_id == caller.organisation_id),
        and_(RecordLink.kind == "project", RecordLink.record_id.in_(projects)),
    )


def lists(caller: Caller, *, on_a_case: bool) -> bool:
    """F018, F139: with the documents module off there is no list of all files; those of one case stay with the case."""
    return caller.kind != "contact" or caller.uses("documents") or (on_a_case and caller.uses("cases"))


def can(caller: Caller, verb: Verb, document: Document | None = None) -> bool:
    """May the caller do this: upload at all, or commit, link, unlink, describe, publish or remove a document that they
    see?"""
    if verb == "publish":
        return publishes(caller)
    if verb == "remove":
        return publishes(caller) or (may_feed(caller) and document is not None and document.external_id is not None)
    if verb == "unlink":
        return caller.kind == "staff" and caller.has("cases.answer")
    if document is not None and not is_own(caller, document):
        return verb in ("link", "describe") and caller.kind == "staff" and caller.has("cases.answer")
    if caller.kind == "staff":
        return caller.has("cases.answer")
    return caller.kind == "contact" and (caller.uses("cases") or (verb != "link" and caller.uses("documents")))


def publishes(caller: Caller) -> bool:
    """F141: Edit Customer Documents - Portal Availability."""
    return caller.kind == "staff" and caller.has("documents.publish")


def may_feed(caller: Caller) -> bool:
    """The CRM brings files of its own with a key for that."""
    return caller.kind == "key" and caller.has("crm.write")


def asks(caller: Caller) -> bool:
    """May the caller ask customers for documents?"""
    return caller.kind == "staff" and caller.has("cases.answer")


def visible_request(caller: Caller) -> ColumnElement[bool]:
    """The requests this caller may know of: staff of all, a contact of their own, acting for whom they were asked."""
    if sees_all(caller):
        return true()
    if not has_documents(caller):
        return false()
    return and_(DocumentRequest.contact_id == caller.id, DocumentRequest.organisation_id == caller.organisation_id)


def sets_up(caller: Caller) -> bool:
    """The tenant's settings are for those who set the portal up."""
    return caller.kind == "staff" and caller.has("settings.edit")


def is_own(caller: Caller, document: Document | AnyRow) -> bool:
    """Did the caller upload it, and a contact for whom they act now?"""
    theirs = caller.kind != "contact" or document.organisation_id == caller.organisation_id
    return document.uploaded_by_id == caller.id and theirs


def sees_all(caller: Caller) -> bool:
    """Is every document of the tenant this caller's to see?"""
    return caller.kind == "staff" or (caller.kind == "key" and caller.has("documents.read"))


def has_documents(caller: Caller) -> bool:
    """Is this a contact who sees any, acting for some organisation?"""
    uses = caller.uses("documents") or caller.uses("cases")
    return caller.kind == "contact" and uses and caller.organisation_id is not None


def _on_cases(caller: Caller) -> list[Way]:
    """What customers see on the cases in the caller's scope."""
    shown = select(_hung.document_id.label("id")).where(_hung.visibility == "customer")
    found = [Way(shown.where(_hung.case_id.in_(_followed(caller))))]
    theirs = _reach(caller, "cases")
    return [*found, Way(shown.where(_hung.organisation_id.in_(theirs)))] if theirs else found


def _public(caller: Caller) -> list[Way]:
    """F149: for every contact of the tenant, or for those of the organisations it is for."""
    public = select(_shelved.id).where(_shelved.folder == "public", _shelved.state == "ready")
    return [Way(public, _meant_for(caller))]


def _private(caller: Caller) -> list[Way]:
    """F150: for this contact by name, or for the organisation where the scope reaches that far (F067, F068)."""
    filed = Filed.folder == "private"
    named = select(_for.document_id.label("id")).where(_for.kind == "contact", _for.record_id == caller.id)
    found = [Way(named, and_(filed, _meant_for(caller)))]
    if theirs := _reach(caller, "documents"):
        of_them = (_for.kind == "organisation", _for.record_id.in_(theirs))
        found.append(Way(select(_for.document_id.label("id")).where(*of_them), filed))
    return found


def _meant_for(caller: Caller) -> ColumnElement[bool]:
    """Is a filed document for no organisation in particular, or for the one the contact acts for?

    Put together as an array, document by document: what EXISTS asks, PostgreSQL answers by looking through all that is
    for any organisation at all, once for each statement.
    """
    of_it = (_narrow.tenant_id == Filed.tenant_id, _narrow.document_id == Filed.id, _narrow.kind == "organisation")
    named = select(_narrow.record_id).where(*of_it).correlate(Filed).scalar_subquery()
    named_or_null = func.nullif(func.array(named), cast([], ARRAY(Uuid)))
    theirs = as_id(caller.organisation_id) == func.any(named_or_null)
    return func.coalesce(theirs, _nobodys(caller), type_=Boolean)


def _nobodys(caller: Caller) -> ColumnElement[bool]:
    """Did no contact of another organisation bring it?"""
    return or_(Filed.organisation_id.is_(None), Filed.organisation_id == caller.organisation_id)


def _on_projects(caller: Caller) -> list[Way]:
    """F151: on a project linked to the contact."""
    projects = select(KnownProject.id).where(visible_project(caller))
    hung = select(_for.document_id.label("id")).where(_for.kind == "project", _for.record_id.in_(projects))
    return [Way(hung)]


def _reach(caller: Caller, module: str) -> list[UUID]:
    """The organisations whose records of a module are the caller's to see, beside their own ones."""
    if caller.organisation_id is None or caller.scope(module) == "own":
        return []
    return list(caller.organisation_ids) if caller.scope(module) == "hierarchy" else [caller.organisation_id]


def _cases_of(caller: Caller) -> CompoundSelect[UUID]:
    return union(_followed(caller), select(_case.id).where(_case.organisation_id.in_(_reach(caller, "cases"))))


def _followed(caller: Caller) -> CompoundSelect[UUID]:
    """Their own cases, and those they watch, of the organisation they act for."""
    theirs = _case.organisation_id == caller.organisation_id
    watched = and_(Watcher.tenant_id == _case.tenant_id, Watcher.case_id == _case.id)
    return union(
        select(_case.id).where(_case.contact_id == caller.id, theirs),
        select(_case.id).join(Watcher, watched).where(Watcher.person_id == caller.id, theirs),
    )
