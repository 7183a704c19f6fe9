"""Who is told of what is written on a project."""

from typing import Any
from uuid import UUID

import pytest

from contracts import ProjectCommentAdded
from kit.ids import new_id


@pytest.fixture
async def project(house: Any) -> Any:
    await house.portal(version=2, modules=["projects"])
    return house


def commented(house: Any, by: str, visibility: str = "customer", **values: Any) -> ProjectCommentAdded:
    known: dict[str, Any] = {
        "project_id": new_id(),
        "reference": "PRJ-1001",
        "name": "Fibre for the depot",
        "comment_id": new_id(),
        "task_id": None,
        "task_title": None,
        "visibility": visibility,
        "author": house.actor(by),
        "owner_id": house.ada,
        "organisation_id": house.organisation,
        "contact_ids": [house.ann, house.bob] if visibility == "customer" else [],
        "excerpt": "When?",
    }
    return ProjectCommentAdded.model_validate(known | values)


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("ann", {("bob", "project_answered"), ("ada", "project_comment")}),
        ("sam", {("ann", "project_answered"), ("bob", "project_answered"), ("ada", "project_comment")}),
        ("ada", {("ann", "project_answered"), ("bob", "project_answered")}),
    ],
)
async def test_a_comment_tells_the_linked_contacts_and_the_owner_and_never_its_author_f182(
    project: Any, by: str, told: set[tuple[str, str]]
) -> None:
    await project.hear(commented(project, by))
    assert await project.told() == told


async def test_an_internal_comment_reaches_no_contact_whatever_the_event_names_f182(project: Any) -> None:
    await project.hear(commented(project, "sam", "internal", contact_ids=[project.ann]))
    assert await project.told() == {("ada", "project_comment")}


async def test_a_comment_on_a_project_of_nobody_tells_who_is_on_duty(project: Any) -> None:
    await project.hear(commented(project, "ann", owner_id=None, contact_ids=[project.ann]))
    assert await project.told() == {("sam", "project_comment")}


async def test_who_opted_out_or_left_and_whose_portal_has_no_projects_gets_no_mail_f051(project: Any) -> None:
    await project.contact("ann", email_opt_out=True, version=2)
    await project.contact("bob", organisation_id=new_id(), version=2)
    await project.hear(commented(project, "ada"))
    assert await project.told() == set()
    await project.contact("ann", version=3)
    await project.portal(version=3, modules=["cases"])
    await project.hear(commented(project, "ada"))
    assert await project.told() == set()


@pytest.mark.parametrize(
    ("task_id", "place"), [(None, "projects/PRJ-1001"), (UUID(int=7), f"projects/PRJ-1001/tasks/{UUID(int=7)}")]
)
async def test_a_mail_leads_to_where_it_was_written(project: Any, task_id: UUID | None, place: str) -> None:
    await project.hear(commented(project, "ann", task_id=task_id, task_title="Dig" if task_id else None))
    rows = await project.rows("SELECT about, data->>'place' AS place FROM mails")
    assert {tuple(row) for row in rows} == {("PRJ-1001", place)}
