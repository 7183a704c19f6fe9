"""Every word a page says goes through the catalogs, so that a translation is a file and not a change."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file
from jinja2 import nodes

from gateway.pages import reader
from gateway.pages.render import TEMPLATES, environment
from tools.words import METHODS, problems, read, renewed, spoken, translated, written

# In one process, which reads every template once.
pytestmark = pytest.mark.xdist_group("words")
CATALOGS = sorted(reader.CATALOGS.glob("*.po"))
EVERY_DAY = {"pages/words.py"} | {
    f"templates/{name}.html"
    for name in (
        *("base", "login", "error", "conversation", "files", "languages", "portal/base", "portal/home"),
        *("portal/cases", "portal/case", "portal/case_new", "portal/ask", "portal/suggestions", "portal/documents"),
        *("portal/document", "portal/articles", "portal/article", "portal/invoices", "portal/invoice"),
    )
}
BLANKS = re.compile(r"%\(\w+\)s")
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


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: path.stem)
def test_a_catalog_speaks_for_what_a_contact_sees_every_day(catalog: Path) -> None:
    """Pages that came later may still be in English, and say so when `make words` counts them."""
    known, wanted = read(catalog), [words for words, file in spoken().items() if file in EVERY_DAY]
    missing = [words for words in wanted if not translated(known.get(_first(words)))]
    assert len(wanted) > 150
    assert len(missing) <= len(wanted) / 10, f"make words, then translate: {missing}"


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: path.stem)
def test_a_catalog_holds_few_words_that_nobody_says_any_more(catalog: Path) -> None:
    said = {_first(words) for words in spoken()} | set(problems())
    stale = [message.id for message in read(catalog) if message.id and _first(message.id) not in said]
    assert len(stale) <= len(said) / 10, f"run make words: {stale}"


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: path.stem)
def test_a_translation_fills_in_what_the_source_fills_in(catalog: Path) -> None:
    """Otherwise a page would break in one language, or drop a name."""
    for message in read(catalog):
        if translated(message):
            forms = [message.string] if isinstance(message.string, str) else message.string
            assert {frozenset(BLANKS.findall(form)) for form in forms} == {
                frozenset(BLANKS.findall(_first(message.id)))
            }


def test_the_tool_adds_new_words_untranslated_and_keeps_what_is_there(tmp_path: Path) -> None:
    catalog = tmp_path / "ar.po"
    catalog.write_text(
        'msgid ""\nmsgstr ""\n"Language: ar\\n"\n\nmsgid "Sign in"\nmsgstr "دخول"\n\nmsgid "Gone"\nmsgstr "x"\n'
    )
    catalog.write_bytes(written(renewed(catalog)))
    known = read(catalog)
    assert (known["Sign in"].string, known["Sign out"].string, known.get("Gone")) == ("دخول", "", None)
    assert written(renewed(catalog)) == catalog.read_bytes()


def _first(words: Any) -> str:
    return words if isinstance(words, str) else str(words[0])
