"""Projects from the CRM: one by its external id, or up to 1,000 of which every row fares by itself."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import ValidationError

from cases.api.shown_projects import project_state
from cases.schemas.fed_projects import (
    ExternalId,
    FedProject,
    FieldError,
    ProjectBatch,
    ProjectBatchResult,
    ProjectResult,
    ProjectRowIn,
)
from cases.schemas.projects import ProjectState
from cases.service import projects as service
from kit.edge import Caller, Tx, of_module, router

api = router(tags=["projects"], dependencies=[of_module("projects")])


@api.put("/projects/by-external-id/{external_id}", responses={201: {"model": ProjectState}})
async def feed_project(
    external_id: Annotated[ExternalId, Path()], fed: FedProject, caller: Caller, tx: Tx, response: Response
) -> ProjectState:
    """The CRM brings a project with its tasks and milestones: made (201), changed, or as it was."""
    [done] = await service.feed_projects(tx, caller, {external_id: fed})
    if done.project is None:
        raise done.problem or AssertionError("a project fails for a reason")
    if done.result == "created":
        response.status_code = 201
        response.headers["location"] = f"/api/v1/projects/{done.project.reference}"
    return project_state(done.project, response)


@api.post("/projects/batch")
async def feed_projects(sent: ProjectBatch, caller: Caller, tx: Tx) -> ProjectBatchResult:
    """The CRM brings up to 1,000 projects."""
    rows, results = _read(sent.rows)
    done = await service.feed_projects(tx, caller, {row.external_id: row for row in rows.values()})
    told = {one.external_id: one for one in done}
    results |= {number: _told(number, told[row.external_id]) for number, row in rows.items()}
    return _counted([results[number] for number in sorted(results)])


def _read(sent: Sequence[Any]) -> tuple[dict[int, ProjectRowIn], dict[int, ProjectResult]]:
    """The rows that can be read, by number, and for the others what is wrong with them."""
    rows: dict[int, ProjectRowIn] = {}
    wrong: dict[int, ProjectResult] = {}
    seen: set[str] = set()
    for number, one in enumerate(sent):
        try:
            row = ProjectRowIn.model_validate(one)
        except ValidationError as error:
            wrong[number] = _failed(number, None, [_field(dict(each)) for each in error.errors()])
            continue
        if row.external_id in seen:
            twice = FieldError(field="external_id", detail="is in this batch twice")
            wrong[number] = _failed(number, row.external_id, [twice])
            continue
        seen.add(row.external_id)
        rows[number] = row
    return rows, wrong


def _field(error: dict[str, Any]) -> FieldError:
    name = ".".join(str(part) for part in error["loc"]) or "row"
    return FieldError(field=name, detail=str(error["msg"]).removeprefix("Value error, "))


def _failed(number: int, external_id: str | None, errors: list[FieldError]) -> ProjectResult:
    return ProjectResult(row=number, external_id=external_id, result="failed", errors=errors)


def _told(number: int, one: service.Fed) -> ProjectResult:
    if one.project is None:
        errors = one.problem.errors if one.problem else []
        return _failed(number, one.external_id, [FieldError(**error) for error in errors])
    project = one.project
    return ProjectResult(
        row=number,
        external_id=one.external_id,
        result=one.result,
        id=project.id,
        reference=project.reference,
        version=project.version,
    )


def _counted(results: list[ProjectResult]) -> ProjectBatchResult:
    fared = Counter(row.result for row in results)
    return ProjectBatchResult(
        results=results,
        created=fared["created"],
        updated=fared["updated"],
        unchanged=fared["unchanged"],
        failed=fared["failed"],
    )
