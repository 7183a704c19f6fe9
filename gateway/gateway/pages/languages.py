"""The languages pages are written in, and the one a browser asks for."""

from functools import lru_cache

from gateway.pages.reader import CATALOGS


@lru_cache(maxsize=1_000)
def asked_locale(accept_language: str) -> str:
    """The first language asked for that there is a catalog of, with its region; English where there is none."""
    for asked in accept_language.split(",")[:20]:
        name = asked.split(";")[0].strip()
        language = name.split("-")[0].lower()
        if language == "en" or (language.isalpha() and language.isascii() and (CATALOGS / language).is_dir()):
            return name
    return "en"


def later(message: str) -> str:
    """Marks words for the catalogs where they are written; they are said in the reader's language when shown."""
    return message
