"""A picture and a PDF for the demo's documents, written by hand: enough to be drawn small, looked at and read."""

import struct
import zlib
from collections.abc import Iterable

Wall = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""
PLAIN, CLEAR = 2, 6
WIDTH, HEIGHT = 640, 420
INK, GROUND, FLOOR = b"\x33\x41\x55", b"\xff\xff\xff", b"\xf1\xf5\xf9"
WALLS: tuple[Wall, ...] = (
    *((40, 40, 600, 46), (40, 374, 600, 380), (40, 40, 46, 380), (594, 40, 600, 380)),
    *((240, 40, 246, 180), (240, 240, 246, 380), (430, 40, 436, 260), (246, 210, 340, 216), (380, 210, 436, 216)),
    # Two cabinets, and the cable between them.
    *((70, 320, 110, 360), (540, 70, 580, 110), (110, 338, 222, 342), (222, 205, 226, 342), (226, 203, 556, 207)),
    (554, 110, 558, 207),
)


def floor_plan() -> bytes:
    """A PNG of two halls and an office."""
    return png(WIDTH, HEIGHT, [_row(y) for y in range(HEIGHT)], PLAIN)


def png(width: int, height: int, rows: Iterable[bytes], colours: int) -> bytes:
    """Rows of pixels as a PNG. `colours` is PLAIN (three bytes a pixel) or CLEAR (four: the last says how solid)."""
    header = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _row(y: int) -> bytes:
    inside = 46 <= y < 374
    row = bytearray((GROUND * 46 + FLOOR * (WIDTH - 92) + GROUND * 46) if inside else GROUND * WIDTH)
    for left, top, right, bottom in WALLS:
        if top <= y < bottom:
            row[left * 3 : right * 3] = INK * (right - left)
    return bytes(row)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def letter(heading: str, *lines: str) -> bytes:
    """A PDF of one page: a heading, and lines of text in ASCII without brackets."""
    said = [f"BT /F2 18 Tf 72 760 Td ({heading}) Tj ET"]
    said += [f"BT /F1 11 Tf 72 {724 - 18 * at} Td ({line}) Tj ET" for at, line in enumerate(lines)]
    stream = "\n".join(said)
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} >>"
    fonts = "/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >>"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {fonts} /Contents 4 0 R >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        *(font.format(name) for name in ("Helvetica", "Helvetica-Bold")),
    )
    return _document(objects)


def _document(objects: tuple[str, ...]) -> bytes:
    written, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    return f"{written}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode("ascii")
