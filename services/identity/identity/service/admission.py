"""What portal access asks for, whoever gives it: an address, and the dates where the tenant wants them."""

import re
from collections.abc import Mapping
from typing import Any

from identity.errors import EmailNeeded, WindowRequired
from identity.schemas.access import AccessSettings

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DATES = ("support_start_on", "support_end_on")


def refuse_without_email(email: str) -> None:
    """F023, F024: the address is the user name. Raises EmailNeeded."""
    if not _ADDRESS.fullmatch(email):
        raise EmailNeeded(errors=[{"field": "email", "detail": "is needed for portal access"}])


def missing_dates(choices: AccessSettings, window: Mapping[str, Any]) -> list[str]:
    """F052: which days of the support window the tenant asks for and nobody named."""
    return [name for name in _DATES if choices.window_required and window.get(name) is None]


def refuse_without_dates(choices: AccessSettings, window: Mapping[str, Any]) -> None:
    """F052: both days where the tenant asks for them, and in their order. Raises WindowRequired."""
    if missing := missing_dates(choices, window):
        raise WindowRequired(errors=[{"field": name, "detail": "Choose a day."} for name in missing])
    start, end = (window.get(name) for name in _DATES)
    if start and end and end < start:
        detail = "The last day is before the first."
        raise WindowRequired(detail, errors=[{"field": "support_end_on", "detail": detail}])
