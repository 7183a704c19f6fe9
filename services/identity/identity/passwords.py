"""Passwords: argon2id as OWASP asks for, two at a time, off the event loop.

A storm of logins waits here in a line of its own, so that every other request goes on being answered.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from secrets import token_urlsafe

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kit.problems import Unavailable

AT_ONCE = 2
WAITING = 500
"""Who comes when so many wait is told to come again: at 33 ms each, two at a time, the line is 8 s long."""

_hasher = PasswordHash((Argon2Hasher(memory_cost=19 * 1024, time_cost=2, parallelism=1),))
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
_nobodys = _hasher.hash(token_urlsafe())
_waiting = 0


async def hashed(password: str) -> str:
    """The hash to keep of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def matches(password: str, kept: str | None) -> bool:
    """Is this the password? Takes the same time where there is none to compare with."""
    global _waiting
    if _waiting >= WAITING:
        raise Unavailable("Many people are logging in at the moment. Try again in a few seconds.")
    _waiting += 1
    try:
        loop = asyncio.get_running_loop()
        same = await loop.run_in_executor(_threads, _hasher.verify, password, kept or _nobodys)
    finally:
        _waiting -= 1
    return same and kept is not None


def token() -> str:
    """A new secret of 32 random bytes."""
    return token_urlsafe(32)


def digest(secret: str) -> bytes:
    """How a token or key is kept: it is random enough for a plain hash."""
    return sha256(secret.encode()).digest()
