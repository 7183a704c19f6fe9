"""Routes of cases, by noun."""

from cases.api.cases import api as cases
from cases.api.desk import api as desk
from cases.api.exports import exports
from cases.api.internal import api as internal
from cases.api.listed import api as listed
from cases.api.opening import api as opening

routers = (opening, exports, cases, desk, listed, internal)
"""All of them; those with a word for an address before `/cases/{case}`, which would take it for one."""
