"""What a file is, by its content, and the name it gets."""

import io
import zipfile

import pytest

from documents.kinds import HEAD, clean_name, fitting, kind_of


def archive(*members: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


TYPES = ("[Content_Types].xml", "<Types/>")
TAKEN = {
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100),
    "jpeg": b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + bytes(100),
    "gif": b"GIF89a" + bytes(50),
    "webp": b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(50),
    "bmp": b"BM\x36\x00\x00\x00\x00\x00" + bytes(60),
    "tiff": b"II*\x00\x08\x00\x00\x00" + bytes(40),
    "heif": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40),
    "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(40),
    "quicktime": b"\x00\x00\x00\x14ftypqt  " + bytes(40),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(50) + b"%%EOF\n",
    "rtf": rb"{\rtf1\ansi hello}",
    "docx": archive(TYPES, ("word/document.xml", "<w/>")),
    "xlsx": archive(TYPES, ("xl/workbook.xml", "<x/>")),
    "pptx": archive(TYPES, ("ppt/presentation.xml", "<p/>")),
    "odt": archive(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<o/>")),
    "ods": archive(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<o/>")),
    "odp": archive(("mimetype", "application/vnd.oasis.opendocument.presentation"), ("content.xml", "<o/>")),
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "zip": archive(("a.txt", "hi")),
    "gzip": b"\x1f\x8b\x08" + bytes(40),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(40),
    "text": b"From: ann@acme.example\r\nSubject: Router\r\n\r\nIt blinks.",
}
TEXTS = [
    b"a;b;c\n1;2;3\n",
    b'{"a": 1}',
    b"BMW, GIF, MZ",
    "Grüße".encode("cp1252"),
    "Grüße".encode("utf-16"),
    b"\xef\xbb\xbfwith a mark",
    "ü".encode() * HEAD,
    b"<?xml version='1.0'?><Invoice xmlns='urn:oasis'/>",
    b"<ann@acme.example> wrote: 1 < 2",
]
REFUSED = {
    "windows program": b"MZ\x90\x00" + bytes(100),
    "program posing as a film": b"MZ\x90\x00ftypmp42" + bytes(100),
    "linux program": b"\x7fELF\x02\x01\x01" + bytes(100),
    "mac program": b"\xcf\xfa\xed\xfe" + bytes(100),
    "java class": b"\xca\xfe\xba\xbe\x00\x00\x00\x34" + bytes(100),
    "script": b"#!/bin/sh\nrm -rf /\n",
    "page": b"\n\n <!DOCTYPE HTML><html></html>",
    "page behind a comment": b"<!-- hi --><script>alert(1)</script>",
    "page in UTF-16": "<html><script>".encode("utf-16"),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "svg behind a declaration": b"<?xml version='1.0'?><x:svg xmlns:x='http://www.w3.org/2000/svg'/>",
    "xhtml": b"<?xml version='1.0'?><a xmlns:h='http://www.w3.org/1999/xhtml'><h:script/></a>",
    "noise": bytes(range(256)) * 4,
    "noise that ends like a film": bytes(range(256)) + b"\xff\xd9",
}


@pytest.mark.parametrize("kind", TAKEN)
def test_it_knows_what_it_takes_by_content(kind: str) -> None:
    assert kind_of(TAKEN[kind], TAKEN[kind][-HEAD:]) == kind


@pytest.mark.parametrize("text", TEXTS)
def test_it_takes_texts_in_the_encodings_people_have(text: bytes) -> None:
    assert kind_of(text[:HEAD], text[-HEAD:]) == "text"


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_what_could_be_run_or_rendered(name: str) -> None:
    assert kind_of(REFUSED[name], REFUSED[name][-HEAD:]) is None


@pytest.mark.parametrize(
    ("kind", "given", "made", "content_type"),
    [
        ("png", "photo.PNG", "photo.PNG", "image/png"),
        ("png", "photo.html", "photo.html.png", "image/png"),
        ("pdf", "invoice", "invoice.pdf", "application/pdf"),
        ("text", "list.csv", "list.csv", "text/csv"),
        ("text", "mail.eml", "mail.eml", "message/rfc822"),
        ("text", "run.bat", "run.bat.txt", "text/plain"),
        ("text", "page.html", "page.html.txt", "text/plain"),
        ("ole", "sheet.xls", "sheet.xls", "application/vnd.ms-excel"),
        ("ole", "setup.msi", "setup.msi.doc", "application/msword"),
        ("zip", "app.jar", "app.jar.zip", "application/zip"),
    ],
)
def test_a_name_ends_as_its_content_wants(kind: str, given: str, made: str, content_type: str) -> None:
    assert fitting(kind, given) == (made, content_type)


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("C:\\Users\\ann\\photo.png", "photo.png"),
        ("../../etc/passwd", "passwd"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a\r\nb: c?.pdf", "ab_ c_.pdf"),
        ("  .hidden. ", "hidden"),
        ("Rechnung für Größe.pdf", "Rechnung für Größe.pdf"),
        ("x" * 500 + ".pdf", "x" * 196 + ".pdf"),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_name_is_cleaned(given: str, cleaned: str) -> None:
    assert clean_name(given) == cleaned


@pytest.mark.parametrize("given", ["/", "..", "\u202e", "a/", " . "])
def test_a_name_with_nothing_in_it_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        clean_name(given)
