"""Draws the small picture of one file: a program of its own, for files are a stranger's and may be made to harm.

`python -I -m documents.drawing <file> <picture>` reads the one and writes the other, with no network, no more memory
and time than the limits below, and nothing of the service in its environment. It says nothing: a file that cannot be
drawn ends it with a status, and whoever started it takes that for an answer.
"""

import ctypes
import resource
import sys
from pathlib import Path

EDGE = 320
"""Pixels of the longer edge."""
SECONDS, MEMORY, LARGEST = 10, 1024**3, 2 * 1024**2
MOST_PIXELS = 60_000_000
"""What a picture may have unpacked; a small file can claim a great many."""
_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000


def main(source: Path, target: Path) -> None:
    """Draw one file."""
    from PIL import Image

    shut_in()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with source.open("rb") as opened:
        is_pdf = opened.read(5) == b"%PDF-"
    picture = _first_page(source) if is_pdf else _opened(source)
    picture.thumbnail((EDGE, EDGE))
    picture.save(target, "WEBP", quality=75)


def shut_in() -> None:
    """Give up what is not needed. Where the kernel grants nobody a network of their own, the limits stand alone."""
    limits = {resource.RLIMIT_CPU: SECONDS, resource.RLIMIT_AS: MEMORY, resource.RLIMIT_FSIZE: LARGEST}
    for limit, most in (limits | {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 32}).items():
        resource.setrlimit(limit, (most, most))
    ctypes.CDLL(None, use_errno=True).unshare(_NEW_USERS | _NEW_NETWORK)


def _opened(source: Path):  # type: ignore[no-untyped-def]  # Pillow is loaded behind the limits
    from PIL import Image, ImageOps

    picture = Image.open(source, formats=("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"))
    if picture.width * picture.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    picture.draft("RGB", (EDGE, EDGE))
    return ImageOps.exif_transpose(picture).convert("RGBA" if "A" in picture.getbands() else "RGB")


def _first_page(source: Path):  # type: ignore[no-untyped-def]  # the same
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    page = document[0]
    scale = EDGE / max(*page.get_size(), 1)
    return page.render(scale=scale).to_pil().convert("RGB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
