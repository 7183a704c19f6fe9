"""What can be done in identity: the only writers, and the only ones that say so."""

from identity.service.contacts import upsert_contacts
from identity.service.keys import make_key, revoke_key
from identity.service.logins import Attempt, begin_login, finish_login
from identity.service.organisations import upsert_organisations
from identity.service.sessions import end_session, set_password
from identity.service.setup import install
from identity.service.setup import look as look_at_setup
from identity.service.snapshots import say_everything_again
from identity.service.staff import add_staff, change_me
from identity.service.tenants import add_host, change_settings, create_tenant

__all__ = [
    "Attempt",
    "add_host",
    "add_staff",
    "begin_login",
    "change_me",
    "change_settings",
    "create_tenant",
    "end_session",
    "finish_login",
    "install",
    "look_at_setup",
    "make_key",
    "revoke_key",
    "say_everything_again",
    "set_password",
    "upsert_contacts",
    "upsert_organisations",
]
