"""What is wrong with a field is said so that a person knows what to do."""

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kit.invalid import sentence


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, Field(min_length=1, max_length=2000)] = "x"
    password: Annotated[str, Field(min_length=12)] = "x" * 12
    rating: Annotated[int, Field(ge=1, le=5)] = 1
    day: Annotated[date, Field(ge=date(2020, 1, 1))] = date(2020, 1, 1)
    status: Literal["open", "closed"] = "open"
    names: Annotated[list[str], Field(min_length=1, max_length=2)] = ["x"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"subject": ""}, "Fill this in."),
        ({"subject": "x" * 2001}, "Write at most 2,000 characters."),
        ({"password": "x"}, "Write at least 12 characters."),
        ({"rating": 9}, "At most 5."),
        ({"rating": "many"}, "Write a whole number."),
        ({"day": "tomorrow"}, "Write a day, such as 2026-11-30."),
        ({"day": "2019-12-31"}, "At least 2020-01-01."),
        ({"status": "shut"}, "Known are 'open' or 'closed'."),
        ({"names": []}, "Fill this in."),
        ({"names": ["a", "b", "c"]}, "Name at most 2."),
        ({"colour": "red"}, "This is not known here. Leave it out."),
    ],
)
def test_it_says_what_to_do(sent: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        _Form.model_validate(sent)
    assert [sentence(dict(error)) for error in refused.value.errors()] == [said]
