"""Objects that come in parts: begun, looked at, put together, given up."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from minio.datatypes import Part

from documents.storage.bucket import Bucket, Headers
from documents.storage.names import Begun, Piece, UploadGone


class InParts(Bucket):
    """The bucket, as far as what comes in parts goes."""

    async def begin_parts(self, key: str) -> str:
        """Begin an object that comes in parts. Returns what the storage calls its coming."""
        plain: Headers = {"Content-Type": "application/octet-stream"}
        return await self._do(lambda: self._client._create_multipart_upload(self._bucket, key, plain))

    def part_url(self, key: str, upload_id: str, number: int, lasts: timedelta) -> str:
        """A link by which one part can be put, until they are put together. Made without asking the storage."""
        part: Headers = {"partNumber": str(number), "uploadId": upload_id}
        return str(self._public.get_presigned_url("PUT", self._bucket, key, expires=lasts, extra_query_params=part))

    async def parts(self, key: str, upload_id: str) -> list[Piece]:
        """The parts that are there, by their numbers. Raises UploadGone."""

        def listing() -> list[Piece]:
            found: list[Piece] = []
            after = None
            while True:
                page = self._client._list_parts(self._bucket, key, upload_id, 1_000, after)
                found += [Piece(part.part_number, part.size or 0, part.etag) for part in page.parts]
                after = page.next_part_number_marker
                if not page.is_truncated or not after:
                    return found

        return await self._do(listing)

    async def join(self, key: str, upload_id: str, pieces: Sequence[Piece]) -> None:
        """Make one object of its parts. Raises UploadGone."""
        parts = [Part(piece.number, piece.etag) for piece in pieces]
        await self._do(lambda: self._patient._complete_multipart_upload(self._bucket, key, upload_id, parts))

    async def abort(self, key: str, upload_id: str) -> None:
        """Give up an upload in parts, and the parts; one that is over is given up already."""
        with suppress(UploadGone):
            await self._do(lambda: self._client._abort_multipart_upload(self._bucket, key, upload_id))

    async def begun(self) -> list[Begun]:
        """Uploads in parts that have not ended, up to a thousand."""
        found = await self._do(lambda: self._client._list_multipart_uploads(self._bucket))
        return [
            Begun(one.object_name, one.upload_id, one.initiated_time)
            for one in found.uploads
            if one.upload_id and one.initiated_time
        ]
