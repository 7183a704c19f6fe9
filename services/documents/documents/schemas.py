"""What crosses HTTP about documents."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from documents.kinds import clean_name
from kit.paging import CursorText, Limit, Total
from kit.schemas import Input, Line, Person, Search, View

FileName = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(clean_name)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000)]


class NewUpload(Input):
    """F143: a file to come. `content_type` is the sender's guess: the content decides."""

    file_name: FileName
    content_type: Annotated[str, StringConstraints(max_length=255)] = ""
    size: Annotated[int, Field(ge=0, le=2**40, description="Bytes.")]
    title: Line | None = None
    description: Description = ""
    case_id: UUID | None = None


class NewLink(Input):
    """What to hang a document on."""

    case_id: UUID


class DocumentFilters(BaseModel):
    """Which documents to list, from where; the newest come first."""

    model_config = ConfigDict(extra="forbid")

    case_id: UUID | None = None
    q: Search = None
    cursor: CursorText = None
    limit: Limit = 25


class UploadTarget(View):
    """The one request that brings the bytes, as the sender is to make it."""

    method: Literal["PUT"] = "PUT"
    url: str
    headers: dict[str, str]


class UploadView(View):
    """An announced upload and where its bytes go."""

    document_id: UUID
    upload: UploadTarget
    expires_at: datetime


class DocumentLink(View):
    """What a document hangs on."""

    kind: Literal["case"] = "case"
    id: UUID


class DocumentView(View):
    """F156: a document, as far as it has come. `preview` says that a browser can show it."""

    id: UUID
    title: str
    description: str
    file_name: str
    content_type: str
    size: int
    sha256: str | None
    state: Literal["pending", "checking", "ready", "rejected"]
    scan: Literal["clean", "not_scanned", "infected"]
    links: list[DocumentLink]
    uploaded_by: Person
    created_at: datetime
    preview: bool


class DocumentPage(View):
    """One page of a list."""

    items: list[DocumentView]
    next: str | None
    total: Total
