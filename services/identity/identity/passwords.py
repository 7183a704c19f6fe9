"""Passwords: argon2id as OWASP asks for, two at a time, off the event loop.

A storm of logins waits here in a line of its own, so that every other request goes on being answered.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from secrets import choice, token_urlsafe

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kit.problems import Unavailable

AT_ONCE = 2
WAITING = 500
"""Who comes when so many wait is told to come again: at 33 ms each, two at a time, the line is 8 s long."""

SHORTEST, LONGEST = 10, 1_000
"""Characters a password has."""

_FIRST_GUESSES = """
1234567890 0123456789 9876543210 12345678910 123456789a 1q2w3e4r5t 1qaz2wsx3edc qwertyuiop qwerty1234 qwerty12345
qwerty123456 asdfghjkl1 abcdefghij abcd123456 abc1234567 password12 password123 password1234 password12345
passwordpassword p@ssword123 p@ssw0rd123 welcome123 welcome1234 letmein123 administrator admin12345 iloveyou12
iloveyou123 football123 changeme123 changeme1234 mypassword portalportal
"""
_COMMON = frozenset(_FIRST_GUESSES.split())
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"

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


def wrong_with(password: str, email: str) -> str | None:
    """F033: why this is no password for whoever has this address, in a sentence for them; None where it is one."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST:,} characters."
    if email and plain in (email.casefold(), email.casefold().partition("@")[0]):
        return "Do not use your e-mail address as your password."
    if plain in _COMMON or len(set(plain)) < 4:
        return "This password is among the first that anybody would guess. Choose another one."
    return None


def readable() -> str:
    """A password to be read off a screen once: four groups of four, 79 bits, nothing that looks like another."""
    return "-".join("".join(choice(_READABLE) for _ in range(4)) for _ in range(4))
