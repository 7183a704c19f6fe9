"""How people get into a portal: what a tenant chooses of it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kit.schemas import Input

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]

RegisterMode = Literal["off", "pre_enabled", "mapped", "open"]
"""F034: nobody; contacts who are portal-enabled already; anybody, once staff have mapped them; anybody."""


class AccessSettings(Input):
    """A tenant's choices about the ways in. Stored whole; what is not named stands as here."""

    register_mode: RegisterMode = "pre_enabled"
    initial_password: bool = False
    """F030: staff may be shown a first password, once, for ten seconds."""
    magic_link: bool = False
    """A link by mail, good for an hour, in place of a password."""
    after_window: Literal["no_login", "read_only"] = "no_login"
    """F052: what a contact may do after the end of the support window."""
    window_required: bool = False
    """F052: nobody is enabled without a start and an end."""
    support_notice_days: Annotated[int, Field(ge=0, le=365)] = 60
    """F087: so many days before the end of the support window it is told; 0: not at all."""
    staff_second_factor: bool = False
    contacts_auto_enable: bool = False
    """F053: a contact that the CRM brings gets portal access by itself ..."""
    contacts_auto_notify: bool = False
    """... and the welcome mail with it."""
    leads_auto_enable: bool = False
    leads_auto_notify: bool = False
    managers_invite: bool = True
    """Managers of an organisation invite their colleagues themselves."""
    colleagues_seen: Literal["everybody", "managers"] = "everybody"
    """F057: who sees the contacts of their own organisation; what each may is seen by managers alone."""
    auto_invite: bool = False
    """F043: whoever sends a request without having access is invited to follow it."""
    guest_requests: bool = False
    """F054: a request may be sent without logging in."""
    login_details_template: Literal["welcome", "welcome_brief"] = "welcome"
    """F048: which letter brings login details."""
    forgot_password_template: Literal["reset", "reset_brief"] = "reset"  # noqa: S105 - a letter's name
    """F049: which letter brings the link to a new password."""
    reset_text: Note = ""
    """F047: said after a password was asked for; empty for our own words."""
    username_text: Note = ""
    """F047: said after a user name was asked for."""


class Company(Input):
    """F007, F008: who the tenant is, as its portal and letters say."""

    address: Annotated[list[Short], Field(max_length=6)] = []
    phone: Short = ""
    website: Short = ""


Landing = Literal["home", "details", "welcome"]
"""F013: what a contact sees first: their own details unless chosen otherwise, the modules, or the tenant's welcome."""
