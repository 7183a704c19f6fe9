"""Routes of cases, by noun."""

from cases.api.cases import api as cases
from cases.api.desk import api as desk

routers = (cases, desk)
"""All of them."""
