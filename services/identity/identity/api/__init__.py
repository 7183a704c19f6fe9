"""Routes of identity: what the gateway asks, and what everybody may."""

from identity.api.internal import internal
from identity.api.keys import keys
from identity.api.passkeys import logins, passkeys
from identity.api.people import people
from identity.api.pins import checks, pins
from identity.api.portal import portal
from identity.api.providers import companies, providers
from identity.api.security import security
from identity.api.ways import ways

routers = (internal, portal, keys, people, security, pins, checks, passkeys, logins, providers, companies, ways)
"""All of them."""
