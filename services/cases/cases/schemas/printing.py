"""What crosses HTTP when a case is drawn as a PDF."""

from typing import Annotated

from pydantic import Base64Bytes, Field, StringConstraints

from cases.schemas.desk import Zone
from kit.schemas import Input

_Label = Annotated[str, StringConstraints(max_length=80)]


class Letterhead(Input):
    """How a case is drawn: in whose name and colour, in which language, for whose clock.

    What stands on it is the caller's to see in any case; this says nothing of that, but for `internal`.
    """

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    accent: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = "#333333"
    logo: Annotated[Base64Bytes, Field(max_length=400_000)] | None = None
    """A PNG or a JPEG, in base64."""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] = "en"
    rtl: bool = False
    zone: Zone = "UTC"
    words: Annotated[dict[_Label, _Label], Field(max_length=80)] = {}
    """What the English labels are called in that language."""
    internal: bool = False
    """With what staff wrote among themselves; nobody else gets that, whatever they ask."""
