"""Objects that are whole: linked to, looked at, copied, read, kept, removed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from itertools import islice
from threading import Event
from typing import Any
from uuid import UUID

import structlog
from minio.commonconfig import REPLACE, CopySource
from minio.datatypes import Object

from documents.errors import StorageAway
from documents.storage.bucket import Headers, T, plainly_said
from documents.storage.names import Stored, attachment, incoming_key, kept_key
from documents.storage.parts import InParts

log = structlog.get_logger()
CHUNK = 256 * 1024


class Storage(InParts):
    """The bucket, with all that is done there."""

    def upload_url(self, key: str, lasts: timedelta) -> str:
        """A link by which one object can be put there. Made without asking the storage."""
        return str(self._public.get_presigned_url("PUT", self._bucket, key, expires=lasts))

    def download_url(self, key: str, file_name: str, lasts: timedelta) -> str:
        """A link to one object, to be saved under this name and never to be shown as a page."""
        headers: Headers = {
            "response-content-disposition": attachment(file_name),
            "response-content-type": "application/octet-stream",
        }
        return str(self._public.get_presigned_url("GET", self._bucket, key, expires=lasts, response_headers=headers))

    async def look(self, key: str) -> Stored:
        """What is under a key. Raises ObjectMissing."""
        return _stored(await self._do(lambda: self._client.stat_object(self._bucket, key)))

    async def copy(self, source: Stored, key: str) -> None:
        """Copy exactly the object that was looked at, inside the storage. Raises ObjectReplaced, ObjectMissing."""
        exactly = CopySource(self._bucket, source.key, match_etag=source.etag)
        plain: Headers = {"Content-Type": "application/octet-stream"}
        await self._do(
            lambda: self._client.copy_object(self._bucket, key, exactly, metadata=plain, metadata_directive=REPLACE)
        )

    async def read(self, key: str, reader: Callable[[Iterator[bytes]], T]) -> T:
        """Give an object's bytes to a reader, in a thread, which stops when nobody waits for it any more."""
        over = Event()

        def reading() -> T:
            response = self._client.get_object(self._bucket, key)
            try:
                return reader(_until(over, response.stream(CHUNK, decode_content=False)))
            finally:
                response.close()
                response.release_conn()

        try:
            return await self._do(reading)
        finally:
            over.set()

    def pieces(self, key: str) -> Iterator[bytes]:
        """An object's bytes for whoever is in a thread of their own already. Raises StorageAway, ObjectMissing."""
        with plainly_said():
            response = self._client.get_object(self._bucket, key)
            try:
                yield from response.stream(CHUNK, decode_content=False)
            finally:
                response.close()
                response.release_conn()

    async def put(self, key: str, content: bytes) -> None:
        """Keep something small that was made here."""
        length = len(content)
        await self._do(lambda: self._client.put_object(self._bucket, key, BytesIO(content), length))

    async def remove(self, key: str) -> None:
        """Remove an object; one that is not there is removed already."""
        await self._do(lambda: self._client.remove_object(self._bucket, key))

    async def forget(self, *keys: str) -> None:
        """Remove what is no longer needed. What cannot be removed now, the sweeper finds."""
        try:
            for key in keys:
                await self.remove(key)
        except StorageAway:
            log.warning("documents.left_for_the_sweeper", keys=keys)

    async def remove_upload(
        self, tenant_id: UUID, document_id: UUID, object_id: UUID | None, upload_id: str | None
    ) -> None:
        """Remove what there is of an upload that nobody finished."""
        await self.remove(incoming_key(tenant_id, document_id))
        if object_id and upload_id:
            await self.abort(kept_key(tenant_id, object_id), upload_id)
            await self.remove(kept_key(tenant_id, object_id))

    async def forget_upload(self, *ids: Any) -> None:
        """The same; what cannot be removed now, the sweeper finds."""
        try:
            await self.remove_upload(*ids)
        except StorageAway:
            log.warning("documents.left_for_the_sweeper", ids=[str(one) for one in ids])

    async def page(self, prefix: str, after: str, most: int) -> list[Stored]:
        """Objects by key, from the first one after a given key."""

        def listing() -> list[Stored]:
            found = self._client.list_objects(self._bucket, prefix=prefix, recursive=True, start_after=after or None)
            return [_stored(item) for item in islice(found, most)]

        return await self._do(listing)


def _until(over: Event, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, as long as somebody waits for what becomes of them: a process that ends waits for its threads."""
    for chunk in chunks:
        if over.is_set():
            raise StorageAway()
        yield chunk


def _stored(found: Object) -> Stored:
    assert found.object_name is not None
    assert found.etag is not None
    assert found.last_modified is not None
    return Stored(found.object_name, found.size or 0, found.etag, found.last_modified)
