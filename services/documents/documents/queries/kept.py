"""Lists of documents whose statements are composed once for all callers who see alike."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BindParameter, DateTime, Uuid, bindparam

from documents.schemas import DocumentFilters
from kit.alike import Alike, alike, who
from kit.caller import Caller
from kit.db import AnyQuery


class Asked(NamedTuple):
    """What a list is asked for. The ids in it may be parameters."""

    filters: DocumentFilters
    before: tuple[Any, Any] | None
    """When the last row of the page before was made, and its id."""
    hits: BindParameter[Sequence[UUID]] | None
    """The documents that a rare word was found in."""


Compose = Callable[[Caller, Asked], tuple[AnyQuery, AnyQuery]]


def of_a_list(
    compose: Compose,
    caller: Caller,
    filters: DocumentFilters,
    before: tuple[datetime, UUID] | None,
    hits: Sequence[UUID] | None,
) -> tuple[AnyQuery, AnyQuery, dict[str, Any]]:
    """The two statements of a list as it was asked for, and their parameters."""
    later = dict(zip(("before_at", "before_id"), before, strict=True)) if before else {}
    if filters.q and hits is None:
        # What is searched for is written into the statement.
        return *compose(caller, Asked(filters, _BEFORE if before else None, None)), later
    form = Form(
        filters.kind,
        filters.folder,
        filters.on_portal,
        filters.limit,
        on_case=filters.case_id is not None,
        later=before is not None,
        found=hits is not None,
    )
    values = who(caller) | later | {"case_id": filters.case_id, "record_id": filters.id, "hits": hits}
    return *_of_a_list(compose, alike(caller, "cases", "documents"), form), values


_BEFORE = (bindparam("before_at", type_=DateTime(timezone=True)), bindparam("before_id", type_=Uuid()))


class Form(NamedTuple):
    """What decides the form of a list's statements, of what is asked."""

    kind: str | None
    folder: str | None
    on_portal: bool | None
    limit: int
    on_case: bool
    later: bool
    found: bool


@lru_cache(maxsize=512)
def _of_a_list(compose: Compose, callers: Alike, form: Form) -> tuple[AnyQuery, AnyQuery]:
    asked: dict[str, Any] = {
        "kind": form.kind,
        "id": bindparam("record_id", type_=Uuid()) if form.kind else None,
        "case_id": bindparam("case_id", type_=Uuid()) if form.on_case else None,
        "folder": form.folder,
        "on_portal": form.on_portal,
        "limit": form.limit,
    }
    hits = bindparam("hits", type_=ARRAY(Uuid)) if form.found else None
    before = _BEFORE if form.later else None
    return compose(callers.caller(), Asked(DocumentFilters.model_construct(**asked), before, hits))
