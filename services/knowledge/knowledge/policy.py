"""Who may read and do what with an article. One scope for list, search, suggestion and page alike."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, false, literal_column
from sqlalchemy.orm import InstrumentedAttribute

from kit.caller import Caller
from knowledge.models import AUDIENCES, STATES, Article

Verb = Literal["edit", "publish", "archive"]
VERBS: tuple[Verb, ...] = ("edit", "publish", "archive")


class Reach(NamedTuple):
    """The audiences and states a caller reads."""

    audiences: Sequence[str]
    states: Sequence[str]


def reach(caller: Caller) -> Reach:
    """F186, F188, F191: guests read what is public, contacts what is for customers, staff also what is internal."""
    if writes(caller) or (caller.kind == "key" and caller.has("articles.read")):
        return Reach(AUDIENCES, STATES)
    if caller.kind == "staff":
        return Reach(AUDIENCES, ("published",))
    if caller.kind == "contact" and caller.uses("articles"):
        return Reach(("public", "customers"), ("published",))
    if caller.kind == "guest" and caller.uses("articles"):
        return Reach(("public",), ("published",))
    return Reach((), ())


def visible(caller: Caller) -> ColumnElement[bool]:
    """The articles this caller may know of."""
    audiences, states = reach(caller)
    if not audiences:
        return false()
    return and_(_one_of(Article.audience, audiences), _one_of(Article.state, states))


def _one_of(column: InstrumentedAttribute[str], values: Sequence[str]) -> ColumnElement[bool]:
    """As literals: a partial index is used only where the planner sees constants that fit it."""
    return column.in_([literal_column(f"'{value}'") for value in values])


def writes(caller: Caller) -> bool:
    """May this caller see drafts, as the staff do who write or publish them?"""
    return caller.kind == "staff" and (caller.has("articles.write") or caller.has("articles.publish"))


def feeds(caller: Caller) -> bool:
    """Is this the CRM, which brings its own articles?"""
    return caller.kind == "key" and caller.has("crm.write")


def can(caller: Caller, verb: Verb, article: Article) -> bool:
    """May a caller who sees this article do this to it? What readers see changes by who may publish alone."""
    if caller.kind != "staff":
        return False
    if verb == "edit":
        return caller.has("articles.write") and (article.state != "published" or caller.has("articles.publish"))
    return caller.has("articles.publish") and article.state != {"publish": "published", "archive": "archived"}[verb]


def reads_announcements(caller: Caller) -> bool:
    """Whoever belongs to the tenant: its customers and its staff."""
    return caller.kind in ("contact", "staff")


def announces(caller: Caller) -> bool:
    """May this caller say what is out of order?"""
    return caller.kind == "staff" and caller.has("articles.publish")
