"""What crosses HTTP about a tenant's settings for files."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kit.paging import Total
from kit.schemas import Input, View

Days = Annotated[int | None, Field(ge=1, le=36_500, description="Null is for ever.")]


Notice = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2_000),
    Field(description="What the mail about a customer's upload says, above the usual words. Empty: these alone."),
]


class Rules(BaseModel):
    """Rules as they might be set, to see first what they would remove."""

    model_config = ConfigDict(extra="forbid")

    case_days: Days = None
    loose_days: Days = None


class RulesView(View):
    """How many documents would go now."""

    total: Total


class SettingsChange(Input):
    """What a tenant sets for its files; what is left out stays as it is.

    F145: `tell_id` is the member of staff who hears of a customer's upload, in the words of `tell_text`.
    """

    quota_bytes: Annotated[int | None, Field(ge=0, le=2**60, description="Null is no limit.")]
    tell_id: UUID | None
    tell_text: Notice = ""
    thumbnails: bool = True
    old_versions: bool = False
    """Do customers see the versions before the newest?"""
    unscanned: bool = False
    """Are files taken that are larger than the virus scanner takes? They are marked as not scanned. Otherwise they are
    refused."""
    case_days: Days = None
    loose_days: Days = None

    @property
    def values(self) -> dict[str, Any]:
        """The columns that were named."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


class SettingsView(View):
    """The same, and how many bytes the tenant's files have now; those that are still on their way count."""

    quota_bytes: int | None
    tell_id: UUID | None
    tell_text: str
    thumbnails: bool
    old_versions: bool
    unscanned: bool
    case_days: int | None
    """How many days after all its cases are closed a file is removed for good; null: never."""
    loose_days: int | None
    """How many days after it came a file is removed that hangs on nothing."""
    used_bytes: int
    version: int
