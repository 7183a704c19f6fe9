"""Draws one case as a PDF: a program of its own, for what is on a case was written by strangers.

`python -I -m cases.printing` reads `data.json`, and `logo` where there is one, from the folder it runs in and writes
`case.pdf` there. What it reads is data all the way: nothing of it ever becomes part of the markup.
"""

from pathlib import Path

from kit.confined import shut_in

SECONDS, MEMORY, LARGEST = 10, 2 * 1024**3, 32 * 1024**2
TEMPLATE = Path(__file__).with_name("printed.typ")


def main() -> None:
    """Draw what lies here."""
    import typst

    template = TEMPLATE.read_bytes()
    shut_in(seconds=SECONDS, memory=MEMORY, largest=LARGEST)
    here = Path.cwd()
    # Typst reads nothing outside its root.
    main_file = here / "main.typ"
    main_file.write_bytes(template)
    typst.compile(main_file, output=here / "case.pdf", root=here)


if __name__ == "__main__":
    main()
