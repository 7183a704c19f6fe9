"""What schemas of documents share."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from contracts import RecordKind
from documents.kinds import clean_name
from kit.schemas import Input

FileName = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(clean_name)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000)]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$"), Field(description="What arrives must have it.")]
Folder = Literal["public", "private"]


class Record(Input):
    """A record a document hangs on, or somebody whom it is for."""

    kind: RecordKind
    id: UUID
