"""Sealing: only whoever has a key reads, and nobody changes."""

import base64
import secrets

import pytest

from kit.seal import Seal, Unreadable


def key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    seal = Seal(key())
    sealed = seal.seal({"token": "a-token-of-somebody"})
    assert "a-token" not in sealed
    assert seal.open(sealed) == {"token": "a-token-of-somebody"}


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Unreadable):
        Seal(key()).open(Seal(key()).seal({"token": "t"}))


@pytest.mark.parametrize("broken", ["", "x", "a.b.c.d.e", "ä.ö.ü"])
def test_what_was_never_sealed_is_unreadable(broken: str) -> None:
    with pytest.raises(Unreadable):
        Seal(key()).open(broken)


def test_a_changed_letter_is_unreadable() -> None:
    seal = Seal(key())
    head, _, tag = seal.seal({"token": "t"}).rpartition(".")
    with pytest.raises(Unreadable):
        seal.open(f"{head}.{'A' if tag[0] != 'A' else 'B'}{tag[1:]}")


def test_an_older_key_behind_the_newest_still_opens() -> None:
    old, new = key(), key()
    sealed = Seal(old).seal({"token": "t"})
    assert Seal(f"{new},{old}").open(sealed) == {"token": "t"}
    with pytest.raises(Unreadable):
        Seal(old).open(Seal(f"{new},{old}").seal({"token": "t"}))


@pytest.mark.parametrize("keys", ["", " , ", "c2hvcnQ"])
def test_a_missing_or_short_key_is_refused_at_the_start(keys: str) -> None:
    with pytest.raises(ValueError, match="seal"):
        Seal(keys)
