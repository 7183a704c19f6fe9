"""A3: who calls is believed when the gateway says so, by any key that is good for it now."""

import orjson
import pytest
from joserfc.jwk import OKPKey

from kit.caller import Signer, Verifier
from kit.ids import new_id
from kit.problems import CallerRefused
from kit.testing import contact

ANN = contact(new_id(), new_id())
OLD, NEW, STRANGE = (OKPKey.generate_key("Ed25519") for _ in range(3))


def public(*keys: OKPKey) -> str:
    """A set of public keys, as an operator puts it into the secret."""
    return orjson.dumps({"keys": [key.as_dict(private=False) for key in keys]}).decode()


def token(key: OKPKey, audience: str = "cases") -> str:
    return Signer(orjson.dumps(key.as_dict(private=True)).decode()).mint(ANN, audience)


@pytest.mark.parametrize("keys", [(OLD, NEW), (NEW, OLD)])
def test_both_keys_are_believed_while_one_takes_over_from_the_other(keys: tuple[OKPKey, OKPKey]) -> None:
    verifier = Verifier(public(*keys), "cases")
    assert [verifier.read(token(key)) for key in (OLD, NEW, OLD)] == [ANN, ANN, ANN]


def test_a_key_that_was_taken_out_is_believed_no_more() -> None:
    verifier = Verifier(public(NEW), "cases")
    assert verifier.read(token(NEW)) == ANN
    with pytest.raises(CallerRefused):
        verifier.read(token(OLD))


def test_a_key_by_itself_needs_no_set() -> None:
    assert Verifier(orjson.dumps(OLD.as_dict(private=False)).decode(), "cases").read(token(OLD)) == ANN


def test_neither_a_strangers_key_nor_another_services_token_is_believed() -> None:
    verifier = Verifier(public(OLD, NEW), "cases")
    forged = token(NEW).rsplit(".", 1)[0] + "." + token(OLD, "documents").rsplit(".", 1)[1]
    for refused in (token(STRANGE), token(NEW, "documents"), forged, "no.token", ""):
        with pytest.raises(CallerRefused):
            verifier.read(refused)


@pytest.mark.parametrize(
    "said",
    ['{"keys": []}', orjson.dumps(OLD.as_dict(private=True)).decode(), "[]", "{}", "none"],
    ids=["an empty set", "the private half", "a list", "an empty object", "no JSON"],
)
def test_a_service_does_not_start_on_what_is_no_public_key(said: str) -> None:
    with pytest.raises(ValueError, match="PORTICO_CALLER_PUBLIC_KEY holds one public key"):
        Verifier(said, "cases")
