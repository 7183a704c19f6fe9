"""Routes of cases, by noun."""

from cases.api.cases import api as cases
from cases.api.desk import api as desk
from cases.api.listed import api as listed

routers = (cases, desk, listed)
"""All of them."""
