"""What a CRM's script does: it pushes what it knows, and may do so again."""

from dataclasses import dataclass
from typing import Any

from world import World, until

INVOICE = "NW-2026-0815"
ARTICLE = "Printer offline"
BODY = """## What to check

1. The printer has paper and shows no red light.
2. Its cable is plugged in at both ends.

Switch it off, wait ten seconds, switch it on."""


@dataclass(frozen=True)
class Fed:
    """Addresses of what was pushed."""

    invoice: str
    article: str


def organisation() -> dict[str, Any]:
    return {"name": "Acme Ltd"}


def contact() -> dict[str, Any]:
    return {
        "name": "Ann Archer",
        "email": "ann@acme.example",
        "organisation_external_id": "acme",
        "portal_enabled": True,
    }


def invoice() -> dict[str, Any]:
    line = {"description": "Support, one month", "quantity": "1", "unit_price_minor": 10_000, "amount_minor": 10_000}
    dates = {"issued_on": "2026-10-01", "due_on": "2026-11-01"}
    sums = {"currency": "GBP", "net_minor": 10_000, "tax_minor": 2_000, "total_minor": 12_000}
    return {"number": INVOICE, "organisation_external_id": "acme", "status": "open", "lines": [line]} | dates | sums


def article() -> dict[str, Any]:
    return {"title": ARTICLE, "body": BODY, "category": "Hardware", "audience": "customers", "state": "published"}


RECORDS = {
    "/organisations/by-external-id/acme": organisation,
    "/contacts/by-external-id/ann": contact,
    "/invoices/by-external-id/nw-0815": invoice,
    "/articles/by-external-id/printer-offline": article,
}


def push(world: World) -> Fed:
    """Everything, once; the portal has it when this returns."""
    made: dict[str, dict[str, Any]] = {}
    for path, record in RECORDS.items():
        answer = world.northwind.crm.put(path, record())
        assert answer.status_code in (200, 201), f"{path}: {answer.text}"
        made[path] = answer.json()
    fed = Fed(made["/invoices/by-external-id/nw-0815"]["id"], made["/articles/by-external-id/printer-offline"]["slug"])
    ann = world.as_("ann")
    until(lambda: ann.get(f"/invoices/{fed.invoice}").status_code == 200)
    return fed
