"""F095: what a category asks beyond the ordinary, and answers to it."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, model_validator

from kit.schemas import Input, Line, View

Kind = Literal["text", "long_text", "number", "date", "choice", "choices", "yes_no", "email"]
KINDS_WITH_CHOICES = ("choice", "choices")
QUESTIONS = 15
"""The most that one category asks."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""What an answer is kept by."""
_Help = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


def pattern_of(pattern: str) -> TypeAdapter[str]:
    """What a text must be like as a whole. Its engine takes time in proportion to the text, whatever the pattern.

    Raises ValueError for what is no pattern.
    """
    try:
        return TypeAdapter(Annotated[str, StringConstraints(pattern=f"^(?:{pattern})$")])
    except Exception as error:
        # A SchemaError, of pydantic's own engine; pydantic itself has no name for it.
        raise ValueError("is not a pattern") from error


Bound = Annotated[float | None, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]


class Question(Input):
    """One question. `minimum` and `maximum` bound a number, or how long a text is."""

    key: Key
    label: Line
    kind: Kind = "text"
    help: _Help = ""
    required: bool = False
    choices: Annotated[list[Line], Field(max_length=50)] = []
    minimum: Bound = None
    maximum: Bound = None
    pattern: Annotated[str, StringConstraints(max_length=200)] = ""
    staff_only: bool = False
    """Only staff see it, and answer it."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.kind in KINDS_WITH_CHOICES) != bool(self.choices):
            raise ValueError("needs choices if it is a choice, and only then")
        if None not in (self.minimum, self.maximum) and self.minimum > self.maximum:  # type: ignore[operator]
            raise ValueError("has a minimum above its maximum")
        if self.pattern:
            pattern_of(self.pattern)
        return self


def _keys_differ(form: list[Question]) -> list[Question]:
    keys = [question.key for question in form]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"asks for {', '.join(twice)} twice")
    return form


Form = Annotated[list[Question], Field(max_length=QUESTIONS), AfterValidator(_keys_differ)]
"""The questions of a category, in their order."""

Answers = Annotated[dict[Key, Any], Field(max_length=QUESTIONS)]
"""Answers by the keys of their questions, as they come: the category's form says what each must be."""


class Answer(View):
    """An answer, with the question as a page shows it."""

    key: str
    label: str
    kind: str
    value: Any
    staff_only: bool
