"""Routes of cases, by noun."""

from cases.api.cases import api as cases
from cases.api.desk import api as desk
from cases.api.listed import api as listed
from cases.api.talk import api as talk

routers = (cases, desk, listed, talk)
"""All of them."""
