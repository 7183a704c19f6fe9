"""Routes of cases and projects, by noun."""

from cases.api.cases import api as cases
from cases.api.fed_projects import api as fed_projects
from cases.api.project_parts import api as project_parts
from cases.api.projects import api as projects

routers = (cases, fed_projects, projects, project_parts)
"""All of them."""
