"""Routes of identity: what the gateway asks, and what everybody may."""

from identity.api.hosts import hosts
from identity.api.internal import internal
from identity.api.keys import keys
from identity.api.people import people
from identity.api.portal import portal
from identity.api.setup import setup

routers = (internal, portal, setup, hosts, keys, people)
"""All of them."""
