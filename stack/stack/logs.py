"""Read the ends of several log files, and what is added to them."""

from collections.abc import Mapping
from pathlib import Path


class Tail:
    """Prints lines, each with its process's name where there are several."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = paths
        self._read = dict.fromkeys(paths, 0)

    def last(self, lines: int) -> None:
        """The last so many lines of each."""
        for name, path in self._paths.items():
            content = path.read_bytes()
            self._read[name] = len(content)
            self._print(name, content.splitlines()[-lines:] if lines else [])

    def fresh(self) -> None:
        """What was added since; a file that became shorter was begun anew."""
        for name, path in self._paths.items():
            begin = self._read[name] if path.stat().st_size >= self._read[name] else 0
            with path.open("rb") as file:
                file.seek(begin)
                self._print(name, file.read().splitlines())
                self._read[name] = file.tell()

    def _print(self, name: str, lines: list[bytes]) -> None:
        prefix = f"{name:>12} | " if len(self._paths) > 1 else ""
        for line in lines:
            print(prefix + line.decode(errors="replace"), flush=True)
