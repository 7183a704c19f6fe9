"""How time counts towards a promise: by the wall clock of the desk's zone, in its hours, off its holidays.

Pure: moments in, moments out. A minute counts when the wall clock then stands inside a span of that weekday. So an
hour that is skipped in spring counts nothing and one that comes twice in autumn counts twice, as for who works it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FARTHEST_DAYS = 3_660
"""Ten years: what is due beyond is promised by nobody."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Stretch = tuple[datetime, datetime]
"""From when to when, in UTC."""


@dataclass(frozen=True)
class Calendar:
    """When a desk works: minutes of the day by weekday, Monday first; nothing on `holidays`."""

    zone: str
    week: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date] = frozenset()


def calendar(zone: str, days: Mapping[str, Iterable[Sequence[str]]], holidays: Iterable[date] = ()) -> Calendar:
    """A calendar out of the desk's words: {"mon": [["09:00", "17:00"]], ...}."""
    week = tuple(tuple(sorted((_minute(begin), _minute(end)) for begin, end in days.get(day, ()))) for day in DAYS)
    return Calendar(zone, week, frozenset(holidays))


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def due(calendar: Calendar, start: datetime, minutes: int) -> datetime | None:
    """When so many minutes of business have passed since `start`; None when that is beyond ten years."""
    left, last = timedelta(minutes=minutes), start
    for begin, end in _stretches(calendar, start):
        if left <= end - begin:
            return begin + left if left or begin > start else last
        left, last = left - (end - begin), end
    return None


def worked(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much business time lies between two moments; nothing where the second is not later."""
    total = timedelta()
    for begin, stop in _stretches(calendar, start):
        if begin >= end:
            break
        total += min(stop, end) - begin
    return total


def today(calendar: Calendar, moment: datetime) -> date:
    """The calendar day it is at the desk."""
    return moment.astimezone(ZoneInfo(calendar.zone)).date()


def _stretches(calendar: Calendar, start: datetime) -> Iterator[Stretch]:
    """Every stretch of business time from `start` on, in order and without overlap."""
    first = today(calendar, start)
    reached = start.astimezone(UTC)
    for number in range(FARTHEST_DAYS):
        for begin, end in _of_day(calendar, first + timedelta(days=number)):
            if end > reached:
                yield max(begin, reached), end
                reached = end


@lru_cache(maxsize=5_000)
def _of_day(calendar: Calendar, day: date) -> tuple[Stretch, ...]:
    spans = calendar.week[day.weekday()]
    if not spans or day in calendar.holidays:
        return ()
    found = [
        _overlap(_in_utc(day, span, offset), piece) for piece, offset in _pieces(calendar.zone, day) for span in spans
    ]
    return tuple(sorted(one for one in found if one[0] < one[1]))


def _in_utc(day: date, span: tuple[int, int], offset: timedelta) -> Stretch:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
    return midnight + timedelta(minutes=span[0]), midnight + timedelta(minutes=span[1])


def _overlap(one: Stretch, other: Stretch) -> Stretch:
    return max(one[0], other[0]), min(one[1], other[1])


@lru_cache(maxsize=5_000)
def _pieces(zone: str, day: date) -> tuple[tuple[Stretch, timedelta], ...]:
    """A day of a zone, in pieces within which its clocks are not moved; each with its offset from UTC."""
    begin, end = _midnight(zone, day), _midnight(zone, day + timedelta(days=1))
    before, after = _offset(zone, begin), _offset(zone, end - timedelta(minutes=1))
    if before == after:
        return (((begin, end), before),)
    moved = _moved(zone, begin, end)
    return ((begin, moved), before), ((moved, end), after)


def _moved(zone: str, begin: datetime, end: datetime) -> datetime:
    """The minute between two moments at which the clocks of a zone are moved."""
    before = _offset(zone, begin)
    while end - begin > timedelta(minutes=1):
        middle = begin + timedelta(minutes=(end - begin) // timedelta(minutes=1) // 2)
        begin, end = (middle, end) if _offset(zone, middle) == before else (begin, middle)
    return end


def _midnight(zone: str, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _offset(zone: str, moment: datetime) -> timedelta:
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
