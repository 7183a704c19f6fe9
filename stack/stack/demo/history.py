"""Two years of cases: the newest as they are written in `stories.toml`, the rest put together from `topics.toml`."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from stack.demo.directory import Contact
from stack.demo.plan import Tenant

FOLDER = Path(__file__).parent
LABELS = {
    "new": "New",
    "in_progress": "In progress",
    "waiting": "Waiting for you",
    "resolved": "Resolved",
    "closed": "Closed",
}
PRIORITIES = {"low": 18, "normal": 62, "high": 16, "urgent": 4}
# How the cases of an age stand, by weight; the first line that is old enough counts.
STANDING: tuple[tuple[int, dict[str, int]], ...] = (
    (200, {"closed": 1}),
    (30, {"closed": 97, "resolved": 1, "waiting": 1, "in_progress": 1}),
    (7, {"closed": 72, "resolved": 11, "waiting": 8, "in_progress": 9}),
    (0, {"closed": 14, "resolved": 16, "waiting": 20, "in_progress": 34, "new": 16}),
)
YEARS = timedelta(days=730)
NEWEST = timedelta(days=2)
WORDS = {
    "site": ("the main office", "our second site", "the warehouse", "the branch in town", "the showroom"),
    "room": ("reception", "the meeting room", "the back office", "accounts", "the workshop", "the first floor"),
    "device": ("laptop", "desk phone", "tablet", "workstation"),
}


@dataclass
class Entry:
    """One line of a timeline. `author` is a contact's external id, or a member of staff's e-mail address."""

    author: str
    at: datetime
    body: str = ""
    visibility: str = "customer"
    field: str | None = None
    old: str | None = None
    new: str | None = None


@dataclass
class Case:
    """One case as it came to stand."""

    contact: str
    subject: str
    body: str
    category: str
    priority: str
    opened: datetime
    assignee: str | None = None
    status: str = "new"
    merged_into: str = ""
    """The subject of the case it became part of."""
    watchers: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def changed(self) -> datetime:
        """When something happened last."""
        return self.entries[-1].at if self.entries else self.opened

    def say(self, author: str, at: datetime, body: str, *, internal: bool = False) -> None:
        """Somebody writes."""
        self.entries.append(Entry(author, at, body.strip(), "internal" if internal else "customer"))

    def move(self, author: str, at: datetime, status: str) -> None:
        """Somebody changes the status."""
        self.entries.append(Entry(author, at, "", "customer", "status", LABELS[self.status], LABELS[status]))
        self.status = status

    def give(self, author: str, at: datetime, to: str) -> None:
        """Somebody takes it, or gives it to a colleague."""
        self.entries.append(Entry(author, at, "", "internal", "assignee_id", self.assignee, to))
        self.assignee = to


def cases(tenant: Tenant, contacts: Sequence[Contact], now: datetime) -> list[Case]:
    """All of them, in the order they were opened."""
    written = stories(tenant, now)
    named = {person.external_id for person in tenant.contacts[:1]}
    others = [contact.external_id for contact in contacts if contact.external_id not in named]
    maker = Maker(tenant, others, now)
    made = [maker.case() for _ in range(tenant.cases - len(written))]
    return sorted([*written, *made], key=lambda case: case.opened)


def stories(tenant: Tenant, now: datetime) -> list[Case]:
    """The cases somebody wrote; they speak of morning and noon, so they end at the last half past eleven."""
    now -= (now - now.replace(hour=11, minute=30, second=0, microsecond=0)) % timedelta(days=1)
    told = tomllib.loads((FOLDER / "stories.toml").read_text())
    staff = {person.email.partition("@")[0]: person.email for person in tenant.staff}
    return [_story(story, staff, now) for story in told[tenant.slug]]


def _story(told: dict[str, Any], staff: dict[str, str], now: datetime) -> Case:
    case = Case(
        contact=told["contact"],
        subject=told["subject"],
        body=told["body"].strip(),
        category=told["category"],
        priority=told.get("priority", "normal"),
        opened=now - _ago(told["ago"]),
        merged_into=told.get("merged_into", ""),
        watchers=told.get("watchers", []),
    )
    for step in told.get("then", []):
        _happen(case, step, staff, now - _ago(step["ago"]))
    return case


def _happen(case: Case, step: dict[str, Any], staff: dict[str, str], at: datetime) -> None:
    who = staff.get(step["by"], step["by"])
    if "body" in step:
        case.say(who, at, step["body"], internal=step.get("internal", False))
    if "assignee" in step:
        case.give(who, at, staff[step["assignee"]])
    if "status" in step:
        case.move(who, at, step["status"])


def _ago(told: str) -> timedelta:
    """`40m`, `5h` or `3d`."""
    unit = {"m": "minutes", "h": "hours", "d": "days"}[told[-1]]
    return timedelta(**{unit: float(told[:-1])})


class Maker:
    """Puts cases together, the same ones each time."""

    def __init__(self, tenant: Tenant, contacts: Sequence[str], now: datetime) -> None:
        self._rng = Random(f"cases of {tenant.slug}")
        self._topics = tomllib.loads((FOLDER / "topics.toml").read_text())["topic"]
        self._staff = [person.email for person in tenant.staff]
        self._contacts, self._now = contacts, now

    def case(self) -> Case:
        """One more."""
        rng, topic = self._rng, self._rng.choice(self._topics)
        words = {name: rng.choice(choices) for name, choices in WORDS.items()}
        words |= {"ext": str(rng.randrange(100, 400)), "n": str(rng.randrange(2, 15))}
        told = {name: text.format(**words) for name, text in topic.items() if isinstance(text, str)}
        case = Case(
            contact=rng.choice(self._contacts),
            subject=rng.choice(topic["subjects"]).format(**words),
            body=told["body"].strip(),
            category=topic["category"],
            priority=_weighed(rng, PRIORITIES),
            opened=self._opened(),
        )
        self._go_on(case, told, self._standing(case))
        return case

    def _opened(self) -> datetime:
        """In working hours, and a little more often lately than two years ago."""
        age: timedelta = NEWEST + (YEARS - NEWEST) * (self._rng.random() ** 1.15)
        day = (self._now - age).replace(hour=7, minute=0, second=0, microsecond=0)
        day -= timedelta(days=max(0, day.weekday() - 4))
        return day + timedelta(seconds=self._rng.randrange(11 * 3600))

    def _standing(self, case: Case) -> str:
        age = (self._now - case.opened).days
        return _weighed(self._rng, next(weights for days, weights in STANDING if age >= days))

    def _go_on(self, case: Case, told: dict[str, str], standing: str) -> None:
        """What happened until the case stood as it does."""
        rng, at, agent = self._rng, case.opened, self._rng.choice(self._staff)
        if standing == "new":
            return
        at = self._later(at, 1)
        case.give(agent, at, agent) if rng.random() < 0.25 else setattr(case, "assignee", agent)
        if rng.random() < 0.15:
            case.say(agent, at, told["internal"], internal=True)
        if standing in ("waiting", "in_progress") or rng.random() < 0.2:
            case.say(agent, at, told["question"])
            case.move(agent, at, "waiting" if standing == "waiting" else "in_progress")
        if standing == "waiting":
            return
        if standing == "in_progress" or rng.random() < 0.2:
            case.say(case.contact, self._later(at, 5), told["answer"])
        if standing in ("resolved", "closed"):
            at = self._later(case.changed, 20)
            case.say(agent, at, told["fix"])
            self._end(case, agent, at, standing)

    def _end(self, case: Case, agent: str, at: datetime, standing: str) -> None:
        if standing == "resolved":
            case.move(agent, at, "resolved")
        elif self._rng.random() < 0.25:
            case.say(case.contact, self._later(at, 10), "That did it, thank you.")
            case.move(case.contact, case.changed, "closed")
        else:
            case.move(agent, self._later(at, 30), "closed")

    def _later(self, at: datetime, hours: float) -> datetime:
        """A while after, but not in the future."""
        return min(at + timedelta(hours=hours * self._rng.uniform(0.2, 1.8)), self._now - timedelta(minutes=5))


def _weighed(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
