"""What can be done in identity: the only writers, and the only ones that say so."""

from identity.service.choosing import Owner, begin_change, choose_by_link, finish_change, look_at_link
from identity.service.contacts import upsert_contacts
from identity.service.enabling import disable_contact, enable_contact
from identity.service.forgotten import ask_again, ask_for_invitation
from identity.service.found import Found
from identity.service.invitations import allow_initial_password, give_initial_password, send_welcome
from identity.service.keys import make_key, revoke_key
from identity.service.logins import Attempt, begin_login, finish_login, refuse_outside
from identity.service.organisations import upsert_organisations
from identity.service.sessions import end_session, open_session, set_password
from identity.service.snapshots import say_everything_again
from identity.service.staff import add_staff, change_me
from identity.service.tenants import add_host, change_settings, create_tenant

__all__ = [
    "Attempt",
    "Found",
    "Owner",
    "add_host",
    "add_staff",
    "allow_initial_password",
    "ask_again",
    "ask_for_invitation",
    "begin_change",
    "begin_login",
    "change_me",
    "change_settings",
    "choose_by_link",
    "create_tenant",
    "disable_contact",
    "enable_contact",
    "end_session",
    "finish_change",
    "finish_login",
    "give_initial_password",
    "look_at_link",
    "make_key",
    "open_session",
    "refuse_outside",
    "revoke_key",
    "say_everything_again",
    "send_welcome",
    "set_password",
    "upsert_contacts",
    "upsert_organisations",
]
