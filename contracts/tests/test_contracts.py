"""Events are frozen: fields may be added, anything else is a new version beside the old one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from contracts import EVENTS

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
