"""Routes of identity: what the gateway asks, and what everybody may."""

from identity.api.audit import audit
from identity.api.batches import batches
from identity.api.contact_access import contact_access
from identity.api.editing import editing
from identity.api.exports import exports
from identity.api.internal import internal
from identity.api.keys import keys
from identity.api.leads import leads
from identity.api.people import people
from identity.api.portal import portal
from identity.api.ways_in import ways_in

routers = (internal, portal, keys, exports, people, editing, leads, batches, audit, ways_in, contact_access)
"""All of them."""
