"""F103: views of a list as addresses of it."""

from typing import Any

from gateway.pages.visit import Visit

_IN_ADDRESS = {
    "date_from": "from",
    "date_to": "to",
    "category_id": "category",
    "department_id": "department",
    "group_id": "group",
}


def address_of(view: dict[str, Any]) -> dict[str, Any]:
    """A view as the query of its list's address."""
    query = {_IN_ADDRESS.get(name, name): value for name, value in view["query"].items() if value}
    return query | {"saved": view["id"]}


def with_addresses(choices: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The views among a list's choices, each with its address."""
    return [one | {"address": address_of(one)} for one in (choices or {}).get("views", [])]


def first_of(visit: Visit, choices: dict[str, Any] | None) -> dict[str, Any] | None:
    """The address of the view that a list begins with, where somebody came to the bare list."""
    if visit.request.url.query:
        return None
    return next((address_of(one) for one in (choices or {}).get("views", []) if one["default"]), None)
