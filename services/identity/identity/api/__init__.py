"""Routes of identity: what the gateway asks, and what everybody may."""

from identity.api.contact_access import contact_access
from identity.api.internal import internal
from identity.api.keys import keys
from identity.api.people import people
from identity.api.portal import portal
from identity.api.ways_in import ways_in

routers = (internal, ways_in, portal, keys, people, contact_access)
"""All of them."""
