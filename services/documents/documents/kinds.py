"""What a file is, by its content; and a name that says the same.

The name never decides whether a file is taken. Afterwards it is made to end as its content wants, so that
a script, a page or a program cannot travel under an ending that a computer would run or render.
"""

import codecs
import re
import unicodedata

import puremagic

HEAD = 64 * 1024
"""Bytes from the start of a file, and from its end, that decide what it is."""
NAME_LENGTH = 200
_LONGEST_ENDING = 12

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

KINDS: dict[str, dict[str, str]] = {
    "png": {".png": "image/png"},
    "jpeg": {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jpe": "image/jpeg", ".jfif": "image/jpeg"},
    "gif": {".gif": "image/gif"},
    "webp": {".webp": "image/webp"},
    "bmp": {".bmp": "image/bmp"},
    "tiff": {".tiff": "image/tiff", ".tif": "image/tiff"},
    "heif": {".heic": "image/heic", ".heif": "image/heif"},
    "mp4": {".mp4": "video/mp4", ".m4v": "video/mp4"},
    "quicktime": {".mov": "video/quicktime"},
    "pdf": {".pdf": "application/pdf"},
    "rtf": {".rtf": "application/rtf"},
    "docx": {".docx": _OOXML + "wordprocessingml.document"},
    "xlsx": {".xlsx": _OOXML + "spreadsheetml.sheet"},
    "pptx": {".pptx": _OOXML + "presentationml.presentation"},
    "odt": {".odt": _ODF + "text"},
    "ods": {".ods": _ODF + "spreadsheet"},
    "odp": {".odp": _ODF + "presentation"},
    "ole": {
        ".doc": "application/msword",
        ".xls": "application/vnd.ms-excel",
        ".ppt": "application/vnd.ms-powerpoint",
        ".msg": "application/vnd.ms-outlook",
    },
    "zip": {".zip": "application/zip"},
    "gzip": {".gz": "application/gzip", ".tgz": "application/gzip"},
    "7z": {".7z": "application/x-7z-compressed"},
    "text": {".txt": "text/plain", ".csv": "text/csv", ".eml": "message/rfc822", ".json": "application/json"}
    | dict.fromkeys((".log", ".md", ".tsv", ".ini", ".conf", ".cfg", ".yaml", ".yml", ".ics", ".vcf"), "text/plain"),
}
"""Every kind that is taken, the endings that fit it, and the content type of each; the first is the usual one."""

PREVIEWS = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
"""Content types a browser may show by itself."""

DRAWN = PREVIEWS | {"image/bmp", "image/tiff"}
"""F155: content types of which a small picture is drawn."""

_BY_MAGIC = {
    "image/png": "png",
    "image/jpeg": "jpeg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/x-ms-bmp": "bmp",
    "image/tiff": "tiff",
    "image/heif": "heif",
    "image/heic": "heif",
    "video/mp4": "mp4",
    "video/quicktime": "quicktime",
    "application/pdf": "pdf",
    "application/msword": "ole",
    "application/x-gzip": "gzip",
    "application/x-7z-compressed": "7z",
}
# A file can be two things at once: whatever a system would run is refused before anything else is looked for.
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf"),
    *(b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"dex\n", b"\x00asm"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# The tags by which browsers take a text for a page (WHATWG MIME Sniffing, 7.1), and SVG.
_PAGE = re.compile(
    r"<(!doctype|html|head|body|script|iframe|h1|div|font|table|style|title|svg|a|b|br|p|!--)(?![a-z0-9])"
)
_LIVELY_XML = re.compile(r"<([a-z0-9_-]+:)?(svg|html|script)|www\.w3\.org/(1999/xhtml|2000/svg)|<\?xml-stylesheet")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def kind_of(head: bytes, tail: bytes) -> str | None:
    """The kind of a file's content, one of KINDS; None for what is not taken."""
    text = _as_text(head)
    if text is not None:
        return _kind_of_text(text)
    if head.startswith(_PROGRAMS):
        return None
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(head, tail)
    return _kind_by_magic(head)


def _as_text(head: bytes) -> str | None:
    encoding = next((name for bom, name in _BOMS.items() if head.startswith(bom)), "utf-8")
    for candidate in (encoding, "cp1252"):
        try:
            text = codecs.getincrementaldecoder(candidate)().decode(head)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None


def _kind_of_text(text: str) -> str | None:
    start = text.lstrip("\ufeff \t\r\n\f\v").lower()
    if start.startswith("%pdf-"):
        return "pdf"
    if start.startswith("{\\rtf"):
        return "rtf"
    if start.startswith("#!") or _PAGE.match(start):
        return None
    if start.startswith("<") and _LIVELY_XML.search(start):
        return None
    return "text"


def _kind_of_zip(head: bytes, tail: bytes) -> str:
    if head[30:38] == b"mimetype":
        return next((kind for kind in ("odt", "ods", "odp") if _odf(kind) in head[38:100]), "zip")
    if b"[Content_Types].xml" in head or b"[Content_Types].xml" in tail:
        folders = {b"word/": "docx", b"xl/": "xlsx", b"ppt/": "pptx"}
        return next((kind for folder, kind in folders.items() if folder in head or folder in tail), "zip")
    return "zip"


def _odf(kind: str) -> bytes:
    return KINDS[kind][f".{kind}"].encode()


def _kind_by_magic(head: bytes) -> str | None:
    try:
        # What only the end of a file looks like (a negative offset) proves nothing.
        found = [match for match in puremagic.magic_string(head) if match.offset >= 0]
    except puremagic.PureError:
        return None
    best = [match for match in found if match.confidence == found[0].confidence]
    return next((_BY_MAGIC[match.mime_type] for match in best if match.mime_type in _BY_MAGIC), None)


def fitting(kind: str, file_name: str) -> tuple[str, str]:
    """The file name with an ending that fits its kind, and the content type that goes with it."""
    endings = KINDS[kind]
    ending = next((end for end in endings if file_name.lower().endswith(end)), None)
    if ending is None:
        ending = next(iter(endings))
        file_name += ending
    return file_name, endings[ending]


def clean_name(given: str) -> str:
    """A file name without folders, without what a system or an eye could be deceived by. Raises ValueError."""
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))
    name = re.sub(r'[<>:"|?*]', "_", name).strip(". ")
    if not name:
        raise ValueError("needs a name")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) >= _LONGEST_ENDING:
        return name[:NAME_LENGTH]
    return f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}"
