"""What crosses HTTP about tenants, people, keys and sessions, by noun. Named here: what provisioning speaks."""

from identity.schemas.keys import NewKey
from identity.schemas.people import ContactChange, OrganisationChange
from identity.schemas.portal import PortalSettingsChange

__all__ = ["ContactChange", "NewKey", "OrganisationChange", "PortalSettingsChange"]
