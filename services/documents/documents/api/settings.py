"""Routes of what a tenant sets for its files."""

from fastapi import APIRouter

from documents import queries, service
from documents.errors import SettingsNotFound
from documents.policy import sets_up
from documents.schemas import SettingsChange, SettingsView
from kit.edge import Caller, IfMatch, Tx, router

settings: APIRouter = router(tags=["documents"])


@settings.get("/documents/settings")
async def read_settings(caller: Caller, tx: Tx) -> SettingsView:
    """How much room files may take and take, and who hears of uploads."""
    if not sets_up(caller):
        raise SettingsNotFound()
    return SettingsView.model_validate(await queries.settings(tx))


@settings.put("/documents/settings")
async def change_settings(change: SettingsChange, caller: Caller, tx: Tx, version: IfMatch) -> SettingsView:
    """F145: set both; null is no limit, and nobody."""
    return SettingsView.model_validate(await service.change_settings(tx, caller, version, change))
