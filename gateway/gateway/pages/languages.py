"""The languages pages are written in, and the one a reader asks for or chose."""

from functools import lru_cache

from babel import Locale

from gateway.pages.reader import CATALOGS

ENGLISH = "en"
"""What the templates are written in, and the console so far."""


@lru_cache(maxsize=1)
def languages() -> dict[str, str]:
    """Every language there is a catalog of, with the name it calls itself by."""
    known = [ENGLISH, *sorted(path.stem for path in CATALOGS.glob("*.po"))]
    return {code: str(Locale(code).get_display_name(code)).capitalize() for code in known}


@lru_cache(maxsize=1_000)
def asked_locale(accept_language: str, chosen: str = "") -> str:
    """The chosen language, else the first one asked for that there is a catalog of; English where there is none.
    A browser that asks for the language names its region, too: dates are written as they are there."""
    wanted = {chosen} & languages().keys() or languages().keys()
    for asked in accept_language.split(",")[:20]:
        name = asked.split(";")[0].strip()
        if name.split("-")[0].lower() in wanted:
            return name
    return chosen if chosen in wanted else ENGLISH


OURS: set[str] = set()
"""The words that were marked so far."""


def later(message: str) -> str:
    """Marks words for the catalogs where they are written; they are said in the reader's language when shown."""
    OURS.add(message)
    return message
