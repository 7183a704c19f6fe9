"""Sealing: what one service hands to another by way of the bus, or keeps, and nobody else is to read.

Keys are 32 bytes in base64url, comma-separated: the first seals, all of them open, so a key is changed by
putting the new one in front and taking the old one away once nothing sealed with it is left.
"""

import base64
import binascii
from typing import Any

import orjson
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

KEY_BYTES = 32
_HEADER = {"alg": "dir", "enc": "A256GCM"}


class Unreadable(Exception):
    """What was to be opened was sealed with another key, or was changed on the way."""


class Seal:
    """Seals and opens small JSON objects."""

    def __init__(self, keys: str) -> None:
        self._keys = [_key(part.strip()) for part in keys.split(",") if part.strip()]
        if not self._keys:
            raise ValueError("a seal needs at least one key")

    def seal(self, content: dict[str, Any]) -> str:
        """The content as a compact JWE."""
        return jwe.encrypt_compact(_HEADER, orjson.dumps(content), self._keys[0])

    def open(self, sealed: str) -> dict[str, Any]:
        """The content of what `seal` made. Raises Unreadable."""
        for key in self._keys:
            try:
                content: dict[str, Any] = orjson.loads(jwe.decrypt_compact(sealed, key).plaintext or b"")
            except (JoseError, ValueError, binascii.Error):
                continue
            return content
        raise Unreadable()


def _key(text: str) -> OctKey:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != KEY_BYTES:
        raise ValueError(f"a sealing key is {KEY_BYTES} bytes in base64url")
    return OctKey.import_key(raw)
