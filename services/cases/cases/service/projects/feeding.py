"""The CRM brings projects: up to 1,000 in a few statements, each made, changed or left as it was."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import FedAtTheSameMoment, MayNotWriteProjects
from cases.models import Project
from cases.policy import may_write_projects
from cases.schemas.fed_projects import FedProject
from cases.service.projects.changing import link
from cases.service.projects.fed_parts import put_milestones, put_tasks, tell_added
from cases.service.projects.known import Known, There, fed_progress, known, there
from cases.service.projects.told import differing, put, say_changed, touch
from kit.batches import Result
from kit.caller import Caller
from kit.ids import new_id, now
from kit.problems import Problem

_PLAIN = {"name", "description", "kind", "status", "on_portal", "documents_on_portal", "starts_on", "ends_on"}


class Fed(NamedTuple):
    """How one project fared."""

    external_id: str
    result: Result
    project: Project | None = None
    problem: Problem | None = None


async def feed_projects(tx: AsyncSession, caller: Caller, fed: Mapping[str, FedProject]) -> list[Fed]:
    """Make or change the projects the CRM calls so. One that names what is not known here is left out."""
    if not may_write_projects(caller):
        raise MayNotWriteProjects()
    names = await known(tx, fed.values())
    wrong = {key: problem for key, one in fed.items() if (problem := names.problem(one))}
    right = {key: fed[key] for key in sorted(fed.keys() - wrong)}
    stock = await there(tx, list(right))
    changed = {key: _put(tx, caller, key, one, names, stock) for key, one in right.items()}
    await _flush(tx)
    await _put_parts(tx, caller, right, names, stock, changed)
    for key, one in right.items():
        if changed[key]:
            _touch_unless_new(stock, key)
            say_changed(tx, stock.of(key).project, names.contact_ids(one))
    return [_outcome(key, wrong, changed, stock) for key in fed]


def _outcome(key: str, wrong: Mapping[str, Problem], changed: Mapping[str, bool], stock: There) -> Fed:
    if key in wrong:
        return Fed(key, "failed", problem=wrong[key])
    result: Result = "created" if key in stock.new else "updated" if changed[key] else "unchanged"
    return Fed(key, result, stock.of(key).project)


def _touch_unless_new(stock: There, key: str) -> None:
    """Count a version up, but not of what begins with its first."""
    if key not in stock.new:
        touch(stock.of(key).project)


def _put(tx: AsyncSession, caller: Caller, key: str, one: FedProject, names: Known, stock: There) -> bool:
    """The project itself. Is it another one now?"""
    values = _values(one, names) | fed_progress(one, stock, key)
    if key not in stock.projects:
        stock.add(key, Project(id=new_id(), external_id=key, version=1, **values))
        tx.add(stock.of(key).project)
        return True
    project = stock.of(key).project
    if one.archived == (project.archived_at is not None):
        values["archived_at"] = project.archived_at
    changes = differing(project, values)
    put(tx, caller, project, changes)
    return bool(changes)


def _values(one: FedProject, names: Known) -> dict[str, Any]:
    values: dict[str, Any] = one.model_dump(include=_PLAIN)
    values["organisation_id"] = names.organisations[one.organisation_external_id]
    values["owner_id"] = names.owner_id(one)
    values["archived_at"] = now() if one.archived else None
    return values


async def _put_parts(
    tx: AsyncSession,
    caller: Caller,
    fed: Mapping[str, FedProject],
    names: Known,
    stock: There,
    changed: dict[str, bool],
) -> None:
    """Contacts and milestones of all of them, then the tasks, which refer to milestones; `changed` where any differ."""
    for key, one in fed.items():
        found, contacts = stock.of(key), names.contact_ids(one)
        changed[key] |= set(contacts) != set(found.contact_ids)
        await link(tx, found.project, found.contact_ids, contacts)
        changed[key] |= put_milestones(tx, caller, one.milestones, found)
    await tx.flush()
    added = [(stock.of(key), put_tasks(tx, caller, one.tasks, stock.of(key))) for key, one in fed.items()]
    await tx.flush()
    for key, (found, tasks) in zip(fed, added, strict=True):
        changed[key] |= tasks.differs
        if key not in stock.new:
            tell_added(tx, caller, found, tasks)


async def _flush(tx: AsyncSession) -> None:
    try:
        await tx.flush()
    except IntegrityError as error:
        raise FedAtTheSameMoment() from error
