"""Many files as one ZIP, written while it is sent: a chunk of one file is in memory at a time."""

import stat
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from stream_zip import ZIP_AUTO, Method, stream_zip

from documents.storage import Storage, kept_key
from kit.db import AnyRow

MOST_FILES = 500
MOST_BYTES = 10 * 1024**3
"""What one ZIP may hold; more is asked for by folder, or one by one."""
_MODE = stat.S_IFREG | 0o600
_LEVEL = 1
"""Pictures, PDFs and office files are compressed already: more than the least effort would be for nothing."""

Member = tuple[str, datetime, int, Method, Iterable[bytes]]


def zipped(storage: Storage, rows: Sequence[AnyRow]) -> Iterator[bytes]:
    """The ZIP of these files, a piece at a time; blocking. Breaks off when a file cannot be read."""
    compressor = lambda: zlib.compressobj(wbits=-zlib.MAX_WBITS, level=_LEVEL)  # noqa: E731  # what it is called with
    yield from stream_zip(_members(storage, rows), get_compressobj=compressor)


def _members(storage: Storage, rows: Sequence[AnyRow]) -> Iterator[Member]:
    for name, row in zip(names(row.file_name for row in rows), rows, strict=True):
        content = storage.pieces(kept_key(row.tenant_id, row.object_id))
        yield name, row.created_at, _MODE, ZIP_AUTO(row.size, level=_LEVEL), content


def names(given: Iterable[str]) -> Iterator[str]:
    """The same names, a number added to those that were there already, whatever the case of their letters."""
    taken: set[str] = set()
    for name in given:
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, f".{ending}") if dot else (name, "")
        number, unique = 1, name
        while unique.casefold() in taken:
            number += 1
            unique = f"{stem} ({number}){ending}"
        taken.add(unique.casefold())
        yield unique
