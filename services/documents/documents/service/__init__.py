"""What can be done to documents. The only place that writes them, and the only one that says so."""

from documents.service.cases import link_named
from documents.service.fed import Brought, write_files
from documents.service.folders import change_document, place
from documents.service.naming import name_document
from documents.service.parts import (
    LARGE_LASTS,
    Coming,
    coming,
    give_up,
    hold,
    in_parts,
    leave_to_worker,
    linger,
    postpone,
    renew,
    take_up,
)
from documents.service.records import link, unlink
from documents.service.removal import remove
from documents.service.requests import SOON, answer, ask, close, remind, send_back
from documents.service.retention import count_over, remove_over
from documents.service.tenants import change_settings, takes_unscanned
from documents.service.thumbnails import keep_thumbnail
from documents.service.uploads import (
    GRACE,
    LEASE,
    LEASE_PER_BYTE,
    UPLOAD_LASTS,
    Begin,
    Most,
    announce,
    claim,
    expire,
    finish,
    give_back,
    settled,
)

__all__ = [
    "GRACE",
    "LARGE_LASTS",
    "LEASE",
    "LEASE_PER_BYTE",
    "SOON",
    "UPLOAD_LASTS",
    "Begin",
    "Brought",
    "Coming",
    "Most",
    "announce",
    "answer",
    "ask",
    "change_document",
    "change_settings",
    "claim",
    "close",
    "coming",
    "count_over",
    "expire",
    "finish",
    "give_back",
    "give_up",
    "hold",
    "in_parts",
    "keep_thumbnail",
    "leave_to_worker",
    "linger",
    "link",
    "link_named",
    "name_document",
    "place",
    "postpone",
    "remind",
    "remove",
    "remove_over",
    "renew",
    "send_back",
    "settled",
    "take_up",
    "takes_unscanned",
    "unlink",
    "write_files",
]
