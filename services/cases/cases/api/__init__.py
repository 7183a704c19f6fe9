"""Routes of cases, by noun."""

from cases.api.cases import api as cases

routers = (cases,)
"""All of them."""
