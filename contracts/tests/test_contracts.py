"""Events are frozen: fields may be added, anything else is a new version beside the old one."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts import EVENTS, PUBLIC

SCHEMAS = Path(__file__).parent.parent / "schemas"


def shape(schema: dict[str, Any], within: dict[str, Any]) -> Any:
    """A schema without its words: what a hearer relies on."""
    if "$ref" in schema:
        return shape(within["$defs"][schema["$ref"].split("/")[-1]], within)
    if schema.get("type") == "object" and "properties" in schema:
        return {name: shape(field, within) for name, field in schema["properties"].items()}
    kept = {key: value for key, value in schema.items() if key not in ("title", "description", "default")}
    for key in ("anyOf", "oneOf"):
        if key in kept:
            kept[key] = [shape(option, within) for option in kept[key]]
    if "items" in kept:
        kept["items"] = shape(kept["items"], within)
    return kept


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_keeps_every_field_it_was_stored_with(name: str) -> None:
    stored = json.loads((SCHEMAS / f"{name}.json").read_text())
    current = EVENTS[name].model_json_schema()
    before, after = shape(stored, stored), shape(current, current)
    assert {field: after.get(field) for field in before} == before
    assert set(stored["required"]) <= set(current["required"])


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_a_field_added_later_can_be_left_out_by_older_speakers(name: str) -> None:
    stored = json.loads((SCHEMAS / f"{name}.json").read_text())
    added = set(EVENTS[name].model_json_schema()["required"]) - set(stored["required"])
    assert not added, f"{added} are new and required: give them a default, or make {name} a new version"


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_a_name_is_a_noun_a_participle_and_a_version(name: str) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*\.v[1-9][0-9]*", name)


def test_no_stored_event_has_disappeared() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(EVENTS)


SECRET = ("sealed", "secret", "token", "password", "pin", "hash", "credential", "key")
"""Words of fields that no program outside may be told."""


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_says_which_keys_hear_of_it_or_that_none_does(name: str) -> None:
    """O+3: nothing enters the changes feed, or stays out of it, because somebody forgot to say so."""
    assert "read_with" in vars(EVENTS[name]), f"say `read_with` of {name}: a right of keys, or None"


def test_what_stays_inside_is_named_here() -> None:
    assert set(EVENTS) - set(PUBLIC) == {"access.issued.v1", "case.reply_begun.v1", "portal_settings.changed.v1"}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_event_has_no_field_for_a_secret(name: str) -> None:
    fields = set(names(PUBLIC[name].model_json_schema()))
    assert not {field for field in fields if set(field.split("_")) & set(SECRET)}


def names(schema: Any) -> Iterator[str]:
    """The fields of a schema, and of what stands in it."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from names(part)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_what_staff_write_among_themselves_is_known_as_that_f110(name: str) -> None:
    event = PUBLIC[name]
    said = event.model_construct(visibility="internal") if "visibility" in event.model_fields else None
    assert event.model_construct().public
    assert not event.model_construct().internal
    assert said is None or said.internal
