"""One-time codes of an authenticator app (RFC 6238), and the recovery codes that stand in for it."""

import base64
import time
from hashlib import sha256
from hmac import compare_digest
from secrets import token_bytes

import pyotp

SECONDS = 30
AROUND = (0, -1, 1)
"""The step of now, the one before and the one after: clocks differ, and people type slowly."""
CODES = 10


def new_secret() -> str:
    """A secret for a new app, as apps take it."""
    return pyotp.random_base32()


def address(secret: str, email: str, issuer: str) -> str:
    """What the app reads out of the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step_of(secret: str, code: str) -> int | None:
    """The step of the clock this code belongs to, if it is one of now."""
    app, now = pyotp.TOTP(secret), int(time.time()) // SECONDS
    code = "".join(code.split())
    return next((now + off for off in AROUND if compare_digest(app.generate_otp(now + off), code)), None)


def recovery_codes() -> list[str]:
    """New codes, 80 random bits each, in groups that people can copy."""
    return [_grouped(base64.b32encode(token_bytes(10)).decode().lower()) for _ in range(CODES)]


def digest(code: str) -> bytes:
    """How a recovery code is kept, however it was typed. It is random enough for a plain hash."""
    return sha256("".join(char for char in code.lower() if char.isalnum()).encode()).digest()


def _grouped(text: str) -> str:
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
