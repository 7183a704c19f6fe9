"""Work on a stranger's input in a process of its own: no network, no surroundings, an end to time and memory."""

import asyncio
import ctypes
import resource
import sys
from pathlib import Path

_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000


def shut_in(*, seconds: int, memory: int, largest: int) -> None:
    """In the process itself: give up what is not needed. `memory` and `largest` (of a file written) in bytes.

    Where the kernel grants nobody a network of their own, the limits stand alone.
    """
    limits = {resource.RLIMIT_CPU: seconds, resource.RLIMIT_AS: memory, resource.RLIMIT_FSIZE: largest}
    for limit, most in (limits | {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 64}).items():
        resource.setrlimit(limit, (most, most))
    ctypes.CDLL(None, use_errno=True).unshare(_NEW_USERS | _NEW_NETWORK)


async def confined(module: str, *arguments: str, folder: Path, seconds: float) -> int | None:
    """Run a module in `folder`. Returns how its process ended; None when it took too long and was killed."""
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", module, *arguments),
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        env={},
        cwd=folder,
        start_new_session=True,
    )
    try:
        return await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
