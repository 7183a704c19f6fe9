"""Rows of cases in the shapes that cross HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import Response

from cases import policy
from cases.api.promised import promised
from cases.models import STATUSES, Case
from cases.queries.rules import rules
from cases.schemas.cases import (
    AfterClose,
    CaseState,
    CaseView,
    Choice,
    Colleague,
    History,
    NamedArticle,
    OtherCase,
    TimelineEntry,
)
from cases.schemas.desk import Desk
from cases.schemas.forms import Answer
from cases.schemas.keys import Named, Status
from cases.service.found import Standing
from kit.db import AnyRow
from kit.edge import Caller
from kit.schemas import Person
from kit.text import beginning, rendered

_USUAL: Mapping[str, str] = {}


def case_state(caller: Caller, left: Standing, response: Response) -> CaseState:
    """Where a verb left a case, in its caller's words, and its version as the ETag."""
    case = left.case
    own: Mapping[Any, str] = left.desk.status_words if caller.kind == "contact" else _USUAL
    response.headers["etag"] = f'"{case.version}"'
    return CaseState(
        id=case.id,
        reference=case.reference,
        status=Status(key=case.status, label=own.get(case.status) or STATUSES[case.status]),
        priority=case.priority,
        category=case.category,
        assignee_id=case.assignee_id,
        group_id=case.group_id,
        version=case.version,
    )


def case_view(caller: Caller, row: AnyRow, entries: Sequence[AnyRow], earlier: str | None) -> CaseView:
    """A case as its page shows it: `entries` of its timeline, `earlier` the cursor of those before them."""
    desk, case = rules(row.desk, row.days_off).desk, _as_case(row)
    may = {verb: policy.can(caller, verb, case, desk) for verb in policy.VERBS}
    return CaseView(
        **case_row(row, reachable=caller.kind != "contact" or desk.assignee_email),
        **_about_its_end(row, case, desk),
        body_html=rendered(row.body),
        **_opened(row, staff=caller.kind != "contact"),
        closed_at=row.closed_at,
        version=row.version,
        may=may,
        articles=[NamedArticle(**one) for one in row.articles or []],
        watchers=_people(row.watchers),
        participants=_people(row.participants),
        followable=_people(row.followable) if may["add_followers"] else [],
        editable=policy.editable(desk) if may["edit"] else [],
        promises=promised(row),
        linked_from=_reference(row.linked_from),
        writing=_people(row.writing),
        canned=[Choice(**one) for one in row.canned or []],
        history=_history(row.history),
        colleagues=[Colleague(**one) for one in row.colleagues or []] if may["assign"] else [],
        timeline=[timeline_entry(entry, row.status_words or {}) for entry in entries],
        next_timeline=earlier,
    )


def _about_its_end(row: AnyRow, case: Case, desk: Desk) -> dict[str, Any]:
    counted = desk.after_close == "reopen_within_days" and row.closed_at is not None
    until = policy.reopen_until(case, desk) if counted else None
    return {
        "after_close": AfterClose(policy=desk.after_close, until=until),
        "rating": row.rating,
        "rating_comment": row.rating_comment,
        "rated_at": row.rated_at,
        "merged_into": _reference(row.merged_into),
    }


def _people(found: list[dict[str, Any]] | None) -> list[Person]:
    return [Person(**one) for one in found or []]


def _reference(number: int | None) -> str | None:
    return f"CASE-{number}" if number else None


def _history(found: dict[str, Any] | None) -> History | None:
    if found is None:
        return None
    return History(**{side: [_other(one) for one in rows or []] for side, rows in found.items()})


def _other(one: dict[str, Any]) -> OtherCase:
    status = Status(key=one["status"], label=STATUSES[one["status"]])
    name = one["contact_name"]
    return OtherCase(reference=f"CASE-{one['number']}", subject=one["subject"], status=status, contact_name=name)


def _opened(row: AnyRow, *, staff: bool) -> dict[str, Any]:
    """What was said when it was opened."""
    return {
        "category_id": row.category_id,
        "department_id": row.department_id,
        "product_id": row.product_id,
        "product": row.product,
        "group": Named(id=row.group_id, name=row.group_name) if staff and row.group_id else None,
        "asset": row.asset,
        "fields": answers(row.form or [], row.fields, staff=staff),
        "opened_via": row.opened_via,
        "requester_email": row.requester_email,
        "external_id": row.external_id if staff else None,
    }


def answers(form: Sequence[dict[str, Any]], fields: dict[str, Any], *, staff: bool) -> list[Answer]:
    """F095: the answers in the order of their questions. What is not asked any more, only staff see."""
    shown = [
        Answer(value=fields[one["key"]], **{name: one[name] for name in ("key", "label", "kind", "staff_only")})
        for one in form
        if one["key"] in fields and (staff or not one["staff_only"])
    ]
    asked = {one["key"] for one in form}
    left = [key for key in fields if staff and key not in asked]
    return shown + [Answer(key=key, label=key, kind="text", value=fields[key], staff_only=True) for key in left]


def _as_case(row: AnyRow) -> Case:
    whose = {"organisation_id": row.organisation_id, "contact_id": row.contact_id}
    end = {"closed_at": row.closed_at, "merged_into_id": row.merged_into_id, "rated_at": row.rated_at}
    return Case(status=row.status, assignee_id=row.assignee_id, **whose, **end)


def case_row(row: AnyRow, *, reachable: bool, body: str | None = None) -> dict[str, Any]:
    """A row in the shape of CaseRow. `reachable`: its reader sees the e-mail address of who has it (F106)."""
    email = row.assignee_email if reachable else None
    assignee = _person(row.assignee_id, row.assignee_name or "", "staff", email)
    return {
        "id": row.id,
        "reference": f"CASE-{row.number}",
        "subject": row.subject,
        "status": {"key": row.status, "label": status_word(row)},
        "priority": row.priority,
        "category": row.category,
        "department": row.department,
        "organisation": {"id": row.organisation_id, "name": row.organisation_name},
        "opened_by": _person(row.contact_id, row.contact_name, "contact"),
        "assignee": assignee if row.assignee_id else None,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "promise": next((one.model_dump() for one in promised(row)), None),
        "excerpt": beginning(body) if body else None,
    }


def status_word(row: AnyRow) -> str:
    """F107: what the reader calls the case's status: customers may have words of their tenant's own."""
    own: str | None = (row.status_words or {}).get(row.status)
    return own or STATUSES[row.status]


def _person(person_id: UUID, name: str, kind: str, email: str | None = None) -> dict[str, Any]:
    """Somebody in the shape of Person."""
    return {"id": person_id, "name": name, "kind": kind, "email": email}


def timeline_entry(entry: Any, status_words: Mapping[str, str] = _USUAL) -> TimelineEntry:
    """An entry of a timeline, its text rendered; `status_words` are its reader's, by key."""
    own = {STATUSES[key]: word for key, word in status_words.items()} if entry.field == "status" else {}
    return TimelineEntry(
        id=entry.id,
        kind=entry.kind,
        visibility=entry.visibility,
        author=Person(id=entry.author_id, name=entry.author_name, kind=entry.author_kind),
        body_html=rendered(entry.body) if entry.body else "",
        field=entry.field,
        old=own.get(entry.old, entry.old),
        new=own.get(entry.new, entry.new),
        created_at=entry.created_at,
    )


def summed(rows: Sequence[AnyRow], by: str) -> dict[str, int]:
    """How many there are of each, summed over what else the rows tell apart."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[getattr(row, by)] = sums.get(getattr(row, by), 0) + row.many
    return sums
