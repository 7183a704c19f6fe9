"""WebAuthn, as far as this house needs it: keys that a device keeps, unlocked there, named by themselves.

What is asked of a browser is sealed and comes back with its answer, so nothing is kept of a question nobody answers.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kit.ids import now
from kit.seal import Seal, Unreadable

SECONDS = 300
_KEPT = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
)


class NotProven(Exception):
    """The answer does not fit what was asked, or is not signed by the key."""


@dataclass(frozen=True)
class Asked:
    """A question to a browser: what it takes, and the sealed copy that comes back with the answer."""

    options: dict[str, Any]
    setup: str


@dataclass(frozen=True)
class MadeKey:
    """A new key, whose secret half the device keeps."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    host: str


@dataclass(frozen=True)
class Question:
    """What was asked, out of the seal."""

    challenge: bytes
    origin: str

    @property
    def host(self) -> str:
        """The relying party: the host of the portal's address."""
        return urlsplit(self.origin).hostname or ""


def ask_for_new(vault: Seal, origin: str, portal: str, person: tuple[UUID, str, str], known: list[bytes]) -> Asked:
    """Ask a browser for a new key for this person (id, e-mail, name)."""
    person_id, email, name = person
    options = generate_registration_options(
        rp_id=urlsplit(origin).hostname or "",
        rp_name=portal,
        user_id=person_id.bytes,
        user_name=email,
        user_display_name=f"{name} ({portal})",
        authenticator_selection=_KEPT,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return _asked(vault, options, "new", origin, str(person_id))


def ask_for_known(vault: Seal, origin: str, audience: str) -> Asked:
    """Ask a browser for whichever key it has for this host."""
    options = generate_authentication_options(
        rp_id=urlsplit(origin).hostname or "", user_verification=UserVerificationRequirement.REQUIRED
    )
    return _asked(vault, options, "known", origin, audience)


def made(vault: Seal, setup: str, person_id: UUID, credential: dict[str, Any]) -> MadeKey:
    """The key in a browser's answer. Raises NotProven."""
    asked = question(vault, setup, "new", str(person_id))
    try:
        key = verify_registration_response(
            credential=credential,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.host,
            expected_origin=asked.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise NotProven() from error
    return MadeKey(key.credential_id, key.credential_public_key, key.sign_count, asked.host)


def shown(asked: Question, credential: dict[str, Any], public_key: bytes, sign_count: int) -> int:
    """The key's own count of its uses, in an answer that it signed. Raises NotProven."""
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.host,
            expected_origin=asked.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise NotProven() from error
    return verified.new_sign_count


def credential_id(credential: dict[str, Any]) -> bytes:
    """Which key an answer is of. Raises NotProven."""
    try:
        return base64url_to_bytes(str(credential["rawId"]))
    except (KeyError, ValueError) as error:
        raise NotProven() from error


def question(vault: Seal, setup: str, what: str, whose: str) -> Question:
    """What was asked of whom, if it was not too long ago. Raises NotProven."""
    try:
        asked = vault.open(setup)
    except Unreadable as error:
        raise NotProven() from error
    if asked.get("passkey") != what or asked.get("whose") != whose or asked["until"] < now().timestamp():
        raise NotProven()
    return Question(base64url_to_bytes(asked["challenge"]), asked["origin"])


def _asked(vault: Seal, options: Any, what: str, origin: str, whose: str) -> Asked:
    kept = {"challenge": bytes_to_base64url(options.challenge), "origin": origin, "whose": whose}
    sealed = vault.seal(kept | {"passkey": what, "until": now().timestamp() + SECONDS})
    return Asked(orjson.loads(options_to_json(options)), sealed)
