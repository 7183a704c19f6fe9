"""O+8: who did what to whom, from where, in the transaction in which it was done."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from kit.at_last import at_last
from kit.caller import Caller

Place = Literal["portal", "console", "crm", "command", "portico"]
_PLACES: Mapping[str, Place] = {"contact": "portal", "guest": "portal", "staff": "console", "key": "crm"}

_NEVER_SHOWN = frozenset({"version", "updated_at", "logo"})


class Line(NamedTuple):
    """One thing that was done: `contact.changed`, to which contact, and what of it is another."""

    action: str
    kind: str
    id: UUID | None
    name: str
    changes: Mapping[str, Any] = {}
    """Field by field, the value before and the value after; a secret never."""


def note(tx: AsyncSession, caller: Caller, *lines: Line) -> None:
    """Write lines into the tenant's trail: in this transaction, as its last act, for all of a tenant are one chain."""
    if not lines:
        return
    actor = {"actor_kind": caller.kind, "actor_id": caller.id, "actor_name": caller.name, "place": _place(caller)}
    written = [
        actor
        | {"action": line.action, "subject_kind": line.kind, "subject_id": line.id, "subject_name": line.name}
        | {"changes": {field: value for field, value in line.changes.items() if field not in _NEVER_SHOWN}}
        for line in lines
    ]
    at_last(tx, "audit_note", orjson.dumps(written, default=str).decode())


def _place(caller: Caller) -> Place:
    if caller.kind == "system":
        return "command" if caller.name == "provisioning" else "portico"
    return _PLACES[caller.kind]
