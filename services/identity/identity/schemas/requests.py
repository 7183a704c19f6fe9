"""F054: a request sent without logging in, from the form to the case that is opened of it."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from identity.schemas.registrations import Ip
from identity.schemas.words import Email, Secret
from kit.caller import Caller
from kit.schemas import Input, Line, View

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=19_000)]


class NewRequest(Input):
    """What somebody wrote who is not logged in, from where, and whether the captcha was solved."""

    name: Line
    email: Email
    subject: Line
    body: Text
    ip: Ip
    proven: bool = False


class Received(View):
    """That it was sent: the same answer whoever sends it."""

    received: Literal[True] = True


class WhichRequest(Input):
    """The secret of the link in the letter."""

    token: Secret


class RequestLook(View):
    """What the link would send."""

    email: str
    subject: str


class RequestConfirmed(View):
    """Who is to open the case, and what it says; the caller is good for that and nothing else."""

    caller: Caller
    email: str
    name: str
    subject: str
    body: str
