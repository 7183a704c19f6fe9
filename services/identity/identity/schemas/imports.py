"""Files of people or organisations, from the upload to the report."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from identity.columns import Kind
from identity.schemas.access import Short
from identity.schemas.batches import ContactRow
from identity.schemas.people import Home
from identity.schemas.words import ExternalId
from kit.batches import FieldError
from kit.paging import CursorText, Limit
from kit.schemas import Input, View

State = Literal["mapping", "checking", "checked", "running", "done", "stopped"]
Result = Literal["created", "updated", "unchanged", "failed"]
FileName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Number = Annotated[int, Field(ge=0, le=2_000_000_000)]


class ImportedContact(ContactRow):
    """A contact of a file: their organisation goes by the CRM's id, or by its name."""

    organisation_external_id: ExternalId = Field(default_factory=str)
    organisation_name: Short = ""

    @property
    def home(self) -> Home:
        """Which organisation is meant."""
        named = self.organisation_external_id
        return (named, "") if named else ("", self.organisation_name.lower())

    @property
    def home_name(self) -> str:
        """Its name as it was written, where it goes by its name."""
        return self.organisation_name

    @model_validator(mode="after")
    def _one(self) -> Self:
        if not (self.organisation_external_id or self.organisation_name):
            raise ValueError("names no organisation")
        return self


class NewImport(Input):
    """What a file holds and what it is called."""

    kind: Kind
    file_name: FileName = "import.csv"


class Mapping(Input):
    """Column by column the field it is; null leaves it out."""

    columns: Annotated[list[FileName | None], Field(max_length=100)]


class ImportFilters(Input):
    """Which imports to list, from where."""

    cursor: CursorText = None
    limit: Limit = 25


class RowFilters(ImportFilters):
    """The same, of rows that fared in one way."""

    result: Result | None = None


class ImportedColumn(View):
    """A column of the file, its cell in the first row, and the field it is; null where it is left out."""

    name: str
    sample: str
    field: str | None
    known: bool
    """Nothing to decide: it is a field by its name, or a column of our own exports that is no field."""


class ImportView(View):
    """How far a file is. Of `total` rows `position` are behind it, counted by how they fared or would fare."""

    id: UUID
    kind: Kind
    state: State
    file_name: str
    columns: list[ImportedColumn]
    missing: list[str]
    """Fields that must come from some column, and do not yet."""
    total: int
    position: int
    created: int
    updated: int
    unchanged: int
    failed: int
    changes: dict[str, int]
    """How many rows change which field."""
    problem: str
    actor_name: str
    version: int
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


class ImportPage(View):
    """One page of imports, the newest first."""

    items: list[ImportView]
    next: str | None


class ImportedRow(View):
    """How one row fared or would fare. `line` is the line of the file on which it begins."""

    number: int
    line: int
    key: str | None
    result: Result | None
    changes: list[str]
    errors: list[FieldError]


class RowPage(View):
    """One page of rows, as they stand in the file."""

    items: list[ImportedRow]
    next: str | None


class ImportField(View):
    """A field a column can be, by which names it is known, and whether it must be there."""

    name: str
    known_as: list[str]
    needed: bool
    sample: str


class ImportFields(View):
    """Every field of a kind. Of those in `either` one is needed."""

    fields: list[ImportField]
    either: list[str]
