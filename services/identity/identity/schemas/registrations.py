"""Registrations: how somebody asks for access, and how staff decide."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from identity.schemas.words import Email, Secret, ShownOnce
from kit.paging import CursorText, Limit, Total
from kit.schemas import Input, Line, Search, View

State = Literal["waiting", "mapped", "refused"]
Optional = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)]
Message = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Ip = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Who(Input):
    """What somebody who asks for access says of themselves."""

    name: Line
    email: Email
    company: Optional = ""
    phone: Phone = ""
    message: Message = ""


class NewRegistration(Who):
    """F034, F041: asked from where, and whether the captcha was solved."""

    ip: Ip
    proven: bool = False


class WhichLink(Input):
    """The secret of a link in a letter, and which letter: the one to confirm an address, or an invitation."""

    token: Secret
    invited: bool = False


class Confirmation(WhichLink):
    """The link used; `who` is what an invited person wrote, where the first form did not ask yet."""

    ip: Ip
    who: Who | None = None

    @model_validator(mode="after")
    def _invited_people_say_who(self) -> "Confirmation":
        if self.invited == (self.who is None):
            raise ValueError("an invited person says who they are, and nobody else")
        return self


class Asked(View):
    """That it was asked for: the same answer whoever asks (F034)."""

    received: Literal[True] = True


class LinkView(View):
    """What is behind a link: whom it was sent to (F044)."""

    email: str
    name: str


class Confirmed(View):
    """How it goes on: staff look at it, a password is chosen next at `path`, there is access already, or the link
    is over."""

    outcome: Literal["waiting", "activate", "known", "over"]
    path: ShownOnce | None = None


class SolvedChallenge(Input):
    """F042: the id of a captcha that was solved, and when it is over anyway."""

    challenge: Annotated[str, StringConstraints(min_length=16, max_length=200)]
    expires_at: datetime


class Spent(View):
    """Whether this solution is used for the first time."""

    fresh: bool


class RegistrationView(View):
    """F037: a registration, as whoever maps it sees it."""

    id: UUID
    state: State
    name: str
    email: str
    company: str
    phone: str
    message: str
    reason: str
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    contact_id: UUID | None
    version: int


class RegistrationFilters(Input):
    """Which to list, from where."""

    state: Annotated[list[State], Field(max_length=3)] = []
    q: Search = None
    cursor: CursorText = None
    limit: Limit = 25


class RegistrationPage(View):
    """One page of registrations, the newest first."""

    items: list[RegistrationView]
    next: str | None
    total: Total


class NewMappedContact(Input):
    """F038: the details of a contact to make. Their e-mail address is the one that was confirmed."""

    name: Line
    phone: Phone = ""
    job_title: Optional = ""


class Mapping(Input):
    """F037, F038: whose contact this is: one who is here already, or, said expressly, a new one."""

    organisation_id: UUID
    contact_id: UUID | None = None
    new_contact: NewMappedContact | None = None
    use_registered_email: bool = False
    """The confirmed address becomes the contact's own, and the name they sign in with."""
    support_start_on: date | None = None
    support_end_on: date | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Mapping":
        if (self.contact_id is None) == (self.new_contact is None):
            raise ValueError("choose a contact, or create a new one")
        if self.support_start_on and self.support_end_on and self.support_end_on < self.support_start_on:
            raise ValueError("support_end_on is before support_start_on")
        return self


class Refusal(Input):
    """Why not, and whether the person is told by mail."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
    tell: bool = False


class NewInvitation(Input):
    """F043: who sent a request, and under which reference it is kept."""

    email: Email
    name: Optional = ""
    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""


class InvitationView(View):
    """Whether a letter goes out: not where the tenant invites nobody, where there is access, or one is under way."""

    sent: bool
