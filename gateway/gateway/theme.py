"""A tenant's accent colour made into the tokens the style sheets read, for light and dark.

A colour that would fail WCAG 2.2 AA on our grounds is moved in lightness, hue kept, until it
passes: 4.5:1 for text (1.4.3), 3:1 for filled controls against the ground (1.4.11)."""

import colorsys
import hashlib
import re
from dataclasses import asdict, dataclass

Rgb = tuple[int, int, int]

DEFAULT_ACCENT = "#2f5fd0"
_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_WHITE: Rgb = (255, 255, 255)
_BLACK: Rgb = (0, 0, 0)


@dataclass(frozen=True)
class Ground:
    """One scheme's neutral backgrounds, as tokens.css has them, and which way contrast lies."""

    surface: Rgb
    page: Rgb
    sunken: Rgb
    step: float


LIGHT = Ground(surface=_WHITE, page=(0xF7, 0xF7, 0xF8), sunken=(0xEE, 0xEE, 0xF1), step=-0.01)
DARK = Ground(surface=(0x1B, 0x1C, 0x20), page=(0x12, 0x13, 0x16), sunken=(0x26, 0x28, 0x2D), step=0.01)


@dataclass(frozen=True)
class Accent:
    """The accent of one scheme: what is filled, what is written on it, what is written in it."""

    fill: str
    on_fill: str
    strong: str
    text: str
    soft: str


def parse(colour: str) -> Rgb:
    """`#rrggbb` as three bytes; ValueError for anything else."""
    if not _HEX.fullmatch(colour):
        raise ValueError("a colour is written as # and six hexadecimal digits, like #2f5fd0")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG's ratio of relative luminances, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def accent(colour: str, ground: Ground) -> Accent:
    """The accent that keeps AA on every background of the ground."""
    wish = parse(colour)
    fill = _until(wish, (ground.surface, ground.page), 3.0, ground.step)
    soft = _mix(fill, ground.surface, 0.12)
    backgrounds = (ground.surface, ground.page, ground.sunken, soft)
    text = _until(wish, backgrounds, 4.5, ground.step)
    strong = _shifted(fill, -0.06 if _ink_on(fill) == _WHITE else 0.06)
    return Accent(_hex(fill), _hex(_ink_on(fill)), _hex(strong), _hex(text), _hex(soft))


def correct(colour: str) -> str:
    """The colour as it will be seen in light; equal to what was asked when that is fine."""
    return accent(colour, LIGHT).fill


def looks(colour: str) -> list[dict[str, str]]:
    """The colours of a light and a dark page, for a picture of how the accent will be seen."""
    return [_look("light", colour, LIGHT), _look("dark", colour, DARK)]


def _look(name: str, colour: str, ground: Ground) -> dict[str, str]:
    tones = {"name": name, "page": _hex(ground.page), "surface": _hex(ground.surface), "sunken": _hex(ground.sunken)}
    return tones | {"ink": _hex(_ink_on(ground.page))} | asdict(accent(colour, ground))


def theme_css(colour: str, dark_colour: str | None = None) -> str:
    """The tenant's whole style sheet: five tokens, twice."""
    light = _tokens(accent(colour, LIGHT))
    dark = _tokens(accent(dark_colour or colour, DARK))
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def theme_name(slug: str, css: str) -> str:
    """The file name under /theme/, which changes with the content, so it may be cached for good."""
    return f"{slug}.{hashlib.sha256(css.encode()).hexdigest()[:12]}.css"


def _tokens(colours: Accent) -> str:
    return (
        f"--accent:{colours.fill};--on-accent:{colours.on_fill};--accent-strong:{colours.strong};"
        f"--accent-text:{colours.text};--accent-soft:{colours.soft}"
    )


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _until(colour: Rgb, grounds: tuple[Rgb, ...], ratio: float, step: float) -> Rgb:
    """Moves the lightness by `step` until every ground is far enough; ends at black or white."""
    for _ in range(101):
        if all(contrast(colour, ground) >= ratio for ground in grounds):
            return colour
        colour = _shifted(colour, step)
    return colour


def _shifted(colour: Rgb, by: float) -> Rgb:
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in colour))
    moved = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness + by)), saturation)
    red, green, blue = (round(channel * 255) for channel in moved)
    return red, green, blue


def _mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _ink_on(fill: Rgb) -> Rgb:
    """White where it reads; black otherwise (one of the two always reaches 4.5:1)."""
    return _WHITE if contrast(fill, _WHITE) >= 4.5 else _BLACK


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
