"""The page of the API names every route and every error there is."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "api.md"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_api_doc", ROOT / "tools" / "api_doc.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_the_api_says_what_the_code_says(generator: ModuleType) -> None:
    assert PAGE.read_text() == generator.document(), "run `python -m tools.api_doc`"


def test_every_error_stands_on_the_page(generator: ModuleType) -> None:
    page = PAGE.read_text()
    assert [slug for slug in generator.problems() if f"`/problems/{slug}`" not in page] == []
