"""Where the bytes lie: S3, through the one client that this file alone imports.

An upload arrives at `incoming/<tenant>/<document>`, by a link that can be used again until it runs out. A
check copies it to `<tenant>/<object>`, where no link can write, and examines the copy. What comes in parts goes to
`<tenant>/<object>` itself: there is no object until they are put together, and from then on no link can write to it.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit
from uuid import UUID

import structlog
import urllib3
from minio import Minio
from minio.commonconfig import REPLACE, CopySource
from minio.datatypes import Object, Part
from minio.error import MinioException, S3Error

from documents.errors import StorageAway
from documents.settings import DocumentsSettings
from kit.away import is_away

log = structlog.get_logger()
T = TypeVar("T")
Headers = dict[str, str | list[str] | tuple[str]]

INCOMING = "incoming/"
CHUNK = 256 * 1024
PATIENCE = 300
"""Seconds the storage may take to put a large object together."""
TRANSFERS = 8
"""Files in transfer at one time; each takes a thread."""


def parts_away(error: BaseException) -> bool:
    """Is this the storage or the database being away, rather than something wrong?"""
    return isinstance(error, StorageAway) or is_away(error)


class ObjectMissing(LookupError):
    """There is no such object."""


class UploadGone(LookupError):
    """There is no such upload in parts: it was put together, or given up."""


class ObjectReplaced(LookupError):
    """The object is no longer the one that was looked at."""


@dataclass(frozen=True)
class Piece:
    """One part that has arrived."""

    number: int
    size: int
    etag: str


@dataclass(frozen=True)
class Begun:
    """An upload in parts that was begun and has not ended."""

    key: str
    upload_id: str
    modified: datetime


@dataclass(frozen=True)
class Stored:
    """One object: its key, and what tells it from another under the same key."""

    key: str
    size: int
    etag: str
    modified: datetime


def incoming_key(tenant_id: UUID, document_id: UUID) -> str:
    """Where an upload arrives."""
    return f"{INCOMING}{tenant_id}/{document_id}"


def kept_key(tenant_id: UUID, object_id: UUID) -> str:
    """Where a checked file stays."""
    return f"{tenant_id}/{object_id}"


class Storage:
    """One bucket, reached from here and, by the links handed out, from browsers."""

    def __init__(self, settings: DocumentsSettings) -> None:
        self._bucket = settings.s3_bucket
        self._client = _client(settings, settings.s3_url)
        self._patient = _client(settings, settings.s3_url, seconds=PATIENCE)
        self._public = _client(settings, settings.s3_public_url or settings.s3_url)
        self._threads = ThreadPoolExecutor(TRANSFERS, "s3")
        self._is_open = False

    async def open(self) -> None:
        """Make the bucket if it is missing; nothing once that is known. Raises StorageAway."""
        if not self._is_open:
            await self._do(self._make_bucket)
            self._is_open = True

    def _make_bucket(self) -> None:
        if not self._client.bucket_exists(self._bucket):
            try:
                self._client.make_bucket(self._bucket)
            except S3Error as error:
                if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                    raise

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
        """Give an object's bytes to a reader, in a thread."""

        def reading() -> T:
            response = self._client.get_object(self._bucket, key)
            try:
                return reader(response.stream(CHUNK, decode_content=False))
            finally:
                response.close()
                response.release_conn()

        return await self._do(reading)

    def pieces(self, key: str) -> Iterator[bytes]:
        """An object's bytes for whoever is in a thread of their own already. Raises StorageAway, ObjectMissing."""
        with _plainly_said():
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

    async def _do(self, work: Callable[[], T]) -> T:
        with _plainly_said():
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _stored(found: Object) -> Stored:
    assert found.object_name is not None
    assert found.etag is not None
    assert found.last_modified is not None
    return Stored(found.object_name, found.size or 0, found.etag, found.last_modified)


def _client(settings: DocumentsSettings, url: str, seconds: float = 30) -> Minio:
    parts = urlsplit(url)
    retries = urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504], raise_on_status=False)
    timeout = urllib3.Timeout(connect=3, read=seconds)
    return Minio(
        endpoint=parts.netloc,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
        secure=parts.scheme == "https",
        region=settings.s3_region,
        http_client=urllib3.PoolManager(maxsize=TRANSFERS, timeout=timeout, retries=retries),
    )


@contextmanager
def _plainly_said() -> Iterator[None]:
    """Say the client's many errors in three words."""
    try:
        yield
    except S3Error as error:
        if error.code == "NoSuchKey":
            raise ObjectMissing() from error
        if error.code == "NoSuchUpload":
            raise UploadGone() from error
        if error.code == "PreconditionFailed":
            raise ObjectReplaced() from error
        log.error("documents.storage_refused", code=error.code, error=str(error))
        raise StorageAway() from error
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        log.warning("documents.storage_away", error=repr(error))
        raise StorageAway() from error


def attachment(file_name: str) -> str:
    """A Content-Disposition that saves under any name (RFC 6266): plain for the old, exact for the others."""
    plain = "".join(c if c.isascii() and c not in '"\\%' else "_" for c in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
