"""Many records in one request: each row is taken or refused by itself."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from identity.schemas.people import ContactChange, LeadChange, OrganisationChange
from identity.schemas.words import ExternalId
from kit import batches
from kit.batches import MOST, raw

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


class _Batch(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    dry_run: bool = False
    """Say how every row would fare, and change nothing."""


class OrganisationBatch(_Batch):
    """Up to 1,000 organisations."""

    rows: Annotated[list[Annotated[Any, raw(OrganisationRow)]], Field(min_length=1, max_length=MOST)]


class ContactBatch(_Batch):
    """Up to 1,000 contacts."""

    rows: Annotated[list[Annotated[Any, raw(ContactRow)]], Field(min_length=1, max_length=MOST)]


class LeadBatch(_Batch):
    """Up to 1,000 leads."""

    rows: Annotated[list[Annotated[Any, raw(LeadRow)]], Field(min_length=1, max_length=MOST)]


class BatchResult(batches.BatchResult[batches.RowResult]):
    """How the rows fared, in their order, and how many fared how."""
