"""What a feed of projects names, and what is here of it already: read once for all rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import NotThisProjects
from cases.models import KnownOrganisation, KnownPerson, Milestone, Project, Task
from cases.schemas.fed_projects import FedProject, FedTask
from kit.problems import Problem


@dataclass(frozen=True)
class Known:
    """Ids by the names the CRM uses. A name that two have for a moment is nobody's."""

    organisations: dict[str, UUID]
    contacts: dict[str, tuple[UUID, frozenset[UUID]]]
    """With every organisation they act for."""
    owners: dict[str, UUID]

    def owner_id(self, one: FedProject) -> UUID | None:
        """The member of staff who is named."""
        return self.owners.get(one.owner_email.lower()) if one.owner_email else None

    def contact_ids(self, one: FedProject) -> list[UUID]:
        """The contacts who are named."""
        return [self.contacts[name][0] for name in dict.fromkeys(one.contact_external_ids)]

    def problem(self, one: FedProject) -> Problem | None:
        """What of this project's names is not right, if anything."""
        wrong = [*self._wrong_names(one), *_wrong_parts(one)]
        return NotThisProjects(errors=wrong) if wrong else None

    def _wrong_names(self, one: FedProject) -> Iterable[dict[str, str]]:
        organisation_id = self.organisations.get(one.organisation_external_id)
        if organisation_id is None:
            detail = "There is no such organisation yet. Send it first, and this a moment later."
            yield {"field": "organisation_external_id", "detail": detail}
        for name in one.contact_external_ids:
            if organisation_id not in self.contacts.get(name, (None, frozenset[UUID]()))[1]:
                detail = f"{name} is no contact of this organisation. Send the contact first, and this a moment later."
                yield {"field": "contact_external_ids", "detail": detail}
        if one.owner_email and self.owner_id(one) is None:
            yield {"field": "owner_email", "detail": "No active member of staff has this address."}


def _wrong_parts(one: FedProject) -> Iterable[dict[str, str]]:
    milestones = [part.external_id for part in one.milestones]
    for name, ids in (("milestones", milestones), ("tasks", [part.external_id for part in one.tasks])):
        if len(set(ids)) < len(ids):
            yield {"field": name, "detail": "An external_id is there twice."}
    if {task.milestone_external_id for task in one.tasks} - {None, *milestones}:
        yield {"field": "tasks", "detail": "A task names a milestone that is not among this project's."}


async def known(tx: AsyncSession, fed: Iterable[FedProject]) -> Known:
    """The organisations, contacts and owners of all rows, in three statements."""
    fed = list(fed)
    organisations = await tx.execute(
        select(KnownOrganisation.external_id, KnownOrganisation.id).where(
            KnownOrganisation.external_id.in_({one.organisation_external_id for one in fed})
        )
    )
    contacts = await tx.execute(
        select(
            KnownPerson.external_id, KnownPerson.id, KnownPerson.organisation_id, KnownPerson.organisation_ids
        ).where(
            KnownPerson.kind == "contact",
            KnownPerson.external_id.in_({name for one in fed for name in one.contact_external_ids}),
        )
    )
    owners = await tx.execute(
        select(func.lower(KnownPerson.email), KnownPerson.id).where(
            KnownPerson.kind == "staff",
            KnownPerson.active,
            func.lower(KnownPerson.email).in_({one.owner_email.lower() for one in fed if one.owner_email}),
        )
    )
    return Known(
        _single((name, found) for name, found in organisations.all()),
        _single((row[0], (row[1], _theirs(row[2], row[3]))) for row in contacts.all()),
        _single((name, found) for name, found in owners.all()),
    )


def _theirs(own: UUID | None, all_of_them: list[UUID] | None) -> frozenset[UUID]:
    """The organisations somebody acts for; where that was not told yet, their own."""
    return frozenset(all_of_them or ([own] if own else []))


def _single(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


@dataclass
class Stock:
    """A project with its parts, as they are here."""

    project: Project
    contact_ids: Sequence[UUID] = ()
    milestones: list[Milestone] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


@dataclass
class There:
    """The projects of a feed that are here, by what the CRM calls them, and those it adds."""

    projects: dict[str, Stock]
    new: set[str] = field(default_factory=set)

    def of(self, key: str) -> Stock:
        """One of them."""
        return self.projects[key]

    def add(self, key: str, project: Project) -> None:
        """One that is new."""
        self.projects[key] = Stock(project)
        self.new.add(key)


async def there(tx: AsyncSession, keys: Sequence[str]) -> There:
    """The projects called so with all of their parts, locked in an order that is always the same."""
    query = select(Project, queries.contact_ids).where(Project.external_id.in_(keys)).order_by(Project.external_id)
    rows = (await tx.execute(query.with_for_update(of=Project))).all()
    stocks = {project.id: Stock(project, linked or []) for project, linked in rows}
    if stocks:
        await _add_parts(tx, stocks)
    return There({stock.project.external_id or "": stock for stock in stocks.values()})


async def _add_parts(tx: AsyncSession, stocks: dict[UUID, Stock]) -> None:
    for milestone in await tx.scalars(select(Milestone).where(Milestone.project_id.in_(stocks))):
        stocks[milestone.project_id].milestones.append(milestone)
    for task in await tx.scalars(select(Task).where(Task.project_id.in_(stocks)).order_by(Task.position, Task.id)):
        stocks[task.project_id].tasks.append(task)


def fed_progress(one: FedProject, stock: There, key: str) -> dict[str, Any]:
    """The percentage that is told, or that of the tasks customers may see: the CRM's and those staff added here."""
    if one.progress is not None:
        return {"progress": one.progress, "progress_by_tasks": False}
    own = [task for task in stock.projects[key].tasks if task.external_id is None] if key in stock.projects else []
    both: list[Task | FedTask] = [*one.tasks, *own]
    shown = [task.status for task in both if not task.internal]
    percent = int(shown.count("done") * 100 / len(shown) + 0.5) if shown else 0
    return {"progress": percent, "progress_by_tasks": True}
