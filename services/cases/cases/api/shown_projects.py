"""Rows of projects in the shapes that cross HTTP."""

from collections.abc import Sequence
from typing import Any

from fastapi import Response

from cases import policy
from cases.models import PROJECT_STATUSES, TASK_STATUSES, Milestone, Project, Task
from cases.schemas.projects import (
    Choices,
    EntryView,
    Labelled,
    MilestoneRow,
    MilestoneView,
    Of,
    Organisation,
    ProjectState,
    ProjectView,
    TaskRow,
    TaskView,
)
from kit.db import AnyRow
from kit.edge import Caller
from kit.schemas import Person
from kit.text import rendered


def project_row(row: AnyRow) -> dict[str, Any]:
    """A row in the shape of ProjectRow."""
    plain = ("id", "name", "kind", "progress", "on_portal", "documents_on_portal", "starts_on", "ends_on", "updated_at")
    return {name: getattr(row, name) for name in plain} | {
        "reference": f"PRJ-{row.number}",
        "status": {"key": row.status, "label": PROJECT_STATUSES[row.status]},
        "organisation": Organisation(id=row.organisation_id, name=row.organisation_name).model_dump(),
        "archived": row.archived_at is not None,
    }


def project_view(
    caller: Caller,
    row: AnyRow,
    tasks: Sequence[AnyRow],
    milestones: Sequence[AnyRow],
    entries: tuple[Sequence[AnyRow], str | None],
) -> ProjectView:
    """F180: a project as its page shows it; what is staff's own (F153) is theirs alone."""
    inside = caller.kind in ("staff", "key")
    may = _may(caller, row)
    choosing = may["edit"] and caller.kind == "staff"
    owner = Person(id=row.owner_id, name=row.owner_name, kind="staff") if row.owner_name else None
    return ProjectView(
        **project_row(row),
        external_id=row.external_id if inside else None,
        description=row.description,
        description_html=rendered(row.description),
        progress_by_tasks=row.progress_by_tasks,
        owner=owner,
        contacts=[Person(**person) for person in row.contacts or []],
        version=row.version,
        may=may,
        choices=_choices(row) if choosing else None,
        tasks=[task_row(task) for task in tasks],
        milestones=[MilestoneRow.model_validate(milestone) for milestone in milestones],
        entries=[entry_view(entry) for entry in entries[0]],
        next_entries=entries[1],
    )


def _choices(row: AnyRow) -> Choices:
    staff, contacts = row.choices_staff or [], row.choices_contacts or []
    return Choices(staff=[Person(**one) for one in staff], contacts=[Person(**one) for one in contacts])


def _may(caller: Caller, row: Any) -> dict[str, bool]:
    project = Project(archived_at=row.archived_at)
    return {verb: policy.can_on_project(caller, verb, project) for verb in policy.PROJECT_VERBS}


def project_state(project: Project, response: Response) -> ProjectState:
    """Where a project stands, and its version as the ETag."""
    response.headers["etag"] = f'"{project.version}"'
    return ProjectState(
        id=project.id,
        reference=project.reference,
        name=project.name,
        status=Labelled(key=project.status, label=PROJECT_STATUSES[project.status]),
        progress=project.progress,
        archived=project.archived_at is not None,
        version=project.version,
    )


def _task_values(row: Any) -> dict[str, Any]:
    plain = ("id", "title", "internal", "assignee_kind", "assignee_name", "due_on", "milestone_id", "position")
    values = {name: getattr(row, name) for name in (*plain, "external_id", "version")}
    return values | {"status": Labelled(key=row.status, label=TASK_STATUSES[row.status])}


def task_row(row: AnyRow) -> TaskRow:
    """A task as lists show it."""
    return TaskRow(**_task_values(row))


def task_state(task: Task, response: Response) -> TaskRow:
    """A task after a verb, and its version as the ETag."""
    response.headers["etag"] = f'"{task.version}"'
    return TaskRow(**_task_values(task))


def task_view(
    caller: Caller, row: AnyRow, milestones: Sequence[AnyRow], entries: tuple[Sequence[AnyRow], str | None]
) -> TaskView:
    """F181: a task as its page shows it."""
    rows = [MilestoneRow.model_validate(milestone) for milestone in milestones]
    return TaskView(
        **_task_values(row),
        project=_of(row),
        body=row.body,
        body_html=rendered(row.body),
        milestone=next((one for one in rows if one.id == row.milestone_id), None),
        milestones=rows,
        may=_may(caller, row),
        entries=[entry_view(entry) for entry in entries[0]],
        next_entries=entries[1],
    )


def milestone_state(milestone: Milestone, response: Response) -> MilestoneRow:
    """A milestone after a verb, and its version as the ETag."""
    response.headers["etag"] = f'"{milestone.version}"'
    return MilestoneRow.model_validate(milestone)


def milestone_view(caller: Caller, row: AnyRow, tasks: Sequence[AnyRow]) -> MilestoneView:
    """F181: a milestone as its page shows it."""
    known = MilestoneRow.model_validate(row).model_dump()
    return MilestoneView(**known, project=_of(row), may=_may(caller, row), tasks=[task_row(task) for task in tasks])


def _of(row: AnyRow) -> Of:
    return Of(id=row.of_id, reference=f"PRJ-{row.number}", name=row.name)


def entry_view(entry: Any) -> EntryView:
    """Something said or changed, its text rendered."""
    plain = ("id", "kind", "visibility", "task_id", "field", "old", "new", "created_at")
    return EntryView(
        **{name: getattr(entry, name) for name in plain},
        author=Person(id=entry.author_id, name=entry.author_name, kind=entry.author_kind),
        body_html=rendered(entry.body) if entry.body else "",
    )
