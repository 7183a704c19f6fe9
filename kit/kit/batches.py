"""Many records in one request, for the CRM: each row is read, taken or refused by itself, and told in its order."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, Self, TypeVar, get_args
from uuid import UUID

from pydantic import BaseModel, ValidationError, WithJsonSchema

from kit.invalid import sentence
from kit.problems import Problem
from kit.schemas import View

MOST = 1_000
"""Rows in one request."""
Result = Literal["created", "updated", "unchanged", "failed"]


class FieldError(View):
    """What is wrong with a field."""

    field: str
    detail: str


class RowResult(View):
    """How one row fared. `row` counts from 0."""

    row: int
    external_id: str | None
    result: Result
    id: UUID | None = None
    version: int | None = None
    errors: list[FieldError] = []


Told = TypeVar("Told", bound=RowResult)


class BatchResult(View, Generic[Told]):
    """How the rows fared, in their order, and how many fared how."""

    results: list[Told]
    created: int
    updated: int
    unchanged: int
    failed: int


class Keyed(Protocol):
    """A row: it names its record by the CRM's own id, and can be read from what was sent."""

    @property
    def external_id(self) -> str: ...
    @classmethod
    def model_validate(cls, obj: Any, /) -> Self: ...


class Fared(Protocol):
    """What a service says of one row."""

    @property
    def external_id(self) -> str: ...
    @property
    def result(self) -> Result: ...
    @property
    def problem(self) -> Problem | None: ...


Row = TypeVar("Row", bound=Keyed)
One = TypeVar("One", bound=Fared)
Page = TypeVar("Page", bound=BatchResult[Any])


@dataclass(frozen=True)
class Read(Generic[Row]):
    """The rows that can be read, by number, and for the others their name, if any, and what is wrong with them."""

    rows: dict[int, Row]
    wrong: dict[int, tuple[str | None, list[FieldError]]]

    @property
    def by_key(self) -> dict[str, Row]:
        """The rows by what the CRM calls them."""
        return {row.external_id: row for row in self.rows.values()}


def read_rows(kind: type[Row], sent: Sequence[Any]) -> Read[Row]:
    """Each row checked by itself; the second one of a name is refused."""
    read: Read[Row] = Read({}, {})
    seen: set[str] = set()
    for number, one in enumerate(sent):
        try:
            row = kind.model_validate(one)
        except ValidationError as error:
            read.wrong[number] = None, [_field_error(dict(each)) for each in error.errors()]
            continue
        if row.external_id in seen:
            read.wrong[number] = row.external_id, [FieldError(field="external_id", detail="is in this batch twice")]
            continue
        seen.add(row.external_id)
        read.rows[number] = row
    return read


def _field_error(error: dict[str, Any]) -> FieldError:
    field = ".".join(str(part) for part in error["loc"]) or "row"
    return FieldError(field=field, detail=sentence(error))


def row_result(kind: type[Told], number: int, one: One, shown: Callable[[One], dict[str, Any]]) -> Told:
    """How a row fared: what is wrong with it, or what `shown` tells of its record."""
    if one.problem is not None:
        wrong = one.problem.errors or [{"field": "row", "detail": one.problem.detail}]
        errors = [FieldError(**error) for error in wrong]
        return kind(row=number, external_id=one.external_id, result="failed", errors=errors)
    return kind(row=number, external_id=one.external_id, result=one.result, **shown(one))


def in_order(
    kind: type[Told], read: Read[Row], fared: Iterable[One], shown: Callable[[One], dict[str, Any]]
) -> list[Told]:
    """How all of them fared, in the order in which they came."""
    by_key = {one.external_id: one for one in fared}
    told = {number: row_result(kind, number, by_key[row.external_id], shown) for number, row in read.rows.items()}
    for number, (key, errors) in read.wrong.items():
        told[number] = kind(row=number, external_id=key, result="failed", errors=errors)
    return [told[number] for number in sorted(told)]


def counted(kind: type[Page], results: Sequence[RowResult]) -> Page:
    """The rows' results, and how many fared how."""
    fared = Counter(row.result for row in results)
    return kind(results=results, **{name: fared[name] for name in get_args(Result)})


def raw(row: type[BaseModel]) -> WithJsonSchema:
    """A row as it comes, for documents: what is in it is checked by itself, so that a wrong one is refused alone."""
    schema = row.model_json_schema()
    return WithJsonSchema(_inlined(schema, schema.pop("$defs", {})))


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(one, definitions) for one in node]
    if not isinstance(node, dict):
        return node
    named = definitions[node["$ref"].rsplit("/", 1)[-1]] if "$ref" in node else {}
    return {key: _inlined(value, definitions) for key, value in (named | node).items() if key != "$ref"}
