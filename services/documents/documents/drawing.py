"""Draws the small picture of one file and its first pages: a program of its own, for files are a stranger's and may be
made to harm.

`python -I -m documents.drawing <file> <picture>` reads the one and writes the other, and `<picture>.1` and so on, the
first pages, with no network, no more memory
and time than the limits below, and nothing of the service in its environment. It says nothing: a file that cannot be
drawn ends it with a status, and whoever started it takes that for an answer.
"""

import sys
from pathlib import Path

from kit.confined import shut_in

EDGE, PAGE_EDGE = 320, 1200
"""Pixels of the longer edge, of the small picture and of a page."""
PAGES = 5
SECONDS, MEMORY, LARGEST = 10, 1024**3, 2 * 1024**2
MOST_PIXELS = 60_000_000
"""What a picture may have unpacked; a small file can claim a great many."""


def main(source: Path, target: Path) -> None:
    """Draw one file."""
    from PIL import Image

    shut_in(seconds=SECONDS, memory=MEMORY, largest=LARGEST)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with source.open("rb") as opened:
        is_pdf = opened.read(5) == b"%PDF-"
    for number, page in enumerate(_pages(source) if is_pdf else [_opened(source)], 1):
        page.thumbnail((PAGE_EDGE, PAGE_EDGE))
        if number == 1:
            small = page.copy()
            small.thumbnail((EDGE, EDGE))
            _keep(small, target)
        _keep(page, target.with_suffix(f".{number}"))


def _keep(picture, target: Path) -> None:  # type: ignore[no-untyped-def]  # Pillow is loaded behind the limits
    """Under its name only when it is whole: what comes after it may be too much."""
    unfinished = target.with_suffix(".unfinished")
    picture.save(unfinished, "WEBP", quality=75)
    unfinished.rename(target)


def _opened(source: Path):  # type: ignore[no-untyped-def]  # Pillow is loaded behind the limits
    from PIL import Image, ImageOps

    picture = Image.open(source, formats=("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"))
    if picture.width * picture.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    picture.draft("RGB", (PAGE_EDGE, PAGE_EDGE))
    return ImageOps.exif_transpose(picture).convert("RGBA" if "A" in picture.getbands() else "RGB")


def _pages(source: Path):  # type: ignore[no-untyped-def]  # the same
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    for number in range(min(len(document), PAGES)):
        page = document[number]
        scale = PAGE_EDGE / max(*page.get_size(), 1)
        yield page.render(scale=scale).to_pil().convert("RGB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
