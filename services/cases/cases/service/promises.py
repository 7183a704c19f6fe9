"""What a customer is promised on a case, worked out whenever the case is written and never when it is read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cases.clock import due, today, worked
from cases.models import Case
from cases.queries.rules import Rules
from cases.schemas.desk import Target
from kit.ids import now

_MINUTE = timedelta(minutes=1)


def begin(case: Case, rules: Rules) -> None:
    """The promises of a case that was just opened."""
    case.created_at = case.created_at or now()
    case.paused_minutes, case.status = case.paused_minutes or 0, case.status or "new"
    promise_again(case, rules)
    _promise_news(case, rules)


def forgive(case: Case) -> None:
    """What was over before the case came here is told to nobody as broken now."""
    moment = now()
    if case.response_due_at and case.response_due_at < moment:
        case.response_missed_at = moment
    if case.resolution_due_at and case.resolution_due_at < moment:
        case.resolution_missed_at = moment


def promise_again(case: Case, rules: Rules) -> None:
    """Work out what is due by when: by the case's priority, from its beginning, without the time it stood still."""
    target = rules.desk.targets.get(case.priority, Target())  # type: ignore[call-overload]  # a column, one of the four
    case.response_due_at = _due(case, rules, target.response_minutes)
    case.resolution_due_at = _due(case, rules, target.resolution_minutes)


def _due(case: Case, rules: Rules, minutes: int | None) -> datetime | None:
    return due(rules.calendar, case.created_at, minutes + case.paused_minutes) if minutes else None


def answered(case: Case, rules: Rules, moment: datetime | None = None) -> None:
    """Staff wrote to the customer: the first answer keeps a promise, and every one promises the next."""
    case.first_response_at = case.first_response_at or moment or now()
    _promise_news(case, rules)


def status_set(case: Case, rules: Rules) -> None:
    """Let the clock stand still while the customer is waited for, and stop when the case is solved."""
    if case.status == "waiting":
        case.paused_since = case.paused_since or now()
    elif case.paused_since:
        _go_on(case, rules)
    solved = case.status in ("resolved", "closed")
    case.resolved_at = (case.resolved_at or now()) if solved else None
    _promise_news(case, rules)


def follow_up(case: Case, rules: Rules, changed: Sequence[str]) -> None:
    """What follows for the promises when these fields of a case are others now."""
    if "priority" in changed:
        promise_again(case, rules)
    if "status" in changed:
        status_set(case, rules)


def _go_on(case: Case, rules: Rules) -> None:
    assert case.paused_since
    case.paused_minutes += worked(rules.calendar, case.paused_since, now()) // _MINUTE
    case.paused_since = None
    promise_again(case, rules)


def _promise_news(case: Case, rules: Rules) -> None:
    days = rules.desk.update_days
    working = case.status in ("new", "in_progress")
    case.next_update_on = today(rules.calendar, now()) + timedelta(days=days) if days and working else None
