"""The promise clock against a slow model that looks at every single minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.clock import DAYS, Calendar, calendar, due, worked

MINUTE = timedelta(minutes=1)
ZONES = [
    "UTC",
    "Europe/London",
    "America/New_York",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Havana",
]
OFFICE = {day: [["09:00", "17:00"]] for day in DAYS[:5]}
NIGHT = {day: [["00:00", "04:00"], ["22:00", "24:00"]] for day in DAYS}

spans = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] < span[1]), max_size=2
).map(lambda found: tuple(sorted(found)))
holidays = st.frozensets(st.dates(date(2026, 3, 1), date(2026, 11, 30)), max_size=3)
calendars = st.builds(Calendar, st.sampled_from(ZONES), st.tuples(*[spans] * 7), holidays)
# Around the days on which clocks are moved, and on any other.
moments = st.one_of(
    st.integers(0, 50 * 1440).map(lambda minutes: datetime(2026, 3, 6, tzinfo=UTC) + MINUTE * minutes),
    st.integers(0, 31 * 1440).map(lambda minutes: datetime(2026, 10, 2, tzinfo=UTC) + MINUTE * minutes),
)


def counts(found: Calendar, moment: datetime) -> bool:
    """The model: does the minute that begins now count?"""
    wall = moment.astimezone(ZoneInfo(found.zone))
    minute = wall.hour * 60 + wall.minute
    return wall.date() not in found.holidays and any(a <= minute < b for a, b in found.week[wall.weekday()])


def slowly_worked(found: Calendar, start: datetime, end: datetime) -> int:
    return sum(counts(found, start + MINUTE * number) for number in range((end - start) // MINUTE))


@settings(max_examples=150, deadline=None)
@given(calendars, moments, st.integers(0, 3 * 24 * 60))
@example(calendar("Europe/London", NIGHT), datetime(2026, 3, 28, 20, tzinfo=UTC), 1440)
@example(calendar("Europe/London", NIGHT), datetime(2026, 10, 24, 20, tzinfo=UTC), 1440)
def test_business_time_is_what_a_clock_on_the_wall_counts_minute_by_minute(
    found: Calendar, start: datetime, minutes: int
) -> None:
    end = start + MINUTE * minutes
    assert worked(found, start, end) == MINUTE * slowly_worked(found, start, end)


@settings(max_examples=150, deadline=None)
@given(calendars, moments, st.integers(1, 900))
def test_what_is_due_is_due_at_the_end_of_its_last_counted_minute(
    found: Calendar, start: datetime, minutes: int
) -> None:
    at = due(found, start, minutes)
    if at is None:
        assert not any(found.week)
        return
    assert worked(found, start, at) == MINUTE * minutes
    assert counts(found, at - MINUTE)


@settings(max_examples=60, deadline=None)
@given(calendars, moments, st.integers(1, 600), st.integers(0, 2000))
def test_a_pause_moves_what_is_due_by_the_business_time_it_took(
    found: Calendar, start: datetime, minutes: int, pause: int
) -> None:
    paused = worked(found, start, start + MINUTE * pause)
    resumed = due(found, start, minutes + paused // MINUTE)
    if resumed is not None:
        assert worked(found, start + MINUTE * pause, resumed) == MINUTE * minutes


@pytest.mark.parametrize(
    ("start", "minutes", "at"),
    [
        ("2026-11-20T16:00+00:00", 120, "2026-11-23T10:00+00:00"),
        ("2026-03-27T16:00+00:00", 120, "2026-03-30T09:00+00:00"),
        ("2026-12-24T16:00+00:00", 120, "2026-12-28T10:00+00:00"),
        ("2026-11-20T03:00+00:00", 480, "2026-11-20T17:00+00:00"),
    ],
    ids=["over-a-weekend", "over-the-change-of-clocks", "over-christmas", "a-whole-day"],
)
def test_office_hours_in_london(start: str, minutes: int, at: str) -> None:
    london = calendar("Europe/London", OFFICE, [date(2026, 12, 25)])
    assert due(london, datetime.fromisoformat(start), minutes) == datetime.fromisoformat(at)


def test_a_desk_that_never_works_promises_nothing() -> None:
    assert due(calendar("UTC", {}), datetime(2026, 1, 1, tzinfo=UTC), 1) is None
