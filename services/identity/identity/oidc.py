"""OpenID Connect, as a relying party: code flow with PKCE, and an identity token that is checked to the last claim."""

import time
from base64 import b64encode
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]  # has no stubs
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # has no stubs
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kit.egress import Egress, EgressRefused

SECONDS = 600
"""How long somebody may take to log in there."""
LEEWAY = 60
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "Ed25519", "EdDSA"]
"""What an identity token may be signed with: never nothing, and never a secret two parties share."""


class NotSaid(Exception):
    """The provider did not say who it is, or said it in a way that cannot be believed.

    `sentence` is for whoever sets it up; `field` is where to look.
    """

    def __init__(self, why: str, sentence: str = "", field: str = "issuer") -> None:
        super().__init__(why)
        self.sentence = sentence or f"The provider cannot be believed: {why}."
        self.field = field


_NO_ANSWER = "The provider does not answer as one at this address ({why}). Check the issuer's address letter by letter."
_ANOTHER_ISSUER = "The provider calls itself {named}. Enter exactly that as the issuer."
_LACKING = "What answers there is no OpenID Connect provider: it does not name its {names}."
_NOT_KNOWN = "The provider does not know this client id with this secret. Copy both from its page once more."


@dataclass(frozen=True)
class Client:
    """What a provider knows us by."""

    issuer: str
    client_id: str
    secret: str


@dataclass(frozen=True)
class Begun:
    """A login that has left for the provider: its address there, and what is kept until it comes back."""

    url: str
    kept: dict[str, str]


async def begin(egress: Egress, client: Client, redirect_uri: str, email: str) -> Begun:
    """Where to send somebody to log in. Raises NotSaid."""
    about = await _about(egress, client.issuer)
    kept = {name: token_urlsafe(32) for name in ("state", "nonce", "verifier")} | {"redirect_uri": redirect_uri}
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid email profile",
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": create_s256_code_challenge(kept["verifier"]),
        "code_challenge_method": "S256",
        "login_hint": email,
    }
    there = about["authorization_endpoint"]
    return Begun(f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}", kept)


async def verified_email(egress: Egress, client: Client, kept: dict[str, str], code: str) -> str:
    """The address that the provider has verified of whoever logged in there. Raises NotSaid."""
    about = await _about(egress, client.issuer)
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": kept["redirect_uri"]}
    who, headers = _credentials(client, about)
    sent |= {"code_verifier": kept["verifier"]} | who
    try:
        given = await egress.json("POST", about["token_endpoint"], form=sent, headers=headers)
        keys = await egress.json("GET", about["jwks_uri"])
    except EgressRefused as error:
        raise NotSaid(str(error)) from error
    claims = _claims(str(given.get("id_token", "")), keys, client, kept["nonce"])
    if claims.get("email_verified") not in (True, "true") or not isinstance(claims.get("email"), str):
        raise NotSaid("the provider has not verified an e-mail address")
    return str(claims["email"])


def _claims(token: str, keys: dict[str, Any], client: Client, nonce: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "iss": {"essential": True, "value": client.issuer},
        "aud": {"essential": True, "value": client.client_id},
        "nonce": {"essential": True, "value": nonce},
    }
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        claims = CodeIDToken(decoded.claims, decoded.header, options, {"nonce": nonce, "client_id": client.client_id})
        claims.validate(now=int(time.time()), leeway=LEEWAY)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise NotSaid(repr(error)) from error
    return dict(claims)


async def _about(egress: Egress, issuer: str) -> dict[str, Any]:
    """What a provider says about itself."""
    try:
        about = await egress.json("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    except EgressRefused as error:
        raise NotSaid(str(error), _NO_ANSWER.format(why=_why(error))) from error
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if about.get("issuer") != issuer:
        raise NotSaid("another issuer", _ANOTHER_ISSUER.format(named=str(about.get("issuer"))[:200]))
    if lacking := [name for name in needed if not isinstance(about.get(name), str)]:
        raise NotSaid("not a provider", _LACKING.format(names=", ".join(lacking)))
    if not about["authorization_endpoint"].startswith(("https://", "http://")):
        raise NotSaid("the provider's login page has no address")
    return about


async def check(egress: Egress, client: Client, redirect_uri: str) -> None:
    """Does the provider answer as one, and know us by this id and secret? Raises NotSaid.

    A code that nobody was given is refused by every provider; one that does not know us says so first.
    """
    about = await _about(egress, client.issuer)
    keys = await _asked(egress, "GET", about["jwks_uri"])
    if not keys.get("keys"):
        raise NotSaid("no keys", "The provider shows no keys (jwks_uri), so nothing it says could be believed.")
    sent, headers = _credentials(client, about)
    sent |= {"grant_type": "authorization_code", "code": "a-test", "redirect_uri": redirect_uri}
    sent |= {"code_verifier": "t" * 43}
    answer = await _asked(egress, "POST", about["token_endpoint"], form=sent, headers=headers)
    if answer.get("error") in ("invalid_client", "unauthorized_client"):
        raise NotSaid("not known there", _NOT_KNOWN, "client_secret")


async def _asked(egress: Egress, method: str, url: str, **options: Any) -> dict[str, Any]:
    """An answer, even one that says no. Raises NotSaid."""
    try:
        return await egress.json(method, url, even_refused=True, **options)
    except EgressRefused as error:
        raise NotSaid(str(error), _NO_ANSWER.format(why=_why(error))) from error


def _why(error: EgressRefused) -> str:
    """In words, where they are ours; what a library says of a broken connection helps nobody."""
    return str(error) if error.__cause__ is None else "nobody answers there"


def _credentials(client: Client, about: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """How we say who we are: in the form, or in a header."""
    headers = {"accept": "application/json"}
    if "client_secret_basic" in about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
        return {}, headers | {"authorization": _basic(client)}
    return {"client_id": client.client_id, "client_secret": client.secret}, headers


def _basic(client: Client) -> str:
    words = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
    return f"Basic {b64encode(words.encode()).decode()}"
