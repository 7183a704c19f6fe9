"""What can be done in identity: the only writers, and the only ones that say so."""

from identity.service.admission import Admission, Entrance, Started, Ticket
from identity.service.confirm import begin_confirmation
from identity.service.contacts import upsert_contacts
from identity.service.devices import end_other_sessions, end_own_session
from identity.service.factors import (
    begin_enrolment,
    begin_second_step,
    enrol,
    enrol_with_ticket,
    finish_second_step,
    new_recovery_codes,
    remove_totp,
)
from identity.service.keys import make_key, revoke_key
from identity.service.logins import Attempt, begin_login, finish_login
from identity.service.magic import magic_link, magic_login
from identity.service.organisations import upsert_organisations
from identity.service.passkeys import add_passkey, passkey_login, remove_passkey
from identity.service.pins import read_pin, set_pin, unlock_pin
from identity.service.providers import company_login, put_provider, read_provider, remove_provider
from identity.service.sessions import end_session, set_password
from identity.service.snapshots import say_everything_again
from identity.service.staff import add_staff, change_me
from identity.service.tenants import add_host, change_settings, create_tenant

__all__ = [
    "Admission",
    "Attempt",
    "Entrance",
    "Started",
    "Ticket",
    "add_host",
    "add_passkey",
    "add_staff",
    "begin_confirmation",
    "begin_enrolment",
    "begin_login",
    "begin_second_step",
    "change_me",
    "change_settings",
    "company_login",
    "create_tenant",
    "end_other_sessions",
    "end_own_session",
    "end_session",
    "enrol",
    "enrol_with_ticket",
    "finish_login",
    "finish_second_step",
    "magic_link",
    "magic_login",
    "make_key",
    "new_recovery_codes",
    "passkey_login",
    "put_provider",
    "read_pin",
    "read_provider",
    "remove_passkey",
    "remove_provider",
    "remove_totp",
    "revoke_key",
    "say_everything_again",
    "set_password",
    "set_pin",
    "unlock_pin",
    "upsert_contacts",
    "upsert_organisations",
]
