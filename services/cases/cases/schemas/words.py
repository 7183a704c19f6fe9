"""What cases tells other parts of Portico."""

from typing import Literal
from uuid import UUID

from kit.schemas import View


class Words(View):
    """F128: what the tenant calls the module, and the statuses."""

    alias: Literal["cases", "tickets"]
    status_words: dict[str, str] = {}
    """What customers read for a status, where it is called otherwise than everywhere."""


class GuestCaseOpened(View):
    """What a guest's request became."""

    id: UUID
    reference: str
