"""What can be done to documents. The only place that writes them, and the only one that says so."""

from documents.service.cases import link_named
from documents.service.folders import change_document, place
from documents.service.records import link
from documents.service.tenants import change_settings
from documents.service.thumbnails import keep_thumbnail
from documents.service.uploads import (
    GRACE,
    LEASE,
    LEASE_PER_BYTE,
    UPLOAD_LASTS,
    announce,
    claim,
    expire,
    finish,
    give_back,
    settled,
)

__all__ = [
    "GRACE",
    "LEASE",
    "LEASE_PER_BYTE",
    "UPLOAD_LASTS",
    "announce",
    "change_document",
    "change_settings",
    "claim",
    "expire",
    "finish",
    "give_back",
    "keep_thumbnail",
    "link",
    "link_named",
    "place",
    "settled",
]
