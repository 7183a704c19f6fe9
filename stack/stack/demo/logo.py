"""A tenant's mark: its initial, white on a rounded square of the accent colour; a PNG written by hand."""

from math import hypot

from stack.demo import drawings

SIZE = 128
RADIUS = 30

Point = tuple[float, float]
Stroke = tuple[Point, Point]
# Strokes of the letters in a square of 0..1; enough for the names that are in the demo.
STROKES: dict[str, list[Stroke]] = {
    "N": [((0.18, 1), (0.18, 0)), ((0.18, 0), (0.82, 1)), ((0.82, 1), (0.82, 0))],
    "B": [
        ((0.2, 0), (0.2, 1)),
        ((0.2, 0), (0.58, 0)),
        ((0.58, 0), (0.76, 0.13)),
        ((0.76, 0.13), (0.76, 0.33)),
        ((0.76, 0.33), (0.58, 0.47)),
        ((0.2, 0.47), (0.6, 0.47)),
        ((0.6, 0.47), (0.82, 0.62)),
        ((0.82, 0.62), (0.82, 0.85)),
        ((0.82, 0.85), (0.6, 1)),
        ((0.2, 1), (0.6, 1)),
    ],
}
PEN = 6.7
"""Half the width of a stroke, in pixels."""

BOX = (0.27, 0.25, 0.46, 0.50)
"""Where the letter stands in the mark: left, top, width, height."""


def png(initial: str, accent: str) -> bytes:
    """The mark as an image with a transparent ground."""
    colour = [int(accent[at : at + 2], 16) for at in (1, 3, 5)]
    strokes = _strokes(initial)
    return drawings.png(SIZE, SIZE, (_row(y, colour, strokes) for y in range(SIZE)), drawings.CLEAR)


def _row(y: int, colour: list[int], strokes: list[Stroke]) -> bytes:
    row = bytearray()
    for x in range(SIZE):
        white = _covered(min(_distance(x, y, stroke) for stroke in strokes) - PEN)
        row += bytes(round(part + (255 - part) * white) for part in colour)
        row.append(round(255 * _covered(_outside(x, y))))
    return bytes(row)


def _covered(distance: float) -> float:
    """How much of a pixel is inside, by how far its middle is from the edge: what makes edges smooth."""
    return min(1.0, max(0.0, 0.5 - distance))


def _outside(x: float, y: float) -> float:
    """How far a pixel is outside the rounded square; negative inside."""
    middle = (SIZE - 1) / 2
    right, down = (max(abs(at - middle) - SIZE / 2 + RADIUS, 0.0) for at in (x, y))
    return hypot(right, down) - RADIUS


def _strokes(initial: str) -> list[Stroke]:
    left, top, width, height = (side * SIZE for side in BOX)
    return [
        ((left + x1 * width, top + y1 * height), (left + x2 * width, top + y2 * height))
        for (x1, y1), (x2, y2) in STROKES[initial]
    ]


def _distance(x: float, y: float, stroke: Stroke) -> float:
    """From a pixel to the middle of a stroke."""
    (x1, y1), (x2, y2) = stroke
    along, across = x2 - x1, y2 - y1
    part = ((x - x1) * along + (y - y1) * across) / (along * along + across * across)
    part = min(1.0, max(0.0, part))
    return hypot(x - x1 - part * along, y - y1 - part * across)
