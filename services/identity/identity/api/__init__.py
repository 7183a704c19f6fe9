"""Routes of identity: what the gateway asks, and what everybody may."""

from identity.api.acting import acting
from identity.api.internal import internal
from identity.api.keys import keys
from identity.api.members import members
from identity.api.people import people
from identity.api.portal import portal

routers = (internal, portal, keys, people, acting, members)
"""All of them."""
