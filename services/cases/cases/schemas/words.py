"""What cases tells other parts of Portico."""

from typing import Literal
from uuid import UUID

from kit.schemas import View


class Words(View):
    """F128: what the tenant calls the module."""

    alias: Literal["cases", "tickets"]


class GuestCaseOpened(View):
    """What a guest's request became."""

    id: UUID
    reference: str
