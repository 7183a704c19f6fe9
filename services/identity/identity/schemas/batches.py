"""Many records in one request: each row is taken or refused by itself."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from identity.schemas.people import ContactChange, LeadChange, OrganisationChange
from identity.schemas.words import ExternalId
from kit.schemas import Input, View

MOST = 1000
"""Rows in one request."""

Version = Annotated[int | None, Field(ge=0, le=2_000_000_000)]


class OrganisationRow(OrganisationChange):
    """An organisation of a batch; with `version` only if that is the version it has (0: only if it is new)."""

    external_id: ExternalId
    version: Version = None


class ContactRow(ContactChange):
    """A contact of a batch; with `version` only if that is the version they have (0: only if they are new)."""

    external_id: ExternalId
    version: Version = None


class LeadRow(LeadChange):
    """A lead of a batch; with `version` only if that is the version they have (0: only if they are new)."""

    external_id: ExternalId
    version: Version = None


def _raw(row: type[Input]) -> Any:
    """A row as it comes: checked by itself, so that a wrong one is refused alone."""
    schema = row.model_json_schema()
    for name, nested in schema.pop("$defs", {}).items():
        _inline(schema, f"#/$defs/{name}", nested)
    return WithJsonSchema(schema)


def _inline(schema: dict[str, Any], reference: str, nested: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        if field.get("$ref") == reference:
            del field["$ref"]
            field |= nested


class _Batch(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    dry_run: bool = False
    """Say how every row would fare, and change nothing."""


class OrganisationBatch(_Batch):
    """Up to 1,000 organisations."""

    rows: Annotated[list[Annotated[Any, _raw(OrganisationRow)]], Field(min_length=1, max_length=MOST)]


class ContactBatch(_Batch):
    """Up to 1,000 contacts."""

    rows: Annotated[list[Annotated[Any, _raw(ContactRow)]], Field(min_length=1, max_length=MOST)]


class LeadBatch(_Batch):
    """Up to 1,000 leads."""

    rows: Annotated[list[Annotated[Any, _raw(LeadRow)]], Field(min_length=1, max_length=MOST)]


class FieldError(View):
    """What is wrong with a field."""

    field: str
    detail: str


class RowResult(View):
    """How one row fared. `row` counts from 0."""

    row: int
    external_id: str | None
    result: Literal["created", "updated", "unchanged", "failed"]
    id: UUID | None = None
    version: int | None = None
    errors: list[FieldError] = []


class BatchResult(View):
    """How the rows fared, in their order, and how many fared how."""

    results: list[RowResult]
    created: int
    updated: int
    unchanged: int
    failed: int
