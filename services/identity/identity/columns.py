"""What the columns of an imported file can be: by which names they are known, and how their cells are read."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

Kind = Literal["organisations", "contacts", "leads"]
Wrong = dict[str, str]
"""A field and what is wrong with it."""

_YES = frozenset({"yes", "y", "true", "1", "x", "on", "ja", "oui", "si"})
_NO = frozenset({"no", "n", "false", "0", "off", "nein", "non"})


def _yes_or_no(cell: str) -> bool:
    word = cell.lower()
    if word not in _YES | _NO:
        raise ValueError("is neither yes nor no")
    return word in _YES


def _day(cell: str) -> str:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(cell, form).date().isoformat()  # noqa: DTZ007  a calendar day has no zone
        except ValueError:
            continue
    raise ValueError(f"is not a day such as {date(2026, 12, 31).isoformat()}")


def _several(cell: str) -> list[str]:
    return [word for word in re.split(r"[\s,;|]+", cell) if word]


def _modules(cell: str) -> list[str] | None:
    return None if cell.lower() == "all" else [word.lower() for word in _several(cell)]


class Column(NamedTuple):
    """A field a column can be. `sample` stands in the file one can download."""

    name: str
    sample: str
    known_as: tuple[str, ...] = ()
    needed: bool = False
    read: Callable[[str], Any] = str


_ID = Column("external_id", "1001", ("id in the crm", "crm id", "customer number", "number"), needed=True)
_PERSON = (
    Column("phone", "+44 20 7946 0001", ("telephone", "phone number", "tel")),
    Column("job_title", "Buyer", ("position", "function")),
    Column("portal_enabled", "yes", ("portal access", "portal"), read=_yes_or_no),
    Column("email_opt_out", "no", ("wants no mails",), read=_yes_or_no),
    Column("support_start_on", "2026-01-01", ("support from", "support start"), read=_day),
    Column("support_end_on", "2027-12-31", ("support until", "support end"), read=_day),
    Column("modules", "all", read=_modules),
    Column("faq", "yes", ("sees the articles",), read=_yes_or_no),
    Column("can_sign", "no", ("may sign",), read=_yes_or_no),
    Column("may_reset_pin", "yes", ("may reset the pin",), read=_yes_or_no),
    Column("notify_team", "no", ("team hears of files",), read=_yes_or_no),
)
_NAME = Column("name", "Ann Archer", ("full name", "contact name"), needed=True)
_EMAIL = Column("email", "ann@acme.example", ("e mail", "email address", "mail", "user name"), needed=True)

COLUMNS: Mapping[Kind, tuple[Column, ...]] = {
    "organisations": (
        _ID,
        Column("name", "Acme Ltd", ("company", "organisation", "organization", "account name"), needed=True),
        Column("parent_external_id", "", ("belongs to", "parent", "parent id")),
        Column("active", "yes", read=_yes_or_no),
        Column("phone", "+44 20 7946 0000", ("telephone", "phone number", "tel")),
        Column("website", "https://acme.example", ("web", "url", "homepage")),
        Column("address.street", "1 High Street", ("street", "address")),
        Column("address.postal_code", "HU1 1AA", ("postal code", "postcode", "zip", "zip code")),
        Column("address.city", "Hull", ("city", "town")),
        Column("address.region", "Yorkshire", ("region", "state", "county")),
        Column("address.country", "United Kingdom", ("country",)),
        Column("email_domains", "acme.example", ("e mail domains", "domains"), read=_several),
        Column("registered_office", "Hull", ("registered office",)),
        Column("business_type", "Limited company", ("business type", "legal form")),
    ),
    "contacts": (
        _ID,
        _NAME,
        _EMAIL,
        Column("organisation_external_id", "2001", ("organisation id", "organization id", "account id", "company id")),
        Column("organisation_name", "Acme Ltd", ("organisation", "organization", "company", "account", "account name")),
        Column("manager", "no", ("manages the organisation",), read=_yes_or_no),
        *_PERSON,
    ),
    "leads": (
        _ID,
        _NAME,
        _EMAIL,
        Column("company", "Acme Ltd", ("organisation", "organization", "organisation name", "account name")),
        *_PERSON,
    ),
}
EITHER = {"contacts": ("organisation_external_id", "organisation_name")}
"""Of these one is enough, and one is needed."""

_OURS = frozenset({"id", "kind", "reason", "last login at", "updated at", "created at", "version"})
"""What our own exports and reports hold besides: nothing to bring in."""


def _word(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.lower()))


def is_ours(name: str) -> bool:
    """Is this a column of our own exports that nobody means to bring in?"""
    return not name or _word(name) in _OURS


def guess(kind: Kind, header: Sequence[str]) -> list[str | None]:
    """Which field each column is by its name; None where that is not known, or another is it already."""
    names = {_word(word): one.name for one in COLUMNS[kind] for word in one.known_as}
    names |= {_word(one.name): one.name for one in COLUMNS[kind]}
    mapping: list[str | None] = []
    for name in header:
        field = names.get(_word(name))
        mapping.append(None if field in mapping else field)
    return mapping


def missing(kind: Kind, mapping: Sequence[str | None]) -> list[str]:
    """The fields that must come from some column, and do not yet."""
    lacking = [one.name for one in COLUMNS[kind] if one.needed and one.name not in mapping]
    either = EITHER.get(kind, ())
    return lacking + ([] if not either or set(either) & set(mapping) else [either[0]])


def as_record(kind: Kind, mapping: Sequence[str | None], cells: Sequence[str]) -> tuple[dict[str, Any], list[Wrong]]:
    """A row as the record it describes, and what of it cannot be read. An empty cell says nothing."""
    read = {one.name: one.read for one in COLUMNS[kind]}
    record: dict[str, Any] = {}
    wrong: list[Wrong] = []
    if len(cells) > len(mapping):
        wrong.append({"field": "row", "detail": f"has {len(cells)} cells where the first line has {len(mapping)}"})
    for name, cell in zip(mapping, cells, strict=False):
        if name and cell:
            try:
                _put(record, name, read[name](cell))
            except ValueError as error:
                wrong.append({"field": name, "detail": str(error)})
    return record, wrong


def _put(record: dict[str, Any], name: str, value: Any) -> None:
    whole, _, part = name.partition(".")
    if part:
        record.setdefault(whole, {})[part] = value
    else:
        record[name] = value
