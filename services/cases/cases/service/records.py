"""F102: cases as the CRM has them, up to 1,000 in a few statements; each row fares by itself."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import (
    BodyNeeded,
    ClosedTooEarly,
    MayNotDoThat,
    NotYet,
    OtherContacts,
    UnknownAssignee,
    UnknownContact,
    UnknownOfDesk,
)
from cases.models import Case
from cases.policy import may_feed
from cases.queries.rules import Rules, rules
from cases.schemas.forms import Question
from cases.schemas.opening import CaseRecord
from cases.service import promises
from cases.service.answers import checked
from cases.service.opened import say_opened
from cases.service.timeline import put, say_changed, say_closed, touch
from kit.batches import Result
from kit.caller import Caller
from kit.ids import new_id, now
from kit.problems import Problem

_TOLD = ("subject", "status", "priority", "category")
"""What the timeline tells when it changes."""


class Fared(NamedTuple):
    """How a row fared."""

    external_id: str
    result: Result
    case: Case | None = None
    problem: Problem | None = None


class _Known(NamedTuple):
    """What the rows refer to, by what they call it."""

    cases: Mapping[str, Case]
    followers: Mapping[UUID, list[UUID]]
    contacts: Mapping[str, Any]
    categories: Mapping[str, Any]
    departments: Mapping[str, Any]
    products: Mapping[str, Any]
    staff: Mapping[str, Any]
    assignees: Mapping[UUID, str | None]
    """Who has a case now, by name."""
    rules: Rules


async def write_cases(tx: AsyncSession, caller: Caller, records: Mapping[str, CaseRecord]) -> list[Fared]:
    """Make or change cases by external id, in the order in which they came."""
    if not may_feed(caller):
        raise MayNotDoThat("Send a key with the scope crm.write.")
    known = await _look_up(tx, records)
    fared = [_one(tx, caller, known, key, record) for key, record in records.items()]
    await tx.flush()
    for one in fared:
        if one.result == "created" and one.case:
            record = records[one.external_id]
            named = {"department": record.department, "product": record.product}
            say_opened(tx, caller, one.case, **named, notify=record.notify)
    return fared


async def _look_up(tx: AsyncSession, records: Mapping[str, CaseRecord]) -> _Known:
    query = (
        select(Case, queries.watcher_ids, queries.assignee_name).where(Case.external_id.in_(records)).order_by(Case.id)
    )
    rows = (await tx.execute(query.with_for_update(of=Case))).all()
    cases = {row[0].external_id: row[0] for row in rows}
    followers = {row[0].id: row[1] or [] for row in rows}
    contacts = {record.contact_external_id for record in records.values()}
    found = await queries.offered(tx, sorted(contacts), sorted({_address(record) for record in records.values()}))
    return _Known(
        cases,
        followers,
        {one["external_id"]: one for one in found.contacts or []},
        _by_name(found.categories),
        _by_name(found.departments),
        _by_name(found.products),
        {one["email"]: one for one in found.staff or []},
        {row[0].id: row[2] for row in rows},
        rules(found.desk, found.days_off),
    )


def _address(record: CaseRecord) -> str:
    return (record.assignee_email or "").lower()


def _by_name(rows: Sequence[dict[str, Any]] | None) -> dict[str, Any]:
    return {row["name"].lower(): row for row in reversed(rows or [])}


def _one(tx: AsyncSession, caller: Caller, known: _Known, key: str, record: CaseRecord) -> Fared:
    try:
        case = known.cases.get(key)
        wanted = _columns(known, record, case)
        return (
            _new(tx, known, key, record, wanted) if case is None else _change(tx, caller, case, known, record, wanted)
        )
    except Problem as problem:
        return Fared(key, "failed", problem=problem)


def _columns(known: _Known, record: CaseRecord, case: Case | None) -> dict[str, Any]:
    """The columns a record names. Raises UnknownOfDesk, UnknownAssignee, WrongAnswers, NotYet."""
    _check_days(record, case)
    said = record.model_fields_set
    plain = said & {"subject", "status", "priority"}
    wanted: dict[str, Any] = {name: getattr(record, name) for name in sorted(plain)}
    name_now = record.category if "category" in said else case and case.category
    category = known.categories.get((name_now or "").lower())
    if "category" in said:
        wanted |= {"category": category["name"] if category else record.category}
        wanted |= {"category_id": _id(category), "group_id": _id(category, "group_id")}
    for name, rows in (("department", known.departments), ("product", known.products)):
        if name in said:
            wanted[f"{name}_id"] = _named(name, getattr(record, name), rows)
    if "fields" in said:
        form = [Question.model_validate(question) for question in (category or {}).get("form", [])]
        wanted["fields"] = checked(form, record.fields, staff=True, demand=False)
    if "assignee_email" in said:
        wanted["assignee_id"] = _staff(known, record)
    if "asset" in said:
        wanted["asset"] = record.asset.model_dump() if record.asset else None
    return wanted


def _id(row: Mapping[str, Any] | None, name: str = "id") -> UUID | None:
    return UUID(row[name]) if row and row[name] else None


def _named(field: str, name: str | None, rows: Mapping[str, Any]) -> UUID | None:
    if name is None:
        return None
    if name.lower() not in rows:
        raise UnknownOfDesk(errors=[{"field": field, "detail": UnknownOfDesk.title}])
    return _id(rows[name.lower()])


def _staff(known: _Known, record: CaseRecord) -> UUID | None:
    if record.assignee_email is None:
        return None
    if _address(record) not in known.staff:
        raise UnknownAssignee(errors=[{"field": "assignee_email", "detail": UnknownAssignee.title}])
    return _id(known.staff[_address(record)])


def _check_days(record: CaseRecord, case: Case | None) -> None:
    for name, day in (("opened_at", record.opened_at), ("closed_at", record.closed_at)):
        if day and day > now():
            raise NotYet(errors=[{"field": name, "detail": NotYet.title}])
    begun = case.created_at if case else record.opened_at
    if begun and record.closed_at and record.closed_at < begun:
        raise ClosedTooEarly(errors=[{"field": "closed_at", "detail": ClosedTooEarly.title}])


def _contact(known: _Known, record: CaseRecord) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = known.contacts.get(record.contact_external_id)
    if found is None:
        raise UnknownContact(errors=[{"field": "contact_external_id", "detail": UnknownContact.title}])
    return found


def _new(tx: AsyncSession, known: _Known, key: str, record: CaseRecord, wanted: dict[str, Any]) -> Fared:
    contact = _contact(known, record)
    if record.body is None:
        raise BodyNeeded(errors=[{"field": "body", "detail": BodyNeeded.title}])
    closed_at = (record.closed_at or now()) if wanted.get("status") == "closed" else None
    case = Case(
        **(_NOTHING | wanted),
        id=new_id(),
        external_id=key,
        body=record.body,
        opened_via="api",
        contact_id=UUID(contact["id"]),
        contact_name=contact["name"],
        organisation_id=UUID(contact["organisation_id"]),
        created_at=record.opened_at or now(),
        updated_at=closed_at or record.opened_at or now(),
        closed_at=closed_at,
        resolved_at=closed_at,
    )
    promises.begin(case, known.rules)
    promises.status_set(case, known.rules)
    promises.forgive(case)
    tx.add(case)
    return Fared(key, "created", case)


# Every column named, so that a batch goes in one statement.
_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("category", "category_id", "department_id", "product_id", "group_id", "assignee_id", "asset")),
    "status": "new",
    "priority": "normal",
    "fields": {},
}


def _change(
    tx: AsyncSession, caller: Caller, case: Case, known: _Known, record: CaseRecord, wanted: dict[str, Any]
) -> Fared:
    if str(case.contact_id) != str(_contact(known, record)["id"]):
        raise OtherContacts(errors=[{"field": "contact_external_id", "detail": OtherContacts.title}])
    changed = [name for name, value in wanted.items() if getattr(case, name) != value]
    if not changed:
        return Fared(case.external_id or "", "unchanged", case)
    for name in changed:
        _set(tx, caller, known, case, name, wanted[name])
    if "status" in changed:
        case.closed_at = (record.closed_at or now()) if case.status == "closed" else None
        case.resolved_at = case.resolved_at or case.closed_at
    promises.follow_up(case, known.rules, changed)
    touch(case)
    _say_changed(tx, caller, case, changed, known.followers[case.id], notify=record.notify)
    return Fared(case.external_id or "", "updated", case)


def _set(tx: AsyncSession, caller: Caller, known: _Known, case: Case, field: str, value: Any) -> None:
    """Set a field, and tell it where the timeline tells it: of who has it, by their names."""
    if field == "assignee_id":
        name = next((one["name"] for one in known.staff.values() if one["id"] == str(value)), None)
        put(tx, caller, case, field, value, (known.assignees[case.id], name))
    elif field in _TOLD:
        put(tx, caller, case, field, value)
    else:
        setattr(case, field, value)


def _say_changed(
    tx: AsyncSession, caller: Caller, case: Case, changed: list[str], followers: list[UUID], *, notify: bool
) -> None:
    if "status" in changed and case.status == "closed":
        say_closed(tx, caller, case, followers, notify=notify)
    else:
        say_changed(tx, caller, case, changed)
