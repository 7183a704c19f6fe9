"""What can be done in identity: the only writers, and the only ones that say so."""

from identity.service.choosing import Owner, begin_change, choose_by_link, finish_change, look_at_link
from identity.service.contact_edits import change_contact, make_contact, set_access
from identity.service.contacts import upsert_contacts, write_contacts
from identity.service.enabling import disable_contact, enable_contact
from identity.service.forgotten import ask_again, ask_for_invitation
from identity.service.invitations import allow_initial_password, give_initial_password, send_welcome
from identity.service.keys import make_key, revoke_key, rotate_key
from identity.service.leads import change_lead, convert_lead, make_lead, write_leads
from identity.service.logins import Attempt, begin_login, finish_login, refuse_outside
from identity.service.organisation_edits import change_organisation, make_organisation
from identity.service.organisations import upsert_organisations, write_organisations
from identity.service.sessions import end_session, open_session, set_password
from identity.service.snapshots import say_everything_again
from identity.service.staff import add_staff, change_me, change_staff, make_staff
from identity.service.tenants import add_host, change_settings, create_tenant

__all__ = [
    "Attempt",
    "Owner",
    "add_host",
    "add_staff",
    "allow_initial_password",
    "ask_again",
    "ask_for_invitation",
    "begin_change",
    "begin_login",
    "change_contact",
    "change_lead",
    "change_me",
    "change_organisation",
    "change_settings",
    "change_staff",
    "choose_by_link",
    "convert_lead",
    "create_tenant",
    "disable_contact",
    "enable_contact",
    "end_session",
    "finish_change",
    "finish_login",
    "give_initial_password",
    "look_at_link",
    "make_contact",
    "make_key",
    "make_lead",
    "make_organisation",
    "make_staff",
    "open_session",
    "refuse_outside",
    "revoke_key",
    "rotate_key",
    "say_everything_again",
    "send_welcome",
    "set_access",
    "set_password",
    "upsert_contacts",
    "upsert_organisations",
    "write_contacts",
    "write_leads",
    "write_organisations",
]
