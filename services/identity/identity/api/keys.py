"""Keys: listed, made, revoked."""

from uuid import UUID

from fastapi import Response

from identity import queries, service
from identity.schemas.keys import KeyMade, KeyPage, KeyView, NewKey, Rotation
from kit.edge import Caller, Tx, router
from kit.paging import CursorText, Limit

keys = router(tags=["keys"])


@keys.get("/keys")
async def list_keys(caller: Caller, tx: Tx, cursor: CursorText = None, limit: Limit = 25) -> KeyPage:
    """The tenant's keys, newest first; secrets by their first characters only."""
    rows, after = await queries.keys(tx, caller, cursor, limit)
    return KeyPage(items=[KeyView.model_validate(row) for row in rows], next=after)


@keys.post("/keys", status_code=201)
async def make_key(new: NewKey, caller: Caller, tx: Tx, response: Response) -> KeyMade:
    """Make a key. Its secret is shown in this answer and never again."""
    key, secret = await service.make_key(tx, caller, new)
    response.headers["cache-control"] = "no-store"
    return KeyMade(**KeyView.model_validate(key).model_dump(), secret=secret)


@keys.post("/keys/{key_id}/revoke")
async def revoke_key(key_id: UUID, caller: Caller, tx: Tx) -> KeyView:
    """End a key, at once and for good."""
    return KeyView.model_validate(await service.revoke_key(tx, caller, key_id))


@keys.post("/keys/{key_id}/rotate", status_code=201)
async def rotate_key(key_id: UUID, rotation: Rotation, caller: Caller, tx: Tx, response: Response) -> KeyMade:
    """Make a successor with the same scopes; the old key works beside it until the end that is chosen."""
    key, secret = await service.rotate_key(tx, caller, key_id, rotation)
    response.headers["cache-control"] = "no-store"
    return KeyMade(**KeyView.model_validate(key).model_dump(), secret=secret)
