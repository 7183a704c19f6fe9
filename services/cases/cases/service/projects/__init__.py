"""What can be done to projects."""

from cases.service.projects.archiving import archive_project, restore_project
from cases.service.projects.changing import change_project
from cases.service.projects.fed_task import feed_task
from cases.service.projects.feeding import Fed, feed_projects
from cases.service.projects.making import make_project
from cases.service.projects.naming import name_milestone, name_project, name_task
from cases.service.projects.steps import (
    add_milestone,
    add_task,
    change_milestone,
    change_task,
    remove_milestone,
    remove_task,
)
from cases.service.projects.talking import add_comment, add_report

__all__ = [
    "Fed",
    "add_comment",
    "add_milestone",
    "add_report",
    "add_task",
    "archive_project",
    "change_milestone",
    "change_project",
    "change_task",
    "feed_projects",
    "feed_task",
    "make_project",
    "name_milestone",
    "name_project",
    "name_task",
    "remove_milestone",
    "remove_task",
    "restore_project",
]
