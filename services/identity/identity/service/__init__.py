"""What can be done in identity: the only writers, and the only ones that say so."""

from identity.service.acting import set_default, switch
from identity.service.admission import Admission, Entrance, Started, Ticket
from identity.service.choosing import Owner, begin_change, choose_by_link, finish_change, look_at_link
from identity.service.colleagues import change_colleague, invite_colleague
from identity.service.confirm import begin_confirmation
from identity.service.contact_edits import change_contact, make_contact, set_access
from identity.service.contacts import upsert_contacts, write_contacts
from identity.service.details import (
    ask_for_email_change,
    change_company,
    change_my_details,
    confirm_email_change,
    look_at_email_change,
)
from identity.service.devices import end_other_sessions, end_own_session
from identity.service.enabling import disable_contact, enable_contact
from identity.service.factors import (
    begin_enrolment,
    begin_second_step,
    enrol,
    enrol_with_ticket,
    finish_second_step,
    new_recovery_codes,
    remove_totp,
    use_up,
)
from identity.service.forgotten import ask_again, ask_for_invitation
from identity.service.found import Found
from identity.service.invitations import allow_initial_password, give_initial_password, send_welcome
from identity.service.keys import make_key, revoke_key, rotate_key
from identity.service.leads import change_lead, convert_lead, make_lead, write_leads
from identity.service.logins import Attempt, Who, arrive, begin_login, finish_login
from identity.service.magic import magic_link, magic_login
from identity.service.memberships import end_membership, put_membership
from identity.service.organisation_edits import change_organisation, make_organisation
from identity.service.organisations import upsert_organisations, write_organisations
from identity.service.passkeys import add_passkey, passkey_login, remove_passkey
from identity.service.pins import read_pin, remove_pin, set_pin, unlock_pin
from identity.service.providers import company_login, put_provider, read_provider, remove_provider
from identity.service.sessions import end_session, set_password
from identity.service.snapshots import say_everything_again
from identity.service.staff import add_staff, change_me, change_staff, make_staff
from identity.service.tenants import add_host, change_settings, create_tenant

__all__ = [
    "Admission",
    "Attempt",
    "Entrance",
    "Found",
    "Owner",
    "Started",
    "Ticket",
    "Who",
    "add_host",
    "add_passkey",
    "add_staff",
    "allow_initial_password",
    "arrive",
    "ask_again",
    "ask_for_email_change",
    "ask_for_invitation",
    "begin_change",
    "begin_confirmation",
    "begin_enrolment",
    "begin_login",
    "begin_second_step",
    "change_colleague",
    "change_company",
    "change_contact",
    "change_lead",
    "change_me",
    "change_my_details",
    "change_organisation",
    "change_settings",
    "change_staff",
    "choose_by_link",
    "company_login",
    "confirm_email_change",
    "convert_lead",
    "create_tenant",
    "disable_contact",
    "enable_contact",
    "end_membership",
    "end_other_sessions",
    "end_own_session",
    "end_session",
    "enrol",
    "enrol_with_ticket",
    "finish_change",
    "finish_login",
    "finish_second_step",
    "give_initial_password",
    "invite_colleague",
    "look_at_email_change",
    "look_at_link",
    "magic_link",
    "magic_login",
    "make_contact",
    "make_key",
    "make_lead",
    "make_organisation",
    "make_staff",
    "new_recovery_codes",
    "passkey_login",
    "put_membership",
    "put_provider",
    "read_pin",
    "read_provider",
    "remove_passkey",
    "remove_pin",
    "remove_provider",
    "remove_totp",
    "revoke_key",
    "rotate_key",
    "say_everything_again",
    "send_welcome",
    "set_access",
    "set_default",
    "set_password",
    "set_pin",
    "switch",
    "unlock_pin",
    "upsert_contacts",
    "upsert_organisations",
    "use_up",
    "write_contacts",
    "write_leads",
    "write_organisations",
]
