"""Which features of docs/features.md no test quotes yet: `python -m tools.features`; `--all` says who quotes which."""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "features.md"
_ROW = re.compile(r"^\| (F\d{3}|O\+\d|J\d{1,2}) \| ([^|]+) \|", re.MULTILINE)
# F067-F069 is three of them; the name of a test ends in _f067_f068.
_QUOTED = re.compile(r"(?:\bF|_f)(\d{3})(?:-F?(\d{3}))?(?![0-9A-Za-z])|\b(O\+\d)\b|\b(J\d{1,2})\b")
_SPOKEN = {".py", ".html", ".md", ".js", ".css", ".sh"}
_OURS = ("kit", "contracts", "gateway", "services", "stack", "tests", "tools", "docs", "k8s")
_NOT_OURS = {"vendor", "node_modules", ".venv", "articles"}


def listed() -> dict[str, str]:
    """Every id there is, with its title."""
    return {found[1]: found[2].strip() for found in _ROW.finditer(PAGE.read_text())}


def quoted_in(text: str) -> set[str]:
    """The ids a text quotes; a range quotes all from its first to its last."""
    ids: set[str] = set()
    for first, last, plus, journey in _QUOTED.findall(text):
        if first:
            ids |= {f"F{number:03}" for number in range(int(first), int(last or first) + 1)}
        else:
            ids.add(plus or journey)
    return ids


def quotes(files: Iterable[Path]) -> dict[str, list[Path]]:
    """Where each id is quoted."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        for name in quoted_in(path.read_text(errors="replace")):
            found[name].append(path.relative_to(ROOT))
    return dict(found)


def sources() -> list[Path]:
    """What we wrote: code, pages and documents, but not the list itself."""
    paths = (path for folder in _OURS for path in sorted((ROOT / folder).rglob("*")) if path.suffix in _SPOKEN)
    return [path for path in paths if path != PAGE and not _NOT_OURS & set(path.parts)]


def tests() -> list[Path]:
    """The files whose quotes are proofs."""
    return [path for path in sources() if path.suffix == ".py" and "tests" in path.relative_to(ROOT).parts]


def code() -> list[Path]:
    """The files whose quotes are claims, still to be proven."""
    return [path for path in sources() if path.suffix == ".py" and "tests" not in path.relative_to(ROOT).parts]


def main() -> None:
    parser = argparse.ArgumentParser(description="Which features no test quotes yet.")
    parser.add_argument("--all", action="store_true", help="every feature, with the tests that quote it")
    everything, proofs, claims = parser.parse_args().all, quotes(tests()), quotes(code())
    for name, title in listed().items():
        if everything or name not in proofs:
            claimed = ", claimed by the code" if name in claims and name not in proofs else ""
            print(f"{name:<5} {title}{claimed}", *(f"      {path}" for path in proofs.get(name, ())), sep="\n")
    print(f"{len(proofs.keys() & listed().keys())} of {len(listed())} are quoted by a test.")


if __name__ == "__main__":
    main()
