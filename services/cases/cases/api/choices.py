"""What lists of cases are narrowed by."""

from cases import policy, queries
from cases.api.saved import shown
from cases.errors import MayNotDoThat
from cases.queries.choices import choices
from cases.schemas.choices import ListChoices
from kit.edge import Caller, Tx, of_module, router

api = router(tags=["cases"], dependencies=[of_module("cases")])


@api.get("/cases/choices")
async def read_choices(caller: Caller, tx: Tx) -> ListChoices:
    """F103: the categories and departments by which a list is narrowed; for staff, groups and colleagues too."""
    return await offered(tx, caller)


async def offered(tx: Tx, caller: Caller) -> ListChoices:
    """What a list is narrowed by, for whoever may open a case. Raises MayNotDoThat for others."""
    if not policy.may_see_offers(caller):
        raise MayNotDoThat("Log in to see cases.")
    found = await choices(tx, caller)
    views = [shown(caller, one) for one in await queries.saved_views(tx, caller)] if caller.id else []
    return ListChoices(**{name: listed or [] for name, listed in found._mapping.items()}, views=views)
