"""Routes of cases and projects, by noun."""

from cases.api.cases import api as cases
from cases.api.desk import api as desk
from cases.api.fed_projects import api as fed_projects
from cases.api.internal import api as internal
from cases.api.listed import api as listed
from cases.api.opening import api as opening
from cases.api.project_parts import api as project_parts
from cases.api.projects import api as projects

routers = (opening, cases, desk, listed, fed_projects, projects, project_parts, internal)
"""All of them."""
