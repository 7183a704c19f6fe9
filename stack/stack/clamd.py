"""A clamd of a test's own: it knows the signatures it is given, and nothing else."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack import ports
from stack.trouble import Trouble

# In two pieces, so that no scanner takes this file for what it tests.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
"""The file that every scanner knows, and that harms nobody."""


@contextmanager
def running(folder: Path, **more: str) -> Iterator[str]:
    """A clamd that knows EICAR, with its state below a folder. Where it listens, as PORTICO_CLAMD wants it.

    `more` is configured, too.
    """
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/opt/homebrew/sbin")
    if program is None:
        raise Trouble("There is no clamd: install it (Debian: apt install clamav-daemon).")
    (folder / "test.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    port = ports.spare()
    configured = {"TCPSocket": port, "TCPAddr": "127.0.0.1", "DatabaseDirectory": folder, "Foreground": "yes"}
    configured |= more
    (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in configured.items()))
    process = subprocess.Popen([program, "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL)
    try:
        _until_it_answers(port, folder)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _until_it_answers(port: int, folder: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(b"zPING\0")
                if connection.recv(16).startswith(b"PONG"):
                    return
        except OSError:
            time.sleep(0.2)
    raise Trouble(f"clamd did not start with {folder / 'clamd.conf'}")
