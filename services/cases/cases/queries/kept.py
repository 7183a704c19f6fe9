"""Statements that are composed once, for all callers who see alike: to compose one takes longer than to answer it.

A statement is kept for what decides its form: what a caller is and was granted, and what is asked. Who it is, and for
which organisation, are its parameters.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam

from cases.schemas.lists import CaseFilters
from kit.caller import Caller
from kit.db import AnyQuery

_FORM = set(CaseFilters.model_fields)
Compose = Callable[[Caller, CaseFilters], tuple[AnyQuery, AnyQuery]]


class Alike(NamedTuple):
    """What callers have in common for whom a statement is the same."""

    kind: str
    modules: frozenset[str]
    permissions: frozenset[str]
    scope: str
    organisations: tuple[UUID | None, tuple[UUID, ...]] | None
    """Where somebody acts for none, or for one and those below it, these decide the form; None where it is one."""

    def caller(self) -> Caller:
        """One who stands for all of them: the ids are parameters, named as `who` has them."""
        organisation, below = self.organisations or (bindparam("caller_organisation_id", type_=Uuid()), ())
        whole: dict[str, Any] = {
            "kind": self.kind,
            "id": bindparam("caller_id", type_=Uuid()),
            "organisation_id": organisation,
            "organisation_ids": below,
            "modules": self.modules,
            "permissions": self.permissions,
            "scopes": {"cases": self.scope},
        }
        return Caller.model_construct(**whole)


def alike(caller: Caller) -> Alike:
    """With whom this caller shares statements."""
    one = caller.organisation_id is not None and caller.scope("cases") != "hierarchy"
    organisations = None if one else (caller.organisation_id, caller.organisation_ids)
    return Alike(caller.kind, caller.modules, caller.permissions, caller.scope("cases"), organisations)


def who(caller: Caller) -> dict[str, UUID | None]:
    """The parameters that stand for this caller."""
    return {"caller_id": caller.id, "caller_organisation_id": caller.organisation_id}


def of_a_list(compose: Compose, caller: Caller, filters: CaseFilters) -> tuple[AnyQuery, AnyQuery, dict[str, Any]]:
    """The two statements of a list as it was asked for, and their parameters."""
    if filters.q or filters.view == "overdue":
        # What is searched for, and what time it is, are written into the statement.
        return *compose(caller, filters), {}
    form = filters.model_copy(update={"cursor": filters.cursor and "after"})
    asked = form.model_dump_json(include=_FORM, exclude_defaults=True)
    return *_of_a_list(compose, alike(caller), asked), who(caller)


@lru_cache(maxsize=512)
def _of_a_list(compose: Compose, callers: Alike, asked: str) -> tuple[AnyQuery, AnyQuery]:
    return compose(callers.caller(), CaseFilters.model_validate_json(asked))
