"""What can be done in identity: the only writers, and the only ones that say so."""

from identity.service.contacts import upsert_contacts
from identity.service.hosts import (
    MISSING,
    UNPROVEN,
    claim_host,
    find_host,
    list_hosts,
    prove_host,
    record_name,
    record_value,
    release_host,
    seen_again,
)
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
    "MISSING",
    "UNPROVEN",
    "Attempt",
    "add_host",
    "add_staff",
    "begin_login",
    "change_me",
    "change_settings",
    "claim_host",
    "create_tenant",
    "end_session",
    "find_host",
    "finish_login",
    "install",
    "list_hosts",
    "look_at_setup",
    "make_key",
    "prove_host",
    "record_name",
    "record_value",
    "release_host",
    "revoke_key",
    "say_everything_again",
    "seen_again",
    "set_password",
    "upsert_contacts",
    "upsert_organisations",
]
