"""What crosses HTTP about documents."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts import RecordKind
from documents.schemas.shared import Description, Folder
from kit.paging import CursorText, Limit, Total
from kit.schemas import Input, Line, Person, Search, View


class NewLink(Input):
    """What to hang a document on: a case, or any record by its kind."""

    case_id: UUID | None = None
    kind: RecordKind = "case"
    id: UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> "NewLink":
        if (self.case_id is None) == (self.id is None):
            raise ValueError("needs case_id, or kind and id")
        return self

    @property
    def record(self) -> tuple[RecordKind, UUID]:
        """The kind of the record, and which."""
        return ("case", self.case_id) if self.case_id else (self.kind, self._id)

    @property
    def _id(self) -> UUID:
        assert self.id is not None
        return self.id


class DocumentChange(Input):
    """What is changed of a document; what is left out stays. `folder` may be null, for one on its records alone."""

    title: Line | None = None
    description: Description | None = None
    folder: Folder | None = None
    on_portal: bool | None = None
    legal_hold: Annotated[bool | None, Field(description="It stays, whatever the rules for removing say.")] = None

    @property
    def values(self) -> dict[str, Any]:
        """The columns that were named; only a folder may be emptied."""
        named = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in named.items() if value is not None or name == "folder"}


class Placement(Input):
    """F143, F148: what files just uploaded are, and in which folder they go."""

    document_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)]
    title: Line | None = None
    description: Description = ""
    folder: Folder | None = None


class DocumentFilters(BaseModel):
    """Which documents to list, from where; the newest come first. F158: `kind` and `id` name any record."""

    model_config = ConfigDict(extra="forbid")

    case_id: UUID | None = None
    kind: RecordKind | None = None
    id: UUID | None = None
    folder: Literal["public", "private", "mine"] | None = None
    on_portal: bool | None = None
    q: Search = None
    cursor: CursorText = None
    limit: Limit = 25


class PageOnly(BaseModel):
    """Which page of a list that takes no filter."""

    model_config = ConfigDict(extra="forbid")

    cursor: CursorText = None
    limit: Limit = 25


class DocumentLink(View):
    """What a document hangs on, or whom it is for. One document by itself names cases and projects."""

    kind: RecordKind
    id: UUID
    name: str | None = None


class DocumentView(View):
    """F156: a document, as far as it has come. `preview` says that a browser can show it.

    `links` are the records it hangs on, `shared_with` the contacts and organisations it is for: of either, those
    that the reader may know of.
    """

    id: UUID
    external_id: str | None = None
    """What the CRM calls it: for keys and staff to know."""
    title: str
    description: str
    file_name: str
    content_type: str
    size: int
    sha256: str | None
    state: Literal["pending", "checking", "ready", "rejected"]
    scan: Literal["clean", "not_scanned", "infected"]
    folder: Folder | None
    on_portal: bool
    links: list[DocumentLink]
    shared_with: list[DocumentLink]
    uploaded_by: Person
    created_at: datetime
    version: int
    number: int
    """Which version of the file it is."""
    preview: bool
    thumbnail: bool = False
    """F155: is there a small picture?"""
    preview_pages: int = 0
    """F156: how many of its pages are drawn, the first ones."""
    text: str | None = None
    """How its text begins, where that was asked for; `text_cut` when there is more."""
    text_cut: bool = False
    legal_hold: bool = False
    """Does it stay whatever the rules for removing say? Staff's alone to know."""
    may_publish: bool
    """F141: may the reader show and hide it?"""


class DocumentPage(View):
    """One page of a list."""

    items: list[DocumentView]
    next: str | None
    total: Total


class ProjectName(View):
    """A project, as the documents on it are grouped."""

    id: UUID
    reference: str
    name: str


class ProjectDocument(View):
    """F151: a document, and the project it is listed under."""

    project: ProjectName
    document: DocumentView


class ProjectDocuments(View):
    """F151: one page of My Documents, by the projects' names."""

    items: list[ProjectDocument]
    next: str | None


class VersionView(View):
    """A file that a document had before."""

    number: int
    file_name: str
    content_type: str
    size: int
    sha256: str | None
    scan: Literal["clean", "not_scanned", "infected"]
    uploaded_by: Person
    ready_at: datetime | None


class VersionList(View):
    """The versions of a document before the newest, that one first."""

    items: list[VersionView]
