"""F054: visits of people who are not logged in, where a page lets them in as the tenant's guests."""

from typing import Annotated, Any

from fastapi import Depends, Request

from gateway.callers import Grant
from gateway.pages.visit import PasswordFirst, Visit, visit_of
from kit.problems import NotFound


class GuestVisit(Visit):
    """Anybody's visit to the portal: a contact's, or a guest's."""

    @property
    def grant(self) -> Grant:
        """A contact's own grant; the tenant's guest's otherwise."""
        return self.session.grant if self.known else self.tenant.guest


async def _anybody(request: Request) -> Visit:
    visit = await visit_of(request, "portal", GuestVisit)
    if visit.known and visit.session.must_change_password:
        raise PasswordFirst()
    return visit


Anybody = Annotated[Visit, Depends(_anybody)]
"""A visit to a page that guests read, too."""


def open_module(name: str) -> Any:
    """F018, F054: what pages of a module that guests read depend on: where it is off, they are not there."""

    async def check(visit: Anybody) -> None:
        if name not in visit.grant.caller.modules:
            raise NotFound()

    return Depends(check)
