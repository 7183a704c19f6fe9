"""The parts of a project the CRM brings: what it names is made or changed, what it names no more is taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import Milestone, Project, Task
from cases.schemas.fed_projects import FedMilestone, FedTask
from cases.service.projects.known import Stock
from cases.service.projects.steps import set_milestone, set_task, tell_task
from cases.service.projects.told import differing
from kit.caller import Caller
from kit.ids import new_id


@dataclass
class Put:
    """What became of the parts of one project."""

    made: list[Any]
    differs: bool


def put_milestones(tx: AsyncSession, caller: Caller, fed: Sequence[FedMilestone], found: Stock) -> bool:
    """The milestones of one project. Is anything of them others now?"""
    put = _put(tx, caller, found, found.milestones, {one.external_id: one.model_dump() for one in fed})
    found.milestones.extend(put.made)
    return put.differs


def put_tasks(tx: AsyncSession, caller: Caller, fed: Sequence[FedTask], found: Stock) -> Put:
    """The tasks of one project, in the order they come in."""
    places = {milestone.external_id: milestone.id for milestone in found.milestones if milestone.external_id}
    values = {
        one.external_id: one.model_dump(exclude={"milestone_external_id"})
        | {"milestone_id": places.get(one.milestone_external_id or ""), "position": position}
        for position, one in enumerate(fed, 1)
    }
    return _put(tx, caller, found, found.tasks, values)


def tell_added(tx: AsyncSession, caller: Caller, found: Stock, tasks: Put) -> None:
    """The tasks that came to a project after it was made, among its updates."""
    for task in tasks.made:
        tell_task(tx, caller, found.project, task, "task.added", None, task.title)


def _put(tx: AsyncSession, caller: Caller, found: Stock, here: Sequence[Any], fed: dict[str, dict[str, Any]]) -> Put:
    """Change what differs, take away what is named no more; what staff added here has no name and stays."""
    known = {row.external_id: row for row in here if row.external_id is not None}
    differs = _take_away(tx, [row for key, row in known.items() if key not in fed])
    for key in fed.keys() & known:
        if changes := differing(known[key], fed[key]):
            differs = True
            _set(tx, caller, found.project, known[key], changes)
    made = [_new(found, values) for key, values in fed.items() if key not in known]
    tx.add_all(made)
    return Put(made, differs or bool(made))


def _take_away(tx: AsyncSession, rows: Sequence[Task | Milestone]) -> bool:
    for row in rows:
        tx.sync_session.delete(row)
    return bool(rows)


def _set(tx: AsyncSession, caller: Caller, project: Project, row: Task | Milestone, changes: dict[str, Any]) -> None:
    if isinstance(row, Task):
        set_task(tx, caller, project, row, changes)
    else:
        set_milestone(tx, caller, project, row, changes)


def _new(found: Stock, values: dict[str, Any]) -> Task | Milestone:
    kind = Task if "position" in values else Milestone
    return kind(id=new_id(), project_id=found.project.id, **values)
