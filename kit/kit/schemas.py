"""What crosses HTTP: input that is checked to the last character, views that are said once."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

DEPTH = 12


def storable(text: str) -> str:
    """The text, if a database can hold it: no NUL, no half of a surrogate pair. Raises ValueError."""
    if "\x00" in text:
        raise ValueError("must not contain the NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("contains a character that is not valid Unicode") from error
    return text


def _check(value: Any, depth: int = 0) -> None:
    if depth > DEPTH:
        raise ValueError("is nested too deeply")
    if isinstance(value, str):
        storable(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            storable(key)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


class Input(BaseModel):
    """What comes in: unknown fields are refused, and every text is one that can be stored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, values: Any) -> Any:
        _check(values)
        return values


class View(BaseModel):
    """What goes out."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Person(View):
    """Somebody, as a page shows them."""

    id: Any = None
    name: str
    kind: str
    email: str | None = None


Search = Annotated[
    str | None, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(lambda t: t and storable(t))
]
"""A search text out of a query string."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""One line a person must fill in."""

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50_000)]
"""Paragraphs a person must fill in."""

ExternalId = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(storable)
]
"""What the CRM calls a record."""
