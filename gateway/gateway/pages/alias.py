"""F128: pages of a tenant whose cases are called tickets. References stay CASE-1042.

English has a word for either. The catalogs of other languages have one for both: their readers are told nothing else.
"""

import re
from functools import lru_cache

from gateway.pages import reader

_CASE = re.compile(r"(?<![(\w])([Cc])ase(s?)\b(?!-)")
"""The word, but neither a reference nor the name of what is put in."""


def gettext(message: str) -> str:
    """The message in the reader's words."""
    return _aliased(reader.words().gettext(message), message)


def ngettext(one: str, many: str, count: int) -> str:
    """The same of a message that counts."""
    return _aliased(reader.words().ngettext(one, many, count), one, many)


def _aliased(said: str, *english: str) -> str:
    return ticketed(said) if said in english and reader.reader().alias == "tickets" else said


@lru_cache(maxsize=5_000)
def ticketed(message: str) -> str:
    """An English message, of tickets instead of cases."""
    return _CASE.sub(lambda found: ("Ticket" if found[1] == "C" else "ticket") + found[2], message)
