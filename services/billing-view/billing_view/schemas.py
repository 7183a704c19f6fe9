"""What crosses HTTP about invoices."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from kit.paging import CursorText, Limit, Total
from kit.schemas import Input, Search, View, storable

Status = Literal["paid", "open", "overdue", "cancelled"]
Sort = Literal["-issued_on", "issued_on", "-due_on", "due_on", "-number", "number"]
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Minor = Annotated[int, Field(strict=True, ge=-(10**15), le=10**15)]
"""An amount in the smallest unit of its currency."""
Quantity = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$")]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(storable)]
"""What the CRM calls a record."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Detail = Annotated[str, StringConstraints(max_length=500)]


class FedLine(Input):
    """One line of an invoice; lines keep the order they come in."""

    description: Annotated[str, StringConstraints(max_length=500)]
    quantity: Quantity = "1"
    unit_price_minor: Minor
    amount_minor: Minor


class FedInvoice(Input):
    """An invoice as the CRM has it: all of it, each time. `contact_external_id` is whom it was sent to."""

    number: Number
    organisation_external_id: ExternalId
    contact_external_id: ExternalId | None = None
    reference: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    status: Status
    issued_on: date
    due_on: date
    paid_on: date | None = None
    currency: Currency
    total_minor: Minor
    net_minor: Minor | None = None
    tax_minor: Minor | None = None
    terms: Annotated[str, StringConstraints(max_length=10_000)] | None = None
    lines: Annotated[list[FedLine], Field(max_length=500)] = []
    extra: Annotated[dict[Name, Detail], Field(max_length=30)] = {}


class InvoiceFilters(BaseModel):
    """F176, F177, F178: which invoices to list, in which order, from where. `q` is the beginning of a
    number or reference; amounts and days are not searched (F092)."""

    model_config = ConfigDict(extra="forbid")

    status: Annotated[list[Status], Field(max_length=4)] = []
    issued_from: date | None = None
    issued_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    paid_from: date | None = None
    paid_to: date | None = None
    created_from: date | None = None
    created_to: date | None = None
    q: Search = None
    sort: Sort = "-issued_on"
    cursor: CursorText = None
    limit: Limit = 25


class Money(View):
    """An amount in the smallest unit of its currency (ISO 4217)."""

    amount_minor: int
    currency: str


class Named(View):
    """An organisation, as a list shows it; without an id while it is not known here."""

    id: UUID | None
    name: str | None


class InvoiceRow(View):
    """F160: one line of a list. An open invoice whose day has passed is overdue."""

    id: UUID
    number: str
    reference: str | None
    organisation: Named
    status: Status
    issued_on: date
    due_on: date
    paid_on: date | None
    total: Money


class InvoicePage(View):
    """One page of a list."""

    items: list[InvoiceRow]
    next: str | None
    total: Total


class Line(View):
    """One line of an invoice."""

    position: int
    description: str
    quantity: str
    unit_price: Money
    amount: Money


class InvoiceView(InvoiceRow):
    """F161: an invoice with its lines, terms and extra details."""

    lines: list[Line]
    net: Money | None
    tax: Money | None
    terms: str | None
    extra: dict[str, str]
    version: int


class InvoiceState(View):
    """Where an invoice stands after it was fed; `status` is what the CRM told."""

    id: UUID
    external_id: str
    number: str
    status: Status
    version: int
