"""What cases tells other parts of Portico."""

from typing import Literal
from uuid import UUID

from kit.schemas import View


class Words(View):
    """F107, F128: what the tenant calls the module, and to its customers a status."""

    alias: Literal["cases", "tickets"]
    status_words: dict[str, str] = {}


class GuestCaseOpened(View):
    """What a guest's request became."""

    id: UUID
    reference: str
