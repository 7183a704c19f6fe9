"""Views: kept, changed, taken away. They say what to look for, so that none of it widens what anybody sees."""

from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import MayNotDoThat, TooManyViews, UnknownGroup, ViewNameTaken, ViewNotFound
from cases.models import Group, SavedView
from cases.policy import may_save_views, may_share_views
from cases.schemas.views import NewSavedView
from kit.caller import Caller
from kit.ids import new_id
from kit.problems import VersionStale

MOST = 30
"""How many views one person keeps."""


async def save_view(tx: AsyncSession, caller: Caller, new: NewSavedView) -> SavedView:
    """Keep a view. Raises TooManyViews, ViewNameTaken, UnknownGroup."""
    await _check(tx, caller, new)
    kept = select(func.count()).select_from(SavedView).where(queries.owned(caller))
    if (await tx.execute(kept)).scalar_one() >= MOST:
        raise TooManyViews()
    view = SavedView(id=new_id(), owner_id=caller.id, organisation_id=caller.organisation_id, version=0)
    return await _put(tx, caller, view, new)


async def change_view(tx: AsyncSession, caller: Caller, view_id: UUID, wanted: NewSavedView, version: int) -> SavedView:
    """Change a view of one's own. Raises VersionStale when it has moved on."""
    await _check(tx, caller, wanted)
    view = await _own(tx, caller, view_id)
    if view.version != version:
        raise VersionStale()
    return await _put(tx, caller, view, wanted)


async def drop_view(tx: AsyncSession, caller: Caller, view_id: UUID) -> None:
    """Take a view of one's own away, from whomever it was shared with, too."""
    if not may_save_views(caller):
        raise MayNotDoThat()
    await tx.delete(await _own(tx, caller, view_id))


async def _put(tx: AsyncSession, caller: Caller, view: SavedView, wanted: NewSavedView) -> SavedView:
    if wanted.default and not view.is_default:
        others = update(SavedView).where(queries.owned(caller), SavedView.is_default)
        await tx.execute(others.values(is_default=False), execution_options={"synchronize_session": False})
    view.name, view.is_default, view.shared_with = wanted.name, wanted.default, wanted.shared_with
    view.group_id, view.query = wanted.group_id, wanted.query.model_dump(mode="json", exclude_defaults=True)
    view.version += 1
    tx.add(view)
    try:
        await tx.flush()
    except IntegrityError as error:
        # Else two made the same person's first default at once.
        raise ViewNameTaken() if "saved_views_name" in str(error.orig) else VersionStale() from error
    return view


async def _own(tx: AsyncSession, caller: Caller, view_id: UUID) -> SavedView:
    query = select(SavedView).where(SavedView.id == view_id, queries.owned(caller)).with_for_update()
    view = (await tx.execute(query)).scalar_one_or_none()
    if view is None:
        raise ViewNotFound()
    return view


async def _check(tx: AsyncSession, caller: Caller, wanted: NewSavedView) -> None:
    if not may_save_views(caller):
        raise MayNotDoThat()
    if wanted.shared_with != "nobody" and not may_share_views(caller):
        raise MayNotDoThat("Only staff who answer cases share their views.")
    if wanted.group_id and not (await tx.execute(select(exists().where(Group.id == wanted.group_id)))).scalar():
        raise UnknownGroup(errors=[{"field": "group_id", "detail": UnknownGroup.title}])
