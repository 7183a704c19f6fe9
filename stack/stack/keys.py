"""The key pair behind every caller: the gateway signs with one half, services verify with the other."""

import json
import secrets

from joserfc.jwk import OKPKey

from stack.state import State


def new_pair() -> dict[str, str]:
    """A fresh Ed25519 pair, each half a JWK as JSON."""
    key = OKPKey.generate_key("Ed25519")
    return {"private": json.dumps(key.as_dict(private=True)), "public": json.dumps(key.as_dict(private=False))}


def sealing(state: State, name: str) -> str:
    """This stack's key to seal one kind of secret with, made once."""
    known: str | None = state.recall(f"seal-{name}")
    if known is None:
        with state.lock("secrets.lock"):
            known = state.recall(f"seal-{name}") or new_sealing()
            state.remember(f"seal-{name}", known)
    return known


def new_sealing() -> str:
    """32 random bytes in base64url."""
    return secrets.token_urlsafe(32)


def pair(state: State) -> dict[str, str]:
    """This stack's pair, made once."""
    known: dict[str, str] | None = state.recall("caller-key")
    if known is None:
        with state.lock("secrets.lock"):
            known = state.recall("caller-key") or new_pair()
            state.remember("caller-key", known)
    return known
