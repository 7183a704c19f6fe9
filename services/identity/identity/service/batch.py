"""Up to 1,000 records in a few statements: what each row is to become, and how it fared by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from identity.service.rows import Changes, apply
from kit.batches import Result
from kit.problems import Problem, VersionStale

Change = TypeVar("Change")
EVERY_VERSION: Mapping[str, int] = {}
"""Records are changed as they are found."""


@dataclass
class Batch(Generic[Change]):
    """Rows by external id. One that cannot be taken is noted with its problem, and the others go on."""

    changes: Mapping[str, Change]
    versions: Mapping[str, int] = field(default_factory=lambda: EVERY_VERSION)
    """Only if the record has this version; 0: only if it is new."""
    dry: bool = False
    """Look, and lock and change nothing."""
    promised: frozenset[str] = frozenset()
    """Parents that come earlier in the same file: a dry run does not find them."""
    allowed: bool = False
    """Whether the caller may was asked before: staff bring in a file, and no other batch."""
    failed: dict[str, Problem] = field(default_factory=dict)

    @property
    def left(self) -> list[str]:
        """The rows that nothing speaks against so far, in an order that is always the same."""
        return sorted(self.changes.keys() - self.failed)

    def fail(self, key: str, problem: Problem) -> None:
        """Leave a row out; the first problem is the one that is told."""
        self.failed.setdefault(key, problem)

    def check_versions(self, known: Mapping[str, Any]) -> None:
        """Leave out what somebody else has changed in the meantime."""
        for key, version in self.versions.items():
            if key in self.changes and version != (known[key].version if key in known else 0):
                self.fail(key, VersionStale(errors=[{"field": "version", "detail": VersionStale.title}]))

    def raise_first(self) -> None:
        """Where rows are not taken one by one: the first problem is everybody's."""
        for key in self.changes:
            if key in self.failed:
                raise self.failed[key]


class Outcome(NamedTuple):
    """How one row fared. `row` is the record, and for a failed one None."""

    external_id: str
    result: Result
    row: Any = None
    problem: Problem | None = None
    organisation_name: str = ""
    changes: tuple[str, ...] = ()
    """The fields that are another now, or would be."""

    @property
    def id(self) -> UUID | None:
        """The record's id."""
        found: UUID | None = self.row.id if self.row is not None else None
        return found


def outcomes(
    batch: Batch[Any], rows: Mapping[str, Any], known: Mapping[str, Any], touched: Mapping[str, Changes]
) -> list[Outcome]:
    """How every row fared, in the order in which they came."""

    def one(key: str) -> Outcome:
        if key in batch.failed:
            return Outcome(key, "failed", problem=batch.failed[key])
        result: Result = "created" if key not in known else "updated" if touched.get(key) else "unchanged"
        return Outcome(key, result, rows[key], changes=tuple(touched.get(key, ())))

    return [one(key) for key in batch.changes]


def put(tx: AsyncSession, rows: Mapping[str, Any], differing: Mapping[str, Changes], new: Sequence[str]) -> None:
    """Set what differs. Every changed row names the same columns, so that one statement changes them all."""
    columns = {name for key, different in differing.items() if key not in new for name in different}
    for key, different in differing.items():
        apply(rows[key], different)
        if key in new:
            tx.add(rows[key])
        elif different:
            for name in columns:
                flag_modified(rows[key], name)
