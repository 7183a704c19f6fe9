"""What is read of a document: its columns, and what it hangs on as far as its reader may know of that."""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, select, true, union_all
from sqlalchemy.dialects.postgresql import JSONB

from documents.models import Document, KnownCase, KnownProject, Link, RecordLink, TenantSettings
from documents.policy import visible_link, visible_record
from kit.caller import Caller
from kit.db import AnyQuery


def links_of(caller: Caller | None) -> ColumnElement[Any]:
    """The cases a document hangs on, as far as the caller may know of them; all of them without a caller."""
    return (
        select(func.array_agg(Link.case_id))
        .where(Link.tenant_id == Document.tenant_id, Link.document_id == Document.id)
        .where(visible_link(caller) if caller else true())
        .correlate(Document)
        .scalar_subquery()
        .label("links")
    )


def records_of(caller: Caller | None) -> ColumnElement[Any]:
    """The other records a document hangs on and whom it is for, as `kind:id`: likewise."""
    return (
        select(func.array_agg(RecordLink.kind + ":" + cast(RecordLink.record_id, Text)))
        .where(RecordLink.tenant_id == Document.tenant_id, RecordLink.document_id == Document.id)
        .where(visible_record(caller) if caller else true())
        .correlate(Document)
        .scalar_subquery()
        .label("records")
    )


def names_of() -> ColumnElement[Any]:
    """The references of the cases a document hangs on, and its projects' names, by their ids."""
    on_case = and_(Link.tenant_id == KnownCase.tenant_id, Link.case_id == KnownCase.id)
    cases = select(KnownCase.id, KnownCase.reference.label("name")).join(Link, on_case)
    on_project = and_(RecordLink.tenant_id == KnownProject.tenant_id, RecordLink.record_id == KnownProject.id)
    called = (KnownProject.reference + " " + KnownProject.name).label("name")
    projects = select(KnownProject.id, called).join(RecordLink, on_project).where(RecordLink.kind == "project")
    its = union_all(
        cases.where(Link.document_id == Document.id).correlate(Document),
        projects.where(RecordLink.document_id == Document.id).correlate(Document),
    ).subquery()
    named = func.jsonb_object_agg(its.c.id, its.c.name, type_=JSONB)
    return select(named).correlate(Document).scalar_subquery().label("names")


def pictured() -> ColumnElement[bool]:
    """F155: is there a small picture, and does the tenant show them?"""
    off = exists().where(TenantSettings.tenant_id == Document.tenant_id, ~TenantSettings.thumbnails)
    return and_(Document.thumbnail_id.is_not(None), ~off).label("pictured")


def selected(caller: Caller) -> AnyQuery:
    """Documents as lists and pages show them."""
    return select(*Document.__table__.c, links_of(caller), records_of(caller), pictured())
