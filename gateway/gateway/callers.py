"""Who is calling, said to each service in a token of its own."""

import time
from dataclasses import dataclass, field
from uuid import UUID

from kit.caller import LIFETIME, Caller, Signer

NOBODYS = UUID(int=0)
"""The tenant of a question asked before the tenant is known: no row has it."""


@dataclass
class Grant:
    """A caller, and the tokens made for it so far. It is as old as the answer that granted it."""

    caller: Caller
    made: float = field(default_factory=time.monotonic)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def spent(self) -> bool:
        """Too old for its tokens to be handed on."""
        return time.monotonic() - self.made > LIFETIME / 2


class Callers:
    """Mints a caller's token once per audience. Nobody else holds the key."""

    def __init__(self, private_key: str) -> None:
        self._signer = Signer(private_key)
        self._system: dict[UUID, Grant] = {}

    def token(self, grant: Grant, audience: str) -> str:
        """The token that says to this service who calls."""
        token = grant.tokens.get(audience)
        if token is None:
            token = grant.tokens[audience] = self._signer.mint(grant.caller, audience)
        return token

    def system(self, tenant_id: UUID = NOBODYS) -> Grant:
        """The gateway speaking for itself, to ask identity who somebody is."""
        grant = self._system.get(tenant_id)
        if grant is None or grant.spent:
            self._system = {key: kept for key, kept in self._system.items() if not kept.spent}
            grant = self._system[tenant_id] = Grant(Caller(kind="system", tenant_id=tenant_id, name="gateway"))
        return grant
