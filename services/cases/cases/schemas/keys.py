"""The words that schemas of cases share: a case's keys, and what it can be set to."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from kit.schemas import View

Priority = Literal["low", "normal", "high", "urgent"]
StatusKey = Literal["new", "in_progress", "waiting", "resolved", "closed"]
Category = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
Assignee = Annotated[str | None, StringConstraints(pattern=rf"^(me|none|{_UUID})$")]
CaseKey = Annotated[str, StringConstraints(pattern=rf"^(CASE-[1-9][0-9]{{0,8}}|{_UUID})$")]
"""A case's id, or its reference."""


class Status(View):
    """A status and the words a customer reads for it."""

    key: StatusKey
    label: str


class Named(View):
    """An organisation or a group, as a list shows it."""

    id: UUID
    name: str | None
