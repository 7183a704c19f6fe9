"""What is generated from the settings is in step with them."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from apps import SERVICES

ROOT = Path(__file__).parent.parent.parent


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_settings_doc", ROOT / "tools" / "settings_doc.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_settings_says_what_the_code_says() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == generator().document(), "run `python tools/settings_doc.py`"


@pytest.mark.parametrize("package", ["gateway", *SERVICES])
def test_every_setting_stands_on_the_page_with_its_meaning(package: str) -> None:
    tool, page = generator(), (ROOT / "docs" / "settings.md").read_text()
    kind = tool.kind_of(package)
    assert [name for name in kind.model_fields if f"`PORTICO_{name.upper()}`" not in page] == []
    assert [name for name in kind.model_fields if not tool.meanings(kind).get(name)] == []
