"""Passkeys: what browsers are asked, what they answer, and what is kept."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from identity.schemas.security import PasskeyView, Setup, Step
from identity.schemas.words import Audience
from kit.schemas import Input, View

Origin = Annotated[str, StringConstraints(max_length=300)]
"""Where the browser is, as it says itself; it has to be an address of the tenant's portal."""
Credential = Annotated[dict[str, Any], Field(max_length=20)]
"""What the browser made: a PublicKeyCredential as JSON."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class PasskeyAsked(Input):
    """Where a passkey is to be made."""

    origin: Origin


class PasskeyOptions(View):
    """What the browser's `navigator.credentials` takes, and what to send back with what it made."""

    options: dict[str, Any]
    setup: str


class NewPasskey(Input):
    """A passkey that was made."""

    name: Name
    setup: Setup
    credential: Credential


class Passkeys(View):
    """Somebody's passkeys, oldest first; never more than twenty."""

    items: list[PasskeyView]


class PasskeyLoginAsked(Input):
    """Somebody wants in by a passkey: who they are, the passkey says."""

    tenant_id: UUID
    audience: Audience
    origin: Origin


class PasskeyLogin(Step):
    """The passkey's answer."""

    audience: Audience
    setup: Setup
    credential: Credential
