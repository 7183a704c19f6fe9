"""Host names of a tenant's own."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from kit.schemas import Input, View

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z])[a-z0-9-]{{2,63}}")


def host_name(text: str) -> str:
    """A full host name in the letters the name system uses. Raises ValueError for anything else."""
    try:
        name = text.lower().rstrip(".").encode("idna").decode()
    except UnicodeError as error:
        raise ValueError("must be a host name such as help.example.com") from error
    if len(name) > LONGEST or not _NAME.fullmatch(name):
        raise ValueError("must be a host name such as help.example.com, without https:// and without a port")
    return name


LONGEST = 240
"""Characters of a host name: with `_portico.` before it, it must still be a name."""

HostName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=253), AfterValidator(host_name)
]
HostKey = Annotated[str, StringConstraints(min_length=1, max_length=253)]
"""A host name in an address; what is none is found nowhere."""


class NewHost(Input):
    """F005: a host name somebody says is the tenant's."""

    host: HostName


class HostView(View):
    """F005: a host name, the record that proves it, and how far that is."""

    host: str
    state: Literal["claimed", "proven", "missing"]
    """Not proven yet; leads to the portal; leads there, though its record was gone when last looked for."""
    record_name: str
    record_value: str
    claimed_at: datetime
    verified_at: datetime | None
    checked_at: datetime | None
    missing_since: datetime | None
    ends_at: datetime | None
    """When it is given up unless the record is found: an unproven claim, or a proven name without its record."""


class HostList(View):
    """All of a tenant's."""

    items: list[HostView]
