"""Where the bytes lie: S3, through the one client that this folder alone imports.

An upload arrives at `incoming/<tenant>/<document>`, by a link that can be used again until it runs out. A
check copies it to `<tenant>/<object>`, where no link can write, and examines the copy. What comes in parts goes to
`<tenant>/<object>` itself: there is no object until they are put together, and from then on no link can write to it.
"""

from documents.storage.bucket import parts_away
from documents.storage.names import (
    INCOMING,
    Begun,
    ObjectMissing,
    ObjectReplaced,
    Piece,
    Stored,
    UploadGone,
    attachment,
    incoming_key,
    kept_key,
)
from documents.storage.objects import Storage

__all__ = [
    "INCOMING",
    "Begun",
    "ObjectMissing",
    "ObjectReplaced",
    "Piece",
    "Storage",
    "Stored",
    "UploadGone",
    "attachment",
    "incoming_key",
    "kept_key",
    "parts_away",
]
