"""Reads of documents: plain rows off the ORM, each one inside `policy.visible`."""

from documents.queries.documents import meant_for_closed, one, one_of, replaced, to_draw, versions
from documents.queries.lists import all_of, on_projects, page
from documents.queries.requests import request, requests
from documents.queries.rows import links_of, records_of
from documents.queries.settings import settings

__all__ = [
    "all_of",
    "links_of",
    "meant_for_closed",
    "on_projects",
    "one",
    "one_of",
    "page",
    "records_of",
    "replaced",
    "request",
    "requests",
    "settings",
    "to_draw",
    "versions",
]
