"""A passkey's device in software: it makes keys and signs with them, as WebAuthn Level 3 (section 6) says."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as text

PRESENT_AND_VERIFIED, WITH_KEY = 0x05, 0x40


@dataclass
class Device:
    """One key for one host; `origin` is where the browser is when it asks."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: token_bytes(32))
    uses: int = 0

    def makes(self, options: dict[str, Any], origin: str) -> dict[str, Any]:
        """The browser's answer to `navigator.credentials.create`."""
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        kept = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(origin, PRESENT_AND_VERIFIED | WITH_KEY) + kept
        said = {"attestationObject": text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))}
        return self._answer(said | {"clientDataJSON": text(_client("webauthn.create", options, origin))})

    def shows(self, options: dict[str, Any], origin: str) -> dict[str, Any]:
        """The browser's answer to `navigator.credentials.get`."""
        self.uses += 1
        data, client = self._data(origin, PRESENT_AND_VERIFIED), _client("webauthn.get", options, origin)
        signed = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        said = {"authenticatorData": text(data), "clientDataJSON": text(client), "signature": text(signed)}
        return self._answer(said)

    def _data(self, origin: str, flags: int) -> bytes:
        host = sha256((urlsplit(origin).hostname or "").encode()).digest()
        return host + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _answer(self, said: dict[str, str]) -> dict[str, Any]:
        return {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": said}


def _client(kind: str, options: dict[str, Any], origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": options["challenge"], "origin": origin}).encode()
