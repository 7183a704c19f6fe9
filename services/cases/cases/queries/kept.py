"""Lists of cases whose statements are composed once for all callers who see alike."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cases.schemas.lists import CaseFilters
from kit.alike import Alike, alike, who
from kit.caller import Caller
from kit.db import AnyQuery

_FORM = set(CaseFilters.model_fields)
Compose = Callable[[Caller, CaseFilters], tuple[AnyQuery, AnyQuery]]


def of_a_list(compose: Compose, caller: Caller, filters: CaseFilters) -> tuple[AnyQuery, AnyQuery, dict[str, Any]]:
    """The two statements of a list as it was asked for, and their parameters."""
    if filters.q or filters.view == "overdue":
        # What is searched for, and what time it is, are written into the statement.
        return *compose(caller, filters), {}
    form = filters.model_copy(update={"cursor": filters.cursor and "after"})
    asked = form.model_dump_json(include=_FORM, exclude_defaults=True)
    return *_of_a_list(compose, alike(caller, "cases"), asked), who(caller)


@lru_cache(maxsize=512)
def _of_a_list(compose: Compose, callers: Alike, asked: str) -> tuple[AnyQuery, AnyQuery]:
    return compose(callers.caller(), CaseFilters.model_validate_json(asked))
