"""Brings the catalogs in step with the words of the portal's pages: `make words`.

A new word stands in every gateway/gateway/locales/*.po afterwards, untranslated: until somebody fills it in, its
readers see it in English. A word that is gone is gone from there, too. The console's words are not taken: it is
written in English only."""

import importlib
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from gateway.pages.reader import CATALOGS
from gateway.pages.render import TEMPLATES
from kit.invalid import PLAIN
from kit.problems import Problem

METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
# A template that cannot be read is an error here, not a page without words.
OPTIONS = {"**.html": {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "silent": "false"}}
CONSOLE = ("templates/console/", "pages/console/")
PROBLEMS = ("gateway.main", "kit.edge", "identity.errors", "cases.errors", "documents.errors", "knowledge.errors")
"""Modules that say what went wrong to a contact."""

Words = str | tuple[str, ...]


@cache
def spoken() -> dict[Words, str]:
    """Every word of the pages contacts see, with the file it stands in first."""
    found: dict[Words, str] = {}
    for file, _, words, *_ in extract_from_dir(TEMPLATES.parent, METHODS, OPTIONS):
        if not file.startswith(CONSOLE):
            found.setdefault(words, file)
    return found


def problems() -> list[str]:
    """The titles of what can go wrong, and what is said of a field, which pages show as they come."""
    for module in PROBLEMS:
        importlib.import_module(module)
    return sorted({kind.title for kind in _kinds(Problem)} | set(PLAIN.values()))


def _kinds(parent: type[Problem]) -> Iterator[type[Problem]]:
    for kind in parent.__subclasses__():
        yield kind
        yield from _kinds(kind)


def read(path: Path) -> Catalog:
    """A catalog as it stands."""
    with path.open("rb") as file:
        return read_po(file)


def renewed(path: Path) -> Catalog:
    """The catalog with the words there are now: what was translated stays so, and nothing is guessed."""
    old = read(path)
    new = Catalog(locale=old.locale, header_comment=old.header_comment, charset="utf-8", fuzzy=False)
    for words in [*spoken(), *problems()]:
        known = old.get(_id(words))
        new.add(words, known.string if known else None)
    return new


def _id(words: Words) -> str:
    return words if isinstance(words, str) else words[0]


def written(catalog: Catalog) -> bytes:
    """As a file without lines or dates, so that two people's words meet without a conflict."""
    buffer = BytesIO()
    write_po(buffer, catalog, no_location=True, omit_header=True, sort_output=True, width=0)
    head = f'msgid ""\nmsgstr ""\n"Language: {catalog.locale}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n'
    return (head + '"Content-Type: text/plain; charset=utf-8\\n"\n\n').encode() + buffer.getvalue()


def translated(message: Message | None) -> bool:
    """Whether all of its forms have words."""
    return (
        message is not None
        and bool(message.string)
        and all([message.string] if isinstance(message.string, str) else message.string)
    )


def main() -> None:
    """Every catalog, renewed."""
    for path in sorted(CATALOGS.glob("*.po")):
        catalog = renewed(path)
        path.write_bytes(written(catalog))
        done = sum(translated(message) for message in catalog if message.id)
        print(f"{path.name}: {done} of {len(catalog)} translated")


if __name__ == "__main__":
    main()
