"""Every word a page says goes through the catalogs, so that a translation is a file and not a change."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file
from jinja2 import nodes

from gateway.pages.render import TEMPLATES, environment

METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
PAGES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
NAMES = {"SHA-256", "Content-Type"}
"""Words that are the same in every language."""
SPOKEN = ("aria-label", "placeholder", "alt", "title")
ATTRIBUTES = re.compile(r'[\w-]*="[^"]*"')
HIDDEN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>?|^[^<>]*>|&[a-z#0-9]+;", re.DOTALL)


def _bare(template: str) -> str:
    """What a template says by itself, every expression in it replaced by nothing."""
    source = environment().loader.get_source(environment(), template)[0]  # type: ignore[union-attr]
    parsed = environment().parse(source)
    # The block `kind` is the body's class.
    kinds = {id(data) for block in parsed.find_all(nodes.Block) if block.name == "kind" for data in _data(block)}
    return "\0".join(data.data for data in _data(parsed) if id(data) not in kinds)


def _data(node: nodes.Node) -> list[nodes.TemplateData]:
    return list(node.find_all(nodes.TemplateData))


@pytest.mark.parametrize("template", PAGES)
def test_a_template_says_nothing_past_the_catalogs(template: str) -> None:
    text = HIDDEN.sub(" ", ATTRIBUTES.sub(" ", _bare(template).replace("\0", "")))
    words = set(re.findall(r"[A-Za-z][\w-]{2,}", text)) - NAMES
    assert not words


@pytest.mark.parametrize("template", PAGES)
def test_a_template_names_nothing_past_the_catalogs(template: str) -> None:
    assert not re.findall(rf'\b(?:{"|".join(SPOKEN)})="[A-Za-z][^"\0]*"', _bare(template))


def test_the_words_can_be_extracted_with_their_plurals() -> None:
    found = {message for _, _, message, *_ in extract_from_dir(TEMPLATES.parent, METHODS)}
    assert {"Skip to the content", "Your note was sent.", "Waiting for you"} <= found
    assert ("%(shown)s case", "%(shown)s cases") in found


def test_words_that_are_put_together_are_extracted_whole() -> None:
    """A sentence made by an f-string has no entry of its own in any catalog."""
    for page in (TEMPLATES.parent / "pages").rglob("*.py"):
        assert "_(f" not in Path(page).read_text()
        assert all(message for _, message, *_ in extract_from_file("python", page))
