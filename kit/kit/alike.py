"""Callers who see alike, for whom a statement is composed once: to compose one takes longer than to answer it.

A statement may be kept for what decides its form: what a caller is and was granted, and what is asked. Who it is, and
for which organisation, are its parameters.
"""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, literal

from kit.caller import Caller


class Alike(NamedTuple):
    """What callers have in common for whom a statement is the same."""

    kind: str
    modules: frozenset[str]
    permissions: frozenset[str]
    scopes: tuple[tuple[str, str], ...]
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
            "scopes": dict(self.scopes),
        }
        return Caller.model_construct(**whole)


def alike(caller: Caller, *modules: str) -> Alike:
    """With whom this caller shares the statements that go by their scopes in these modules."""
    scopes = tuple((module, caller.scope(module)) for module in modules)
    one = caller.organisation_id is not None and all(scope != "hierarchy" for _, scope in scopes)
    organisations = None if one else (caller.organisation_id, caller.organisation_ids)
    return Alike(caller.kind, caller.modules, caller.permissions, scopes, organisations)


def who(caller: Caller) -> dict[str, UUID | None]:
    """The parameters that stand for this caller."""
    return {"caller_id": caller.id, "caller_organisation_id": caller.organisation_id}


def as_id(value: UUID | ColumnElement[UUID] | None) -> ColumnElement[UUID]:
    """An id of a caller as a statement takes it, whether it is one or stands for one."""
    return value if isinstance(value, ColumnElement) else literal(value, Uuid)
