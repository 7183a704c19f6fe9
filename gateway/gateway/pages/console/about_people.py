"""What several pages about people share: who may, what a form says, organisations to choose from."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from gateway.client import Refused
from gateway.pages.forms import Form
from gateway.pages.visit import Visit
from kit.problems import NotAllowed

Choice = tuple[str, str]
"""A value and its words."""


def must(visit: Visit, permission: str) -> None:
    """Raises NotAllowed for whoever lacks the right: its buttons were not shown to them either."""
    if permission not in visit.session.caller.permissions:
        raise NotAllowed()


async def organisations_to_choose(visit: Visit, q: str, *known: Choice) -> list[Choice]:
    """Customers whose name holds `q`, the first ones without; and those that are chosen already."""
    found = await visit.get("/organisations", q=q, kind="customer", active="true", limit=25)
    named = {value: words for value, words in known if value} | {one["id"]: one["name"] for one in found["items"]}
    return sorted(named.items(), key=lambda choice: choice[1].lower())


async def chosen_organisation(visit: Visit, organisation_id: str) -> Choice:
    """An organisation that a form came back with, by name; nothing where there is none."""
    try:
        found = await visit.get(f"/organisations/{UUID(organisation_id)}")
    except (Refused, ValueError):
        return "", ""
    return organisation_id, found["name"]


def ticked(form: Form, *names: str) -> dict[str, Any]:
    """Boxes that are ticked, and those that are not."""
    return {name: form.values[name] == "yes" for name in names}


def or_none(form: Form, *names: str) -> dict[str, Any]:
    """Fields where nothing typed means nothing known."""
    return {name: form.values[name].strip() or None for name in names}


def typed(record: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """A record as its form shows it."""

    def as_text(value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else ""
        return "" if value is None else str(value)

    return {name: as_text(record.get(name)) for name in names}


def filters_of(visit: Visit, *names: str) -> dict[str, Any]:
    """A list's filters, as the address has them."""
    query = visit.request.query_params
    return {name: query.get(name, "").strip() for name in names}
