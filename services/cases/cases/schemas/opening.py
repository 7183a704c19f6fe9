"""What crosses HTTP around opening a case: what is offered, what mail brings, what the CRM brings."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cases.schemas.cases import Asset
from cases.schemas.forms import Answers, Question
from cases.schemas.keys import Category, Priority, StatusKey
from kit.batches import MOST, BatchResult, RowResult, raw
from kit.schemas import ExternalId, Input, Line, Prose, View

Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]


class Offer(View):
    """One of a list."""

    id: UUID
    name: str


class OfferedCategory(Offer):
    """A category, and what is asked of whoever chooses it."""

    form: list[Question]


class OfferedTemplate(Offer):
    """F096: a request filled in beforehand."""

    subject: str
    body: str
    category_id: UUID | None
    product_id: UUID | None
    priority: Priority | None


class CaseForm(View):
    """What the form for a new case offers this caller."""

    categories: list[OfferedCategory]
    departments: list[Offer]
    products: list[Offer]
    groups: list[Offer]
    """F101: who may share a case; staff's to choose."""
    templates: list[OfferedTemplate]
    priorities: list[Priority]
    """Empty where the caller does not choose one."""


class CaseRecord(Input):
    """F102: a case as the CRM has it. What is not named stays as it is; categories and the like go by their names.

    A case of before comes with its days: `opened_at`, of a new one, and `closed_at`, with the status closed.
    """

    subject: Line
    contact_external_id: ExternalId
    body: Prose | None = None
    """Needed for a new case; of one that is here, the text stays what the customer wrote."""
    status: StatusKey = "new"
    priority: Priority = "normal"
    category: Category | None = None
    department: Line | None = None
    product: Line | None = None
    fields: Answers = {}
    asset: Asset | None = None
    assignee_email: Address | None = None
    """F106: who has it, by the address that a member of staff has here; null takes it off whoever has it."""
    opened_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    notify: bool = False
    """Whoever it concerns is mailed that it was opened or closed, as if it had been done here."""

    @model_validator(mode="after")
    def _closed_with_its_day(self) -> "CaseRecord":
        if self.closed_at and self.status != "closed":
            raise ValueError("closed_at goes with the status closed")
        return self


class CaseRecordRow(CaseRecord):
    """A case of a batch."""

    external_id: ExternalId


class CaseBatch(BaseModel):
    """Up to 1,000 cases, each taken or refused by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: Annotated[list[Annotated[Any, raw(CaseRecordRow)]], Field(min_length=1, max_length=MOST)]


class CaseRowResult(RowResult):
    """How one row fared, with what people quote of the case."""

    reference: str | None = None


class CaseBatchResult(BatchResult[CaseRowResult]):
    """How the rows fared, in their order, and how many fared how."""


class GuestCase(Input):
    """F129: a request of somebody who proved their address without logging in."""

    contact_id: UUID
    name: Line
    email: Address
    organisation_id: UUID
    subject: Line
    body: Prose


class IncomingMailInput(Input):
    """A mail as it came in. Its files are with documents already."""

    message_id: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[\x21-\x7e]{3,998}$")]
    sender: Address
    subject: Annotated[str, StringConstraints(strip_whitespace=True, max_length=998)] = ""
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50_000)] = ""
    document_ids: Annotated[list[UUID], Field(max_length=20)] = []


class MailOutcome(View):
    """What became of a mail: a case, a note on one, or nothing and why."""

    outcome: Literal["opened", "noted", "refused"]
    reference: str | None
    reason: Literal["unknown_sender", "shut_out", "empty"] | None
