"""What stands beside a case on its page: who follows and who wrote, what it came from, what else its people asked."""

from typing import Any

from sqlalchemy import ColumnElement, and_, column, func, literal, null, or_, select, true, union_all
from sqlalchemy.orm import aliased

from cases.models import (
    CannedReply,
    Case,
    CaseArticle,
    Entry,
    GroupMember,
    KnownArticle,
    KnownPerson,
    Presence,
    Watcher,
)
from cases.policy import reads_article, sees_internal, visible
from cases.queries.rules import days_off, desk_text, status_words
from kit.caller import Caller
from kit.db import at_most

FOLLOWABLE = 100
"""How many names somebody chooses from who lets others follow a case."""
HISTORY = 5
ARTICLES = 50

_PERSON = func.json_build_object("id", KnownPerson.id, "name", KnownPerson.name, "kind", KnownPerson.kind)
_other = aliased(Case)

OF_EVERY_CASE: tuple[Any, ...] = (
    Case.merged_into_id,
    Case.rating,
    Case.rating_comment,
    Case.rated_at,
    desk_text.label("desk"),
    days_off.label("days_off"),
)


def columns(caller: Caller) -> tuple[ColumnElement[Any], ...]:
    """What this caller sees beside a case."""
    staff = caller.kind == "staff"
    whole = {
        "status_words": status_words(caller),
        "watchers": _watchers(caller),
        "participants": _participants(caller),
        "followable": _followable(caller) if staff or caller.has("organisation.manage") else null(),
        "articles": _articles(caller),
        "merged_into": _reference(caller, Case.merged_into_id),
        "linked_from": _reference(caller, Case.linked_from_id),
        "writing": _writing(caller) if staff else null(),
        "history": _history() if staff else null(),
        "canned": _canned(caller) if staff else null(),
    }
    return tuple(column.label(name) for name, column in whole.items())


def _watchers(caller: Caller) -> ColumnElement[Any]:
    """Followers; a contact sees those of the customer's side, for which colleague listens in is staff's affair."""
    seen = true() if sees_internal(caller) else KnownPerson.kind == "contact"
    return (
        select(func.json_agg(_PERSON))
        .join(Watcher, and_(Watcher.tenant_id == KnownPerson.tenant_id, Watcher.person_id == KnownPerson.id))
        .where(Watcher.tenant_id == Case.tenant_id, Watcher.case_id == Case.id, seen)
        .correlate(Case)
        .scalar_subquery()
    )


def _participants(caller: Caller) -> ColumnElement[Any]:
    """Whoever wrote what the caller sees."""
    seen = true() if sees_internal(caller) else Entry.visibility == "customer"
    wrote = (
        select(Entry.author_id, Entry.author_kind, func.max(Entry.author_name).label("name"))
        .where(Entry.tenant_id == Case.tenant_id, Entry.case_id == Case.id, Entry.kind == "note", seen)
        .where(Entry.author_id.is_not(None))
        .group_by(Entry.author_id, Entry.author_kind)
        .limit(at_most(50))
        .correlate(Case)
        .subquery()
    )
    one = func.json_build_object("id", wrote.c.author_id, "name", wrote.c.name, "kind", wrote.c.author_kind)
    return select(func.json_agg(one)).scalar_subquery()


def _followable(caller: Caller) -> ColumnElement[Any]:
    """Whom the caller may let follow: the customer's people, and for staff their colleagues behind them."""
    theirs = func.people_of(Case.organisation_id, at_most(FOLLOWABLE)).table_valued(
        column("id", KnownPerson.id.type), column("name", KnownPerson.name.type)
    )
    allowed: Any = select(theirs.c.id, theirs.c.name, literal("contact").label("kind")).correlate(Case)
    if caller.kind == "staff":
        staff = select(KnownPerson.id, KnownPerson.name, KnownPerson.kind)
        staff = staff.where(KnownPerson.kind == "staff", KnownPerson.active)
        allowed = union_all(allowed, staff.order_by(KnownPerson.name, KnownPerson.id).limit(at_most(FOLLOWABLE)))
    people = allowed.subquery()
    already = select(Watcher.person_id).where(Watcher.case_id == Case.id).correlate(Case)
    some = (
        select(people.c.id, people.c.name, people.c.kind)
        .where(people.c.id != Case.contact_id, people.c.id.not_in(already))
        .order_by(people.c.kind, people.c.name, people.c.id)
        .limit(at_most(FOLLOWABLE))
        .correlate(Case)
        .subquery()
    )
    return select(func.json_agg(some.table_valued())).scalar_subquery()


def _articles(caller: Caller) -> ColumnElement[Any]:
    """The articles that are named on the case, of those the caller reads."""
    shown = (
        select(KnownArticle.id, KnownArticle.slug, KnownArticle.title, KnownArticle.audience)
        .join(
            CaseArticle,
            and_(CaseArticle.tenant_id == KnownArticle.tenant_id, CaseArticle.article_id == KnownArticle.id),
        )
        .where(CaseArticle.tenant_id == Case.tenant_id, CaseArticle.case_id == Case.id, reads_article(caller))
        .order_by(KnownArticle.title, KnownArticle.id)
        .limit(at_most(ARTICLES))
        .correlate(Case)
        .subquery()
    )
    return select(func.json_agg(shown.table_valued())).scalar_subquery()


def _reference(caller: Caller, case_id: Any) -> ColumnElement[Any]:
    """Another case's reference, for who may see that one too."""
    inner = select(Case.id).where(visible(caller)).correlate(None).subquery()
    return (
        select(_other.number)
        .where(_other.tenant_id == Case.tenant_id, _other.id == case_id, _other.id.in_(select(inner.c.id)))
        .correlate(Case)
        .scalar_subquery()
    )


def _writing(caller: Caller) -> ColumnElement[Any]:
    one = func.json_build_object("id", Presence.person_id, "name", Presence.name, "kind", "staff")
    return (
        select(func.json_agg(one))
        .where(Presence.tenant_id == Case.tenant_id, Presence.case_id == Case.id, Presence.until > func.now())
        .where(Presence.person_id != caller.id)
        .correlate(Case)
        .scalar_subquery()
    )


def _canned(caller: Caller) -> ColumnElement[Any]:
    groups = select(GroupMember.group_id).where(GroupMember.person_id == caller.id)
    mine = or_(CannedReply.group_id.is_(None), CannedReply.group_id.in_(groups))
    some = (
        select(CannedReply.id, CannedReply.title)
        .where(mine)
        .order_by(CannedReply.title, CannedReply.id)
        .limit(at_most(50))
    )
    return select(func.json_agg(some.subquery("canned").table_valued())).scalar_subquery()


def _history() -> ColumnElement[Any]:
    """The newest other cases of the contact, and those of the rest of the organisation."""
    mine, theirs = (
        _newest(_other.contact_id == Case.contact_id),
        _newest(and_(_other.organisation_id == Case.organisation_id, _other.contact_id != Case.contact_id)),
    )
    return func.json_build_object("contact", mine, "organisation", theirs)


def _newest(whose: ColumnElement[bool]) -> ColumnElement[Any]:
    some = (
        select(_other.number, _other.subject, _other.status, _other.contact_name)
        .where(_other.tenant_id == Case.tenant_id, whose, _other.id != Case.id)
        .order_by(_other.updated_at.desc(), _other.id.desc())
        .limit(at_most(HISTORY))
        .correlate(Case)
        .subquery()
    )
    return select(func.json_agg(some.table_valued())).scalar_subquery()
