"""Routes of cases and projects, by noun."""

from cases.api.cases import api as cases
from cases.api.charts import api as charts
from cases.api.choices import api as choices
from cases.api.desk import api as desk
from cases.api.desk_work import api as desk_work
from cases.api.exports import exports
from cases.api.fed_notes import api as fed_notes
from cases.api.fed_projects import api as fed_projects
from cases.api.internal import api as internal
from cases.api.listed import api as listed
from cases.api.opening import api as opening
from cases.api.prints import api as prints
from cases.api.project_parts import api as project_parts
from cases.api.projects import api as projects
from cases.api.saved import api as saved
from cases.api.talk import api as talk

# Before the cases, whose /cases/{case} is any other word.
routers = (
    opening,
    charts,
    choices,
    desk_work,
    saved,
    exports,
    prints,
    fed_notes,
    cases,
    desk,
    listed,
    talk,
    internal,
    fed_projects,
    projects,
    project_parts,
)
"""All of them."""
