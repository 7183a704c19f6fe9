"""F156: what a file looks like, on its page: drawn pages out of one object, or how its text begins."""

import codecs
import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from documents.kinds import KINDS

MOST_PAGES = 5
TEXT_BYTES = 64 * 1024
TEXT_SHOWN = 20_000
"""Characters of a text that are shown."""
TEXTS = frozenset(KINDS["text"].values())
_COUNT, _LENGTH = struct.Struct(">B"), struct.Struct(">I")


class Beginning(NamedTuple):
    """How a text begins, and whether there is more of it."""

    text: str
    cut: bool


def packed(pages: Sequence[bytes]) -> bytes:
    """Pages as one object: how many, how long each, and then one after the other."""
    head = _COUNT.pack(len(pages)) + b"".join(_LENGTH.pack(len(page)) for page in pages)
    return head + b"".join(pages)


def page_of(content: bytes, number: int) -> bytes:
    """One page of them, the first is 1. Raises LookupError."""
    (count,) = _COUNT.unpack_from(content)
    if not 1 <= number <= count:
        raise LookupError(number)
    lengths = [_LENGTH.unpack_from(content, _COUNT.size + at * _LENGTH.size)[0] for at in range(count)]
    start = _COUNT.size + count * _LENGTH.size + sum(lengths[: number - 1])
    return content[start : start + lengths[number - 1]]


def beginning(chunks: Iterable[bytes]) -> Beginning:
    """The first lines of a text in whichever of the encodings that a text is taken in."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) > TEXT_BYTES:
            break
    text = _decoded(head[:TEXT_BYTES])
    return Beginning(text[:TEXT_SHOWN], len(head) > TEXT_BYTES or len(text) > TEXT_SHOWN)


def _decoded(head: bytes) -> str:
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16" if wide else "utf-8-sig", "cp1252"):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(head).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    return head.decode("ascii", "replace")
