"""The page of the API names every route and every error there is."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from identity.schemas.words import KeyScope
from tools import api_doc, api_fields

ROOT = Path(__file__).parent.parent.parent
PAGE, FIELDS = ROOT / "docs" / "api.md", ROOT / "docs" / "api-fields.md"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_api_doc", ROOT / "tools" / "api_doc.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_field_of_every_route_stands_on_a_page() -> None:
    """Whoever writes for a CRM has nothing else to learn the fields from."""
    assert FIELDS.read_text() == f"{api_fields.document()}\n", "run `python -m tools.api_fields`"
    assert [path for _, path, *_ in api_doc.routes() if f" {path}`" not in FIELDS.read_text()] == []


def test_every_right_a_key_can_have_is_told() -> None:
    assert [right for right in get_args(KeyScope) if f"`{right}`" not in PAGE.read_text()] == []


def test_the_page_of_the_api_says_what_the_code_says(generator: ModuleType) -> None:
    assert PAGE.read_text() == generator.document(), "run `python -m tools.api_doc`"


def test_every_error_stands_on_the_page(generator: ModuleType) -> None:
    page = PAGE.read_text()
    assert [slug for slug in generator.problems() if f"`/problems/{slug}`" not in page] == []
