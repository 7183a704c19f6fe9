"""Who is calling: a short-lived statement the gateway signs and every service checks.

The gateway alone holds the private key, so a service can read callers but not invent them. A token
names one service as its audience; it is verified once and remembered by its hash until it expires.
"""

import time
from collections import OrderedDict
from contextlib import suppress
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import orjson
from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, ValidationError

from kit.problems import CallerRefused

HEADER = "x-portico-caller"
LIFETIME = 60
"""Seconds a token is good for. The gateway makes a new one every few seconds, so that a change of
rights acts within five; the rest is slack for slow requests and clocks."""

Kind = Literal["contact", "staff", "key", "guest", "system"]
Scope = Literal["own", "organisation", "hierarchy"]


class Caller(BaseModel):
    """A contact, member of staff, tenant key, guest or the system itself, and what it was granted."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Kind
    tenant_id: UUID
    id: UUID | None = None
    name: str = ""
    email: str = ""
    session_id: UUID | None = None
    """Which of their sessions this is, of a person who is logged in."""
    organisation_id: UUID | None = None
    organisation_ids: tuple[UUID, ...] = ()
    """The organisation and, where the scope is hierarchy, all below it."""
    modules: frozenset[str] = frozenset()
    scopes: dict[str, Scope] = {}
    permissions: frozenset[str] = frozenset()
    read_only: bool = False
    """May look and do nothing: every request of theirs that would change something is refused at the edge."""

    def has(self, permission: str) -> bool:
        """Was this permission granted?"""
        return permission in self.permissions

    def uses(self, module: str) -> bool:
        """Is this module of the portal open to the caller?"""
        return module in self.modules

    def scope(self, module: str) -> Scope:
        """How far a contact sees in a module; own records unless more was granted."""
        return self.scopes.get(module, "own")


class Signer:
    """Makes caller tokens. Only the gateway has the key for it."""

    def __init__(self, private_key: str) -> None:
        self._key = OKPKey.import_key(orjson.loads(private_key))

    def mint(self, caller: Caller, audience: str) -> str:
        """A token for one service, good for LIFETIME seconds."""
        issued = int(time.time())
        claims = caller.model_dump(mode="json", exclude_defaults=True)
        claims |= {"kind": caller.kind, "aud": audience, "iat": issued, "exp": issued + LIFETIME}
        return jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=["Ed25519"])


def public_keys(said: str) -> list[OKPKey]:
    """The keys of a JWK, or of a JWK set: two of them while the gateway changes from one to the other.

    Raises ValueError for none, and for a private key: it is the gateway's alone.
    """
    try:
        jwk: dict[str, Any] = orjson.loads(said)
        keys = [OKPKey.import_key(each) for each in jwk.get("keys", [jwk])]
    except (JoseError, AttributeError, orjson.JSONDecodeError):
        keys = []
    if not keys or any(key.is_private for key in keys):
        raise ValueError("PORTICO_CALLER_PUBLIC_KEY holds one public key or a set of them, and no private one.")
    return keys


class Verifier:
    """Reads caller tokens meant for one service."""

    def __init__(self, public_key: str, audience: str, *, remember: int = 10_000) -> None:
        self._keys = public_keys(public_key)
        self._audience = audience
        self._remember = remember
        self._known: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()

    def read(self, token: str | None) -> Caller:
        """The caller in a token. Raises CallerRefused for none, a forged, foreign or expired one."""
        if not token:
            raise CallerRefused()
        digest = sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is None:
            known = self._verify(token)
            self._known[digest] = known
            if len(self._known) > self._remember:
                self._known.popitem(last=False)
        if known[0] <= time.time():
            self._known.pop(digest, None)
            raise CallerRefused()
        return known[1]

    def _verify(self, token: str) -> tuple[float, Caller]:
        try:
            claims = self._claims(token)
            if claims["aud"] != self._audience:
                raise CallerRefused()
            return float(claims["exp"]), Caller.model_validate(claims)
        except (JoseError, ValidationError, KeyError, ValueError, TypeError) as error:
            raise CallerRefused() from error

    def _claims(self, token: str) -> dict[str, Any]:
        for key in self._keys:
            with suppress(BadSignatureError):
                claims: dict[str, Any] = jwt.decode(token, key, algorithms=["Ed25519"]).claims
                return claims
        raise CallerRefused()
