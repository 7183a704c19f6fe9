"""What is wrong with a value that was sent, in a sentence that a person can act on."""

from collections.abc import Mapping
from typing import Any

EMPTY = "Fill this in."
PLAIN = {
    "missing": EMPTY,
    "extra_forbidden": "This is not known here. Leave it out.",
    "int_parsing": "Write a whole number.",
    "int_from_float": "Write a whole number.",
    "float_parsing": "Write a number.",
    "bool_parsing": "Say true or false.",
    "date_parsing": "Write a day, such as 2026-11-30.",
    "date_from_datetime_parsing": "Write a day, such as 2026-11-30.",
    "datetime_parsing": "Write a moment, such as 2026-11-30T08:00:00Z.",
    "datetime_from_date_parsing": "Write a moment, such as 2026-11-30T08:00:00Z.",
    "timezone_aware": "Name the time zone, too, such as 2026-11-30T08:00:00Z.",
    "uuid_parsing": "This is not an id.",
    "string_pattern_mismatch": "This is not written as it should be.",
    "json_invalid": "is not valid JSON",
}
"""What is said without more, by pydantic's name for it."""
_BOUNDED = {
    "string_too_short": "Write at least {min_length:,} characters.",
    "string_too_long": "Write at most {max_length:,} characters.",
    "too_short": "Name at least {min_length:,}.",
    "too_long": "Name at most {max_length:,}.",
    "greater_than_equal": "At least {ge}.",
    "greater_than": "More than {gt}.",
    "less_than_equal": "At most {le}.",
    "less_than": "Less than {lt}.",
    "literal_error": "Known are {expected}.",
}


def sentence(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors, as it is told."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("string_too_short", "too_short") and context["min_length"] == 1:
        return EMPTY
    if kind in _BOUNDED:
        return _BOUNDED[kind].format(**context)
    return PLAIN.get(kind) or str(error["msg"]).removeprefix("Value error, ")
