"""Letters about requests for a document."""

from datetime import date
from typing import Any

import pytest

from contracts import Actor, DocumentRequestChanged
from kit.ids import new_id


def changed(house: Any, change: str, **other: Any) -> DocumentRequestChanged:
    values: dict[str, Any] = {
        "request_id": new_id(),
        "change": change,
        "title": "Signed contract",
        "note": "All pages, please.",
        "reason": "It is not signed." if change == "returned" else "",
        "due_on": date(2026, 12, 1),
        "contact_id": house.ann,
        "organisation_id": house.organisation,
        "case_id": None,
        "document_id": None,
        "asked_by": house.actor("sam"),
        "changed_by": house.actor("sam"),
    }
    return DocumentRequestChanged(**values | other)


@pytest.mark.parametrize(
    ("change", "letters"),
    [
        ("asked", {("ann", "request_asked")}),
        ("received", {("ann", "request_received"), ("sam", "request_answered")}),
        ("returned", {("ann", "request_returned")}),
        ("due_soon", {("ann", "request_due_soon")}),
        ("due", {("ann", "request_due")}),
        ("closed", set()),
    ],
)
async def test_contact_and_asker_hear_of_a_request_f143_f146(house: Any, change: str, letters: set[Any]) -> None:
    """F143, F146: asked, with a receipt, sent back with the reason, reminded; each letter once."""
    nobody = {"changed_by": Actor(id=None, kind="system", name="")} if change.startswith("due") else {}
    event, event_id = changed(house, change, **nobody), new_id()
    for _ in range(2):
        await house.hear(event, event_id=event_id)
    assert await house.told() == letters
    assert len(await house.rows("SELECT id FROM mails")) == len(letters)
