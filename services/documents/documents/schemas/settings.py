"""What crosses HTTP about a tenant's settings for files."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from kit.schemas import Input, View


class SettingsChange(Input):
    """What a tenant sets for its files. F145: `tell_id` is the member of staff who hears of a customer's upload."""

    quota_bytes: Annotated[int | None, Field(ge=0, le=2**60, description="Null is no limit.")]
    tell_id: UUID | None
    thumbnails: bool = True
    old_versions: bool = False
    """Do customers see the versions before the newest?"""


class SettingsView(View):
    """The same, and how many bytes the tenant's files have now; those that are still on their way count."""

    quota_bytes: int | None
    tell_id: UUID | None
    thumbnails: bool
    old_versions: bool
    used_bytes: int
    version: int
