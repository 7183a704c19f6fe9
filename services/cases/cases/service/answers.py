"""F095: answers held against the questions they answer."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from cases.errors import WrongAnswers
from cases.schemas.forms import Question, pattern_of

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_TEXT = {"text": 500, "long_text": 20_000, "email": 254}
"""Characters that a text has at most, where its question does not say less."""


def checked(form: Sequence[Question], given: Mapping[str, Any], *, staff: bool, demand: bool = True) -> dict[str, Any]:
    """The answers as they are kept, by key. `demand` what is required. Raises WrongAnswers."""
    asked = {question.key: question for question in form if staff or not question.staff_only}
    wrong = {key: "This is not asked here." for key in given if key not in asked}
    kept: dict[str, Any] = {}
    for key, question in asked.items():
        answer = given.get(key)
        if answer is None or answer in ("", []):
            if question.required and demand:
                wrong[key] = f"{question.label}: please answer this."
            continue
        try:
            kept[key] = _READ[question.kind](question, answer)
        except ValueError as error:
            wrong[key] = f"{question.label}: {error}"
    if wrong:
        raise WrongAnswers(errors=[{"field": f"fields.{key}", "detail": said} for key, said in wrong.items()])
    return kept


def _text(question: Question, answer: Any) -> str:
    most = min(question.maximum or math.inf, _TEXT[question.kind])
    if not isinstance(answer, str):
        raise ValueError("this is not a text.")
    if len(answer) > most:
        raise ValueError(f"write at most {most:g} characters.")
    if question.minimum and len(answer) < question.minimum:
        raise ValueError(f"write at least {question.minimum:g} characters.")
    _match(question, answer)
    return answer


def _match(question: Question, answer: str) -> None:
    if not question.pattern:
        return
    try:
        pattern_of(question.pattern).validate_python(answer)
    except ValidationError as error:
        raise ValueError("this does not look as it should. " + question.help) from error


def _number(question: Question, answer: Any) -> float | int:
    try:
        number = float(answer) if isinstance(answer, (str, int, float)) and not isinstance(answer, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or abs(number) > 1e15:
        raise ValueError("this is not a number.")
    if question.minimum is not None and number < question.minimum:
        raise ValueError(f"at least {question.minimum:g}.")
    if question.maximum is not None and number > question.maximum:
        raise ValueError(f"at most {question.maximum:g}.")
    return int(number) if number.is_integer() else number


def _date(_: Question, answer: Any) -> str:
    try:
        return date.fromisoformat(str(answer)).isoformat()
    except ValueError as error:
        raise ValueError("this is not a date, such as 2026-11-30.") from error


def _choice(question: Question, answer: Any) -> str:
    if answer not in question.choices:
        raise ValueError("choose one of what is offered.")
    return str(answer)


def _choices(question: Question, answer: Any) -> list[str]:
    chosen = answer if isinstance(answer, list) else [answer]
    return [choice for choice in question.choices if choice in [_choice(question, one) for one in chosen]]


def _yes_no(_: Question, answer: Any) -> bool:
    if answer in ("yes", "no") and isinstance(answer, str):
        return answer == "yes"
    if isinstance(answer, bool):
        return answer
    raise ValueError("answer yes or no.")


def _email(question: Question, answer: Any) -> str:
    address = _text(question, answer)
    if not _EMAIL.fullmatch(address):
        raise ValueError("this is not an e-mail address.")
    return address


_READ: dict[str, Callable[[Question, Any], Any]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "email": _email,
}
