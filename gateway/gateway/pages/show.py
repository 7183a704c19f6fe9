"""How a value is shown to its reader: times, days, money, sizes, initials.

Every function takes what the services' JSON holds and answers text or markup; None shows as
nothing, because an empty cell says it better than a word."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.numbers import format_compact_decimal, format_currency, format_decimal, get_currency_precision
from babel.units import format_unit
from markupsafe import Markup

from gateway.pages import reader
from gateway.pages.alias import gettext
from gateway.pages.languages import OURS

_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte")


def when(value: str | None) -> str:
    """A short time for lists: the clock today, the day this year, the date before that."""
    if not value:
        return ""
    who, zone = reader.reader(), reader.zone()
    return _when(value, who.locale, zone.key, datetime.now(zone).date())


@lru_cache(maxsize=10_000)
def _when(value: str, language: str, zone: str, today: date) -> Markup:
    """Remembered, because a list shows the same times to many: Babel takes most of a page's time otherwise."""
    then, locale = _moment(value).astimezone(ZoneInfo(zone)), reader.locale_named(language)
    long = _whole(then, locale)
    if then.date() == today:
        return _time(value, format_time(then, "short", tzinfo=then.tzinfo, locale=locale), long)
    skeleton = "yMMMd" if then.year != today.year else "MMMd"
    return _time(value, format_skeleton(skeleton, then, tzinfo=then.tzinfo, locale=locale), long)


def moment(value: str | None) -> str:
    """A whole time for conversations and facts: 12 Nov 2026, 14:05."""
    if not value:
        return ""
    return _time(value, _without_seconds(value), _whole(_moment(value).astimezone(reader.zone()), reader.locale()))


def day(value: str | None) -> str:
    """A calendar day, which has no zone: 12 Nov 2026."""
    if not value:
        return ""
    return _time(value, format_date(date.fromisoformat(value), "medium", locale=reader.locale()))


def money(value: dict[str, Any] | None) -> str:
    """{amount_minor, currency} with the currency's own number of decimals."""
    if not value:
        return ""
    places = get_currency_precision(value["currency"])
    amount = Decimal(value["amount_minor"]).scaleb(-places)
    return format_currency(amount, value["currency"], locale=reader.locale())


def number(value: str | float | Decimal | None) -> str:
    """A number, with the reader's separators."""
    return "" if value is None else format_decimal(Decimal(str(value)), locale=reader.locale())


def total(value: dict[str, Any] | None) -> str:
    """{count, capped}: "1,000+" where counting stopped."""
    if not value:
        return ""
    return number(value["count"]) + ("+" if value["capped"] else "")


def compact(value: int) -> str:
    """A large number, shortened: 12K."""
    return format_compact_decimal(value, locale=reader.locale())


def size(value: int | None) -> str:
    """Bytes in the largest unit that keeps a whole number in front."""
    if value is None:
        return ""
    amount, unit = float(value), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    form = "#,##0.#" if unit > 1 else "#,##0"
    # Only the long name of the byte has a plural: "1 byte", "11 bytes".
    length: Literal["short", "long"] = "short" if unit else "long"
    return format_unit(amount, f"digital-{_UNITS[unit]}", length, form, locale=reader.locale())


def mebibytes(value: int) -> str:
    """A limit, which people set and read as so many MB of 1024 KB."""
    return number(value // 1024 // 1024)


def spoken(value: str) -> str:
    """Words that came as a value (marked by `later`, or a service's own label) in the reader's language. Unlike `_`
    it fills nothing in: a percent sign in them is one. What a tenant calls its own things is not renamed (F128)."""
    if value in OURS:
        return gettext(value)
    return reader.words().gettext(value) if value else ""


def sentence(value: str) -> str:
    """What a service says went wrong, in the reader's language."""
    return gettext(value) if value else ""


def initials(name: str) -> str:
    """Two letters for a picture: first and last word."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def _whole(then: datetime, locale: Locale) -> str:
    """Day, clock and the zone's name: whoever doubts a time points at it."""
    return format_datetime(then, "full", tzinfo=then.tzinfo, locale=locale)


def _moment(value: str) -> datetime:
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _without_seconds(value: str) -> str:
    """Nobody answers a case to the second."""
    then = _moment(value)
    date_part = format_skeleton("yMMMd", then, tzinfo=reader.zone(), locale=reader.locale())
    clock = format_time(then, "short", tzinfo=reader.zone(), locale=reader.locale())
    return f"{date_part}, {clock}"


def _time(machine: str, human: str, title: str = "") -> Markup:
    if title:
        return Markup('<time datetime="{}" title="{}">{}</time>').format(machine, title, human)
    return Markup('<time datetime="{}">{}</time>').format(machine, human)
