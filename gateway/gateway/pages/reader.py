"""Who a page is written for: language, zone and the root its links hang from.

Held in a context variable while a template renders, so that filters and macros (which Jinja
compiles once, for everybody) write for this reader without being handed one each time."""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGS = Path(__file__).parent.parent / "locales"


@dataclass(frozen=True)
class Reader:
    """`root_path` is the tenant's root ("/portal/northwind", or "" on a host of its own);
    `locale` a BCP 47 or POSIX name ("en", "en-GB", "ar_EG"); `zone` an IANA name."""

    root_path: str = ""
    locale: str = "en"
    zone: str = "UTC"
    files: int = 10
    file_bytes: int = 25 * 1024 * 1024
    """How many files this reader may send at once, and how large each."""
    largest_bytes: int = 5 * 1024**3
    """How large where a script sends it in parts."""
    acting_for: str = ""
    """The organisation a contact acts for while the page is drawn; every form says so when it is sent."""
    alias: str = "cases"
    """F128: what the tenant calls its cases."""


_reading: ContextVar[Reader] = ContextVar("reader", default=Reader())  # noqa: B039 - a Reader is frozen


@contextmanager
def reading(reader: Reader) -> Iterator[None]:
    """Everything rendered inside is written for this reader."""
    token = _reading.set(reader)
    try:
        yield
    finally:
        _reading.reset(token)


def reader() -> Reader:
    """Whoever this request is answered for."""
    return _reading.get()


def locale() -> Locale:
    """The reader's language and region."""
    return locale_named(_reading.get().locale)


def zone() -> ZoneInfo:
    """The reader's time zone."""
    return zone_named(_reading.get().zone)


def words() -> gettext.NullTranslations:
    """The reader's catalog; the source's own English where there is none."""
    return _words(_reading.get().locale)


@lru_cache(maxsize=64)
def locale_named(name: str) -> Locale:
    """English for a name nobody knows: a browser may ask for anything."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en")


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """UTC for a zone this machine does not have."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=64)
def _words(name: str) -> gettext.NullTranslations:
    path = CATALOGS / f"{locale_named(name).language}.po"
    return _compiled(path) if path.is_file() else gettext.NullTranslations()


@lru_cache(maxsize=16)
def _compiled(path: Path) -> gettext.NullTranslations:
    """Out of the text that translators edit: no compiled copy to forget. Some 10 ms, once a process."""
    with path.open("rb") as file:
        catalog = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
