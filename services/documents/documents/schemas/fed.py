"""What crosses HTTP when the CRM brings files."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from documents.schemas.shared import Description, FileName, Folder, Sha256
from documents.schemas.uploads import Parts, UploadTarget
from kit.batches import MOST, FieldError, raw
from kit.schemas import ExternalId, Input, Line, View

FileOutcome = Literal["announced", "changed", "unchanged", "failed"]
_NAMED = ("title", "description", "folder", "on_portal", "legal_hold")


class FileFacts(Input):
    """A file as the CRM has it. What is not named stays as it is; records are named as the CRM knows them.

    A file that is not here, or here with another `sha256`, is to come: it needs `file_name` and `size`. Where it comes
    for a case its customers see it, unless `on_portal` is false. A record named for a file that is here is added.
    """

    file_name: FileName | None = None
    size: Annotated[int | None, Field(ge=0, le=2**40, description="Bytes.")] = None
    sha256: Sha256 | None = None
    title: Line | None = None
    description: Description | None = None
    folder: Folder | None = None
    on_portal: bool | None = None
    legal_hold: bool | None = None
    case_reference: Line | None = None
    case_external_id: ExternalId | None = None
    project_reference: Line | None = None

    @model_validator(mode="after")
    def _one_case(self) -> "FileFacts":
        if self.case_reference and self.case_external_id:
            raise ValueError("names a case by case_reference or by case_external_id, not by both")
        return self

    @property
    def values(self) -> dict[str, Any]:
        """The columns that were named; only a folder may be emptied."""
        named = {name: getattr(self, name) for name in _NAMED if name in self.model_fields_set}
        return {name: value for name, value in named.items() if value is not None or name == "folder"}


class FileRecord(FileFacts):
    """The same of one file, which may come in parts."""

    in_parts: Annotated[bool, Field(description="Ask for links to its parts; larger files come only so.")] = False


class FileRow(FileFacts):
    """A file of a batch; it comes in one piece."""

    external_id: ExternalId


class FileBatch(BaseModel):
    """Up to 1,000 files, each taken or refused by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: Annotated[list[Annotated[Any, raw(FileRow)]], Field(min_length=1, max_length=MOST)]


class FileFared(View):
    """How a file fared. `announced`: its bytes go to `upload`, or in `parts`; then `document_id` is to be committed."""

    external_id: str | None
    result: FileOutcome
    document_id: UUID | None = None
    version: int | None = None
    upload: UploadTarget | None = None
    parts: Parts | None = None
    expires_at: datetime | None = None


class FileResult(FileFared):
    """How a row fared. `row` counts from 0."""

    row: int
    errors: list[FieldError] = []


class FileBatchResult(View):
    """How the files fared, in their order, and how many fared how."""

    results: list[FileResult]
    announced: int
    changed: int
    unchanged: int
    failed: int
