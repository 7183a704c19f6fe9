"""One pass over a file's bytes: how many, which hash, what kind, and what the scanner says."""

import hashlib
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from documents.errors import StorageAway
from documents.kinds import HEAD, kind_of
from documents.scan import Clamd, Scan, Verdict


@dataclass(frozen=True)
class Findings:
    """What a file turned out to be. `kind` is None for what is not taken."""

    size: int
    sha256: str
    kind: str | None
    scan: Verdict


def examine(chunks: Iterable[bytes], size: int, clamd: Clamd | None, seconds: float) -> Findings:
    """Read it all, once. `size` is what was announced; raises StorageAway when it takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    scanning: AbstractContextManager[Scan | None] = nullcontext()
    if clamd is not None and size <= clamd.limit:
        scanning = clamd.scan()
    seen, digest, head, tail = 0, hashlib.sha256(), b"", b""
    with scanning as scan:
        for chunk in chunks:
            if time.monotonic() > deadline:
                raise StorageAway()
            seen += len(chunk)
            digest.update(chunk)
            head = head if len(head) >= HEAD else (head + chunk)[:HEAD]
            tail = (tail + chunk)[-HEAD:]
            if scan is not None and chunk:
                scan.feed(chunk)
        verdict: Verdict = "not_scanned" if scan is None else scan.verdict()
    return Findings(seen, digest.hexdigest(), kind_of(head, tail), verdict)
