"""Routes of what a tenant sets for its files."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from documents import queries, service
from documents.errors import SettingsNotFound
from documents.policy import sets_up
from documents.schemas import Rules, RulesView, SettingsChange, SettingsView
from kit.edge import Caller, Tx, router
from kit.paging import total
from kit.versions import IfMatch

settings: APIRouter = router(tags=["documents"])


@settings.get("/documents/settings")
async def read_settings(caller: Caller, tx: Tx, response: Response) -> SettingsView:
    """How much room files may take and take, and who hears of uploads."""
    if not sets_up(caller):
        raise SettingsNotFound()
    return _versioned(response, SettingsView.model_validate(await queries.settings(tx)))


@settings.get("/documents/settings/retention")
async def try_rules(rules: Annotated[Rules, Query()], caller: Caller, tx: Tx) -> RulesView:
    """How many files these rules would remove now; nothing is removed by asking."""
    if not sets_up(caller):
        raise SettingsNotFound()
    return RulesView(total=total(await service.count_over(tx, rules.case_days, rules.loose_days)))


@settings.put("/documents/settings")
async def change_settings(
    change: SettingsChange, caller: Caller, tx: Tx, version: IfMatch, response: Response
) -> SettingsView:
    """F145: set what is named, the rest stays; null is no limit, and nobody."""
    found = await service.change_settings(tx, caller, version, change)
    return _versioned(response, SettingsView.model_validate(found))


def _versioned(response: Response, view: SettingsView) -> SettingsView:
    response.headers["etag"] = f'"{view.version}"'
    return view
