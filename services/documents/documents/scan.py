"""A file's way through clamd, by its INSTREAM command. Blocking: it runs in the thread that reads the file."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import structlog

from documents.errors import ScannerAway
from documents.settings import DocumentsSettings

log = structlog.get_logger()

Verdict = Literal["clean", "not_scanned", "infected"]
TIMEOUT, PER_BYTE = 60, 1e-7
"""Seconds clamd may be silent: it says nothing until it is through, and takes 10 MB/s at the least."""
_LIMITS = "Heuristics.Limits.Exceeded"
"""With AlertExceedsMax, what clamd says of a file, or of an archive's inside, that it did not look through."""


@dataclass(frozen=True)
class Clamd:
    """Where clamd listens, and how many bytes it takes. `lenient`: what is too large for it passes as not scanned."""

    host: str
    port: int
    limit: int
    lenient: bool = False

    @classmethod
    def of(cls, settings: DocumentsSettings) -> "Clamd | None":
        """The one that is configured, if one is."""
        return cls.at(settings.clamd, settings.clamd_limit) if settings.clamd else None

    @classmethod
    def at(cls, address: str, limit: int) -> "Clamd":
        """Out of `host:port`."""
        host, _, port = address.rpartition(":")
        return cls(host.strip("[]"), int(port), limit)

    @contextmanager
    def scan(self) -> Iterator["Scan"]:
        """Scan one file. Raises ScannerAway when clamd does not answer."""
        try:
            patience = TIMEOUT + self.limit * PER_BYTE
            with socket.create_connection((self.host, self.port), patience) as connection:
                connection.sendall(b"zINSTREAM\0")
                yield Scan(connection)
        except OSError as error:
            log.error("documents.scanner_away", error=repr(error))
            raise ScannerAway() from error


class Scan:
    """One file under scan."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._hung_up = False

    def feed(self, chunk: bytes) -> None:
        """Hand over the next bytes, their length in front."""
        if not self._hung_up:
            try:
                self._connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            except (BrokenPipeError, ConnectionResetError):
                # It has heard enough (more than its limit, say), and its reply tells why.
                self._hung_up = True

    def verdict(self) -> Verdict:
        """End the file and hear what was found."""
        self.feed(b"")
        reply = b"".join(iter(lambda: self._connection.recv(4096), b"")).rstrip(b"\0").decode(errors="replace")
        if "size limit exceeded" in reply or _LIMITS in reply:
            log.warning("documents.not_scanned", reply=reply)
            return "not_scanned"
        if reply.endswith(" FOUND"):
            log.warning("documents.infected", found=reply)
            return "infected"
        if reply.endswith(": OK"):
            return "clean"
        log.error("documents.scanner_failed", reply=reply)
        raise ScannerAway()
