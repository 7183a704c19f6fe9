"""What can be wrong with second factors, passkeys, PINs and logging in at one's company."""

from typing import ClassVar

from kit.problems import Conflict, Invalid, NotAllowed, NotFound, Problem


class CodeRefused(Invalid):
    """Wrong, used before, or from an app whose clock is off."""

    title = "This code is not right. Wait for the next one in your app and enter that."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "code", "detail": self.title}])


class StepOver(Problem):
    """The first step was too long ago, or the second one is done."""

    status: ClassVar[int] = 410
    title = "That took too long. Log in again from the beginning."


class FactorThere(Conflict):
    """One authenticator app at a time."""

    title = "You already use an authenticator app. Remove it before you add another."


class FactorMissing(Conflict):
    """There is nothing to remove."""

    title = "You do not use an authenticator app."


class FactorNeeded(Conflict):
    """The tenant asks its staff for a second factor."""

    title = "Your company asks everybody in the console for a second step, so it cannot be removed."


class SetupOver(Invalid):
    """What is sent back was begun by somebody else, too long ago, or changed on the way."""

    title = "This was begun too long ago. Begin again."


class PasswordMissing(Conflict):
    """Somebody who comes in by other means has no password to confirm with."""

    title = "You have no password yet. Choose one with 'Forgot password' on the login page first."


class PinTooSimple(Invalid):
    """F059: the first ones anybody would try."""

    title = "This PIN is too easy to guess. Choose digits that do not follow each other or repeat."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "pin", "detail": self.title}])


class PinWrong(NotAllowed):
    """Not their PIN."""

    title = "This is not the PIN."

    def __init__(self, left: int) -> None:
        words = f"{self.title} {left} more {'try' if left == 1 else 'tries'}, then it is locked."
        super().__init__(words, errors=[{"field": "current_pin", "detail": words}])


class PinLocked(NotAllowed):
    """Five wrong ones."""

    title = "This PIN is locked after five wrong tries. Ask the company whose portal this is to unlock it."


class PinMissing(Conflict):
    """Nothing can be signed yet."""

    title = "There is no PIN yet. Set one on the Security page first."


class PinThere(Conflict):
    """A PIN is changed with the one before, or reset."""

    title = "There is a PIN already. Change it with the one you have, or reset it."


class PinNotYours(NotAllowed):
    """O+1: the right to reset was not given."""

    title = "You cannot reset your PIN yourself. Ask the company whose portal this is."


class PasskeyRefused(Problem):
    """Not known here, removed, made for another address, or answered too late: all alike."""

    status: ClassVar[int] = 401
    title = "This passkey does not open this portal. Sign in another way, or try again."


class PasskeyThere(Conflict):
    """A device's passkey is added once."""

    title = "This passkey was added already."


class PasskeysFull(Conflict):
    """There is an end to everything."""

    title = "You have twenty passkeys. Remove one before you add another."


class PasskeyNotFound(NotFound):
    """No such passkey, or another's."""

    title = "There is no such passkey, or it is not yours."


class AddressUnknown(Invalid):
    """A passkey belongs to one host, and that is the portal's."""

    title = "Passkeys work at the address of this portal only. Open it there."


class ProviderNotFound(NotFound):
    """No organisation of the portal logs in at a provider with this domain."""

    title = "There is no company sign-in for this address. Sign in with your password."


class ProviderSilent(Problem):
    """The organisation's provider is away, or not what it is said to be."""

    status: ClassVar[int] = 502
    title = "Your company's sign-in did not answer. Try again in a moment."


class CompanyRefused(Problem):
    """Not verified, not of that organisation, not enabled, or not to be believed: all alike."""

    status: ClassVar[int] = 401
    title = "Your company's sign-in did not let you in here, or your portal access is not active."


class DomainTaken(Conflict):
    """A domain's people log in at one place."""

    title = "Another organisation has one of these domains already."


class SecretMissing(Invalid):
    """A provider knows us by a secret."""

    title = "Send the client secret that the provider gave you."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "client_secret", "detail": self.title}])
