"""What can be done in identity: the only writers, and the only ones that say so."""

from identity.service.contact_edits import change_contact, make_contact, set_access
from identity.service.contacts import upsert_contacts, write_contacts
from identity.service.keys import make_key, revoke_key, rotate_key
from identity.service.leads import change_lead, convert_lead, make_lead, write_leads
from identity.service.logins import Attempt, begin_login, finish_login
from identity.service.organisation_edits import change_organisation, make_organisation
from identity.service.organisations import upsert_organisations, write_organisations
from identity.service.sessions import end_session, set_password
from identity.service.snapshots import say_everything_again
from identity.service.staff import add_staff, change_me, change_staff, make_staff
from identity.service.tenants import add_host, change_settings, create_tenant

__all__ = [
    "Attempt",
    "add_host",
    "add_staff",
    "begin_login",
    "change_contact",
    "change_lead",
    "change_me",
    "change_organisation",
    "change_settings",
    "change_staff",
    "convert_lead",
    "create_tenant",
    "end_session",
    "finish_login",
    "make_contact",
    "make_key",
    "make_lead",
    "make_organisation",
    "make_staff",
    "revoke_key",
    "rotate_key",
    "say_everything_again",
    "set_access",
    "set_password",
    "upsert_contacts",
    "upsert_organisations",
    "write_contacts",
    "write_leads",
    "write_organisations",
]
