"""What can be done in identity: the only writers, and the only ones that say so."""

from identity.service.acting import set_default, switch
from identity.service.colleagues import change_colleague, invite_colleague
from identity.service.contacts import upsert_contacts
from identity.service.details import (
    ask_for_email_change,
    change_company,
    change_my_details,
    confirm_email_change,
    look_at_email_change,
)
from identity.service.keys import make_key, revoke_key
from identity.service.logins import Attempt, begin_login, finish_login
from identity.service.memberships import end_membership, put_membership
from identity.service.organisations import upsert_organisations
from identity.service.sessions import end_session, set_password
from identity.service.snapshots import say_everything_again
from identity.service.staff import add_staff, change_me
from identity.service.tenants import add_host, change_settings, create_tenant

__all__ = [
    "Attempt",
    "add_host",
    "add_staff",
    "ask_for_email_change",
    "begin_login",
    "change_colleague",
    "change_company",
    "change_me",
    "change_my_details",
    "change_settings",
    "confirm_email_change",
    "create_tenant",
    "end_membership",
    "end_session",
    "finish_login",
    "invite_colleague",
    "look_at_email_change",
    "make_key",
    "put_membership",
    "revoke_key",
    "say_everything_again",
    "set_default",
    "set_password",
    "switch",
    "upsert_contacts",
    "upsert_organisations",
]
