"""The bucket, and how it is reached: in threads, for the client blocks, its many errors said in three words."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

import structlog
import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from documents.errors import StorageAway
from documents.settings import DocumentsSettings
from documents.storage.names import ObjectMissing, ObjectReplaced, UploadGone
from kit.away import is_away

log = structlog.get_logger()
T = TypeVar("T")
Headers = dict[str, str | list[str] | tuple[str]]

PATIENCE = 300
"""Seconds the storage may take to put a large object together."""
TRANSFERS = 8
"""Files in transfer at one time; each takes a thread."""


def parts_away(error: BaseException) -> bool:
    """Is this the storage or the database being away, rather than something wrong?"""
    return isinstance(error, StorageAway) or is_away(error)


class Bucket:
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

    async def _do(self, work: Callable[[], T]) -> T:
        with plainly_said():
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)


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
def plainly_said() -> Iterator[None]:
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
