"""Routes of a tenant's desk: the choices that hold for all its cases."""

from fastapi import Response

from cases import service
from cases.models import DeskRow
from cases.queries.desk import chosen
from cases.schemas.desk import Desk, DeskView
from kit.edge import Caller, Tx, router
from kit.versions import IfMatch

api = router(tags=["desk"])


@api.get("/desk")
async def read_desk(caller: Caller, tx: Tx, response: Response) -> DeskView:
    """F100, F101, F128: how the desk is set."""
    return _shown(await service.read_desk(tx, caller), response)


@api.patch("/desk")
async def change_desk(change: Desk, version: IfMatch, caller: Caller, tx: Tx, response: Response) -> DeskView:
    """F100, F101, F128: set the choices that are named. `If-Match: "0"` makes the first change."""
    return _shown(await service.change_desk(tx, caller, change, version), response)


@api.post("/desk/undo")
async def undo_desk(version: IfMatch, caller: Caller, tx: Tx, response: Response) -> DeskView:
    """Go back to what stood before the newest change."""
    return _shown(await service.undo_desk(tx, caller, version), response)


def _shown(row: DeskRow, response: Response) -> DeskView:
    response.headers["etag"] = f'"{row.version}"'
    return DeskView(
        desk=chosen(row.settings),
        version=row.version,
        changed_by=row.changed_by or None,
        changed_at=row.changed_at,
        can_undo=row.previous is not None,
    )
