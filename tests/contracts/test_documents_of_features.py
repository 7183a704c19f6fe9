"""The ids that tests and docstrings quote are those of the list of features."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_features", ROOT / "tools" / "features.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


features = load()


def test_every_id_that_is_quoted_stands_in_the_list() -> None:
    unknown = {
        name: paths for name, paths in features.quotes(features.sources()).items() if name not in features.listed()
    }
    # Nobody has made F9 hundred yet: this file quotes one on purpose, below.
    assert {name: paths for name, paths in unknown.items() if paths != [Path(__file__).relative_to(ROOT)]} == {}


def test_every_feature_is_listed_once() -> None:
    rows = [line.split("|")[1].strip() for line in features.PAGE.read_text().splitlines() if line.startswith("| ")]
    ids = [name for name in rows if name != "id"]
    assert ids == list(features.listed())
    assert [name for name in ids if name.startswith("F")] == [f"F{number:03}" for number in range(1, 204)]


def test_a_claim_of_the_code_is_told_from_a_proof() -> None:
    assert "F032" in features.quotes(features.code())
    assert Path("gateway/gateway/pages/account.py") in features.quotes(features.code())["F032"]
    assert all("tests" in path.parts for paths in features.quotes(features.tests()).values() for path in paths)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("F002: the snippet", {"F002"}),
        ("F022-F025, and F999", {"F022", "F023", "F024", "F025", "F999"}),
        ("O+3 in J12", {"O+3", "J12"}),
        ("def test_it_is_shown_f160_f161() -> None:", {"F160", "F161"}),
        ("a colour #F00123, XF001, F0012, half_f12", set()),
    ],
)
def test_a_quote_is_found_however_it_is_written(text: str, ids: set[str]) -> None:
    assert features.quoted_in(text) == ids
