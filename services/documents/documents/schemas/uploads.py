"""What crosses HTTP about files on their way."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from documents.schemas.shared import Description, FileName, Folder, Record, Sha256
from kit.schemas import Input, Line, View


class NewUpload(Input):
    """F143, F148: a file to come. `content_type` is the sender's guess: the content decides.

    Without a folder a contact's file goes to the private one. `on_portal` and `records` are for staff and the CRM.
    """

    file_name: FileName
    content_type: Annotated[str, StringConstraints(max_length=255)] = ""
    size: Annotated[int, Field(ge=0, le=2**40, description="Bytes.")]
    title: Line | None = None
    description: Description = ""
    case_id: UUID | None = None
    project_id: UUID | None = None
    replaces: Annotated[UUID | None, Field(description="The document this is a new version of.")] = None
    folder: Folder | None = None
    on_portal: bool | None = None
    records: Annotated[list[Record], Field(max_length=20)] = []
    in_parts: Annotated[bool, Field(description="Ask for links to its parts; larger files come only so.")] = False
    sha256: Sha256 | None = None


class PartNumbers(Input):
    """The parts of a file that links are asked for; those that are there may be sent again."""

    numbers: Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(min_length=1, max_length=100)]


class UploadTarget(View):
    """The one request that brings the bytes, as the sender is to make it."""

    method: Literal["PUT"] = "PUT"
    url: str
    headers: dict[str, str]


class Parts(View):
    """How a file is cut: `count` parts of `size` bytes, the last with what is left. Numbers begin at 1."""

    size: int
    count: int


class UploadView(View):
    """An announced upload and where its bytes go: all to `upload`, or in `parts`, whose links are asked for."""

    document_id: UUID
    upload: UploadTarget | None
    parts: Parts | None = None
    expires_at: datetime


class PartView(View):
    """One part that has arrived."""

    number: int
    size: int


class PartsView(View):
    """An upload in parts as far as it has come: what is not in `arrived` is still to be sent."""

    document_id: UUID
    parts: Parts
    arrived: list[PartView]
    expires_at: datetime


class PartTarget(View):
    """Where one part goes."""

    number: int
    upload: UploadTarget


class PartTargets(View):
    """Links to parts, and until when they hold."""

    items: list[PartTarget]
    expires_at: datetime
