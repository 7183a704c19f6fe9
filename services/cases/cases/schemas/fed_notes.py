"""What crosses HTTP when the CRM brings what was said on a case."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from kit.batches import MOST, BatchResult, RowResult, raw
from kit.schemas import ExternalId, Input, Line, Prose


class NoteRecord(Input):
    """F109: a note as the CRM has it. `contact_external_id` wrote it, or the tenant's people: `author_name` of them.

    What was said before goes under its day, `written_at`. Nobody is mailed of it unless `notify` says so.
    """

    body: Prose
    visibility: Literal["customer", "internal"] = "customer"
    contact_external_id: ExternalId | None = None
    author_name: Line | None = None
    written_at: AwareDatetime | None = None
    notify: bool = False


class NoteRow(NoteRecord):
    """A note of a batch."""

    external_id: ExternalId
    case_external_id: ExternalId


class NoteBatch(BaseModel):
    """Up to 1,000 notes, on as many cases, each taken or refused by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: Annotated[list[Annotated[Any, raw(NoteRow)]], Field(min_length=1, max_length=MOST)]


class NoteResult(RowResult):
    """How one note fared, with what people quote of its case; `version` is the case's."""

    reference: str | None = None


class NoteBatchResult(BatchResult[NoteResult]):
    """How the notes fared, in their order, and how many fared how."""
