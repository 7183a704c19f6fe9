"""Routes of views: a list's filters, order and columns under a name."""

from uuid import UUID

from fastapi import Response

from cases import policy, queries, service
from cases.errors import MayNotDoThat
from cases.models import SavedView
from cases.schemas.views import NewSavedView, SavedViews, SavedViewView, ViewQuery
from kit.edge import Caller, Tx, of_module, router
from kit.versions import IfMatch

api = router(tags=["cases"], dependencies=[of_module("cases")])


@api.get("/cases/saved-views")
async def list_views(caller: Caller, tx: Tx) -> SavedViews:
    """F103: the views one keeps, and for staff those that are shared with them."""
    if not policy.may_save_views(caller):
        raise MayNotDoThat("Views belong to people.")
    return SavedViews(items=[shown(caller, one) for one in await queries.saved_views(tx, caller)])


@api.post("/cases/saved-views", status_code=201)
async def save_view(new: NewSavedView, caller: Caller, tx: Tx, response: Response) -> SavedViewView:
    """Keep a view."""
    return _told(caller, await service.save_view(tx, caller, new), response)


@api.put("/cases/saved-views/{view_id}")
async def change_view(
    view_id: UUID, wanted: NewSavedView, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> SavedViewView:
    """Change a view of one's own."""
    return _told(caller, await service.change_view(tx, caller, view_id, wanted, version), response)


@api.delete("/cases/saved-views/{view_id}", status_code=204)
async def drop_view(view_id: UUID, caller: Caller, tx: Tx) -> None:
    """Take a view of one's own away."""
    await service.drop_view(tx, caller, view_id)


def _told(caller: Caller, view: SavedView, response: Response) -> SavedViewView:
    response.headers["etag"] = f'"{view.version}"'
    return shown(caller, view)


def shown(caller: Caller, view: SavedView) -> SavedViewView:
    """A view in the shape that crosses HTTP. Another one's default is no matter of the caller's."""
    own = view.owner_id == caller.id
    return SavedViewView(
        id=view.id,
        name=view.name,
        query=ViewQuery.model_validate(view.query),
        own=own,
        default=own and view.is_default,
        shared_with=view.shared_with,
        group_id=view.group_id,
        version=view.version,
    )
