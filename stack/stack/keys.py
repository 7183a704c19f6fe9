"""The key pair behind every caller: the gateway signs with one half, services verify with the other."""

import json

from joserfc.jwk import OKPKey

from stack.state import State


def new_pair() -> dict[str, str]:
    """A fresh Ed25519 pair, each half a JWK as JSON."""
    key = OKPKey.generate_key("Ed25519")
    return {"private": json.dumps(key.as_dict(private=True)), "public": json.dumps(key.as_dict(private=False))}


def pair(state: State) -> dict[str, str]:
    """This stack's pair, made once."""
    known: dict[str, str] | None = state.recall("caller-key")
    if known is None:
        with state.lock("secrets.lock"):
            known = state.recall("caller-key") or new_pair()
            state.remember("caller-key", known)
    return known
