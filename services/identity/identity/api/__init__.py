"""Routes of identity: what the gateway asks, and what everybody may."""

from identity.api.audit import audit
from identity.api.batches import batches
from identity.api.editing import editing
from identity.api.exports import exports
from identity.api.internal import internal
from identity.api.keys import keys
from identity.api.leads import leads
from identity.api.people import people
from identity.api.portal import portal

routers = (internal, portal, keys, exports, people, editing, leads, batches, audit)
"""All of them."""
