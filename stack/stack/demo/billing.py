"""Two years of invoices, as the CRM has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from stack.demo.crm import Crm, Json
from stack.demo.directory import Contact
from stack.demo.plan import Tenant

DAYS = 730
TERM_DAYS = 30


@dataclass(frozen=True)
class Good:
    """Something sold: what the line says, the net price in minor units, how many of it there may be."""

    says: str
    price_minor: int
    most: int = 1


MONTHLY = (
    Good("Fibre 500 business line, monthly", 8_900),
    Good("Fibre 1000 business line, monthly", 12_900),
    Good("SIP trunk, 10 channels, monthly", 4_500),
    Good("Hosted telephony, per extension and month", 850, 40),
    Good("Mobile plan 20 GB, per SIM and month", 1_450, 25),
    Good("Managed firewall, monthly", 6_000),
    Good("Managed Wi-Fi, per access point and month", 900, 12),
    Good("Office suite licence, per user and month", 1_080, 40),
    Good("Backup of servers, per 100 GB and month", 700, 15),
    Good("Endpoint protection, per device and month", 390, 50),
)
ONCE = (
    Good("Desk phone T54, with power supply", 14_900, 8),
    Good("Wireless headset, two ears", 11_500, 6),
    Good('Laptop 14", 16 GB, 512 GB, set up and delivered', 104_900, 4),
    Good("Access point Wi-Fi 6, ceiling mount", 16_900, 5),
    Good("24-port PoE switch", 42_500, 2),
    Good("Patch cable Cat 6, 3 m", 490, 20),
    Good("Colour laser printer, network", 32_900, 2),
    Good("Toner, black", 6_900, 6),
    Good("Engineer on site, per hour", 8_500, 6),
    Good("Number porting, per number", 1_500, 10),
)
EURO = ("GmbH", "GmbH & Co")
TERMS = {
    "GBP": "Payment within 30 days of the invoice date by bank transfer. Please quote the invoice number. "
    "We reserve the right to charge statutory interest on late payment.",
    "EUR": "Payable without deduction within 30 days of the invoice date. Please quote the invoice number. "
    "Services were rendered in the month before the invoice date unless stated otherwise.",
}
VAT = {"GBP": 20, "EUR": 19}


async def feed(crm: Crm, tenant: Tenant, contacts: Sequence[Contact], names: dict[str, str]) -> None:
    """Send every invoice; `names` are the organisations' by external id."""
    await crm.put_all("invoices", invoices(tenant, contacts, names, date.today()))  # noqa: DTZ011 - a calendar day


def invoices(tenant: Tenant, contacts: Sequence[Contact], names: dict[str, str], today: date) -> dict[str, Json]:
    """By external id, numbered in the order they were issued."""
    rng = Random(f"invoices of {tenant.slug}")
    by_place: dict[str, list[Contact]] = {}
    for contact in contacts:
        by_place.setdefault(contact.organisation, []).append(contact)
    # Everybody known by name has enough of them to fill a page.
    known = [contact.organisation for contact in contacts[: len(tenant.contacts)]]
    places = [*(known[:1] * 14), *(known[-1:] * 8), *rng.choices(sorted(names), k=tenant.invoices)][: tenant.invoices]
    ages = sorted((rng.randrange(1, DAYS) for _ in places), reverse=True)
    rng.shuffle(places)
    made: dict[str, Json] = {}
    for count, (place, age) in enumerate(zip(places, ages, strict=True), 1):
        issued = today - timedelta(days=age)
        number = f"INV-{issued.year}-{count:04}"
        made[number.lower()] = _invoice(rng, number, place, names[place], by_place[place][0], issued, today)
    return made


def _invoice(rng: Random, number: str, place: str, name: str, to: Contact, issued: date, today: date) -> Json:
    currency = "EUR" if name.endswith(EURO) else "GBP"
    lines = _lines(rng)
    net = sum(line["amount_minor"] for line in lines)
    tax = (net * VAT[currency] + 50) // 100
    due = issued + timedelta(days=TERM_DAYS)
    paid = _paid_on(rng, issued, due, today)
    extra = {"Purchase order": f"PO-{rng.randrange(10_000, 99_999)}"} if rng.random() < 0.5 else {}
    return {
        "number": number,
        "organisation_external_id": place,
        "contact_external_id": to.external_id,
        "status": "paid" if paid else "cancelled" if rng.random() < 0.02 else "open",
        "issued_on": issued.isoformat(),
        "due_on": due.isoformat(),
        "paid_on": paid.isoformat() if paid else None,
        "currency": currency,
        "net_minor": net,
        "tax_minor": tax,
        "total_minor": net + tax,
        "terms": TERMS[currency],
        "lines": lines,
        "extra": extra | {"VAT rate": f"{VAT[currency]} %", "Account": f"A-{sum(map(ord, place)):05}"},
    }


def _lines(rng: Random) -> list[Json]:
    goods = rng.sample(MONTHLY, rng.randint(1, 4)) + rng.sample(ONCE, rng.choice((0, 0, 1, 1, 2)))
    return [_line(good, rng.randint(1, good.most)) for good in goods]


def _line(good: Good, quantity: int) -> Json:
    return {
        "description": good.says,
        "quantity": str(quantity),
        "unit_price_minor": good.price_minor,
        "amount_minor": quantity * good.price_minor,
    }


def _paid_on(rng: Random, issued: date, due: date, today: date) -> date | None:
    """Most pay in time, some late, a few not yet."""
    when = issued + timedelta(days=rng.randint(4, TERM_DAYS + 8))
    forgotten = rng.random() < (0.35 if due > today - timedelta(days=60) else 0.02)
    return None if forgotten or when > today else when
