"""Routes of cases, by noun."""

from cases.api.cases import api as cases
from cases.api.desk import api as desk
from cases.api.desk_work import api as desk_work
from cases.api.listed import api as listed
from cases.api.talk import api as talk

# Before the cases: /cases/views is not a case of that name.
routers = (desk_work, cases, desk, listed, talk)
"""All of them."""
