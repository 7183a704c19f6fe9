"""Routes of identity: what the gateway asks, and what everybody may."""

from identity.api.acting import acting
from identity.api.audit import audit
from identity.api.batches import batches
from identity.api.contact_access import contact_access
from identity.api.editing import editing
from identity.api.exports import exports
from identity.api.hosts import hosts
from identity.api.imports import imports
from identity.api.internal import internal
from identity.api.keys import keys
from identity.api.leads import leads
from identity.api.members import members
from identity.api.overviews import overviews
from identity.api.passkeys import logins, passkeys
from identity.api.people import people
from identity.api.pins import checks, pins
from identity.api.portal import portal
from identity.api.providers import companies, providers
from identity.api.registrations import registrations
from identity.api.requests import requests
from identity.api.security import security
from identity.api.setup import setup
from identity.api.ways import ways
from identity.api.ways_in import ways_in

routers = (
    internal,
    portal,
    setup,
    hosts,
    requests,
    keys,
    exports,
    people,
    overviews,
    editing,
    leads,
    batches,
    imports,
    audit,
    ways_in,
    contact_access,
    registrations,
    security,
    pins,
    checks,
    passkeys,
    logins,
    providers,
    companies,
    ways,
    acting,
    members,
)
"""All of them."""
