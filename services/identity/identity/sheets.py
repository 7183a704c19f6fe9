"""A table of text out of the bytes somebody uploaded, whatever their spreadsheet wrote."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from identity.errors.imports import FileNotRead, FileTooLarge
from kit.cells import plain

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100
LONGEST_CELL = 100_000

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NO_TEXT = "It holds bytes that no text has. Save it as CSV, in UTF-8 if you are asked, and send that."
_WORKBOOK = "It is a workbook, not a table of text. Save it as CSV first and send that."


class Row(NamedTuple):
    """A row of the file: the line it begins on, counted from 1, and its cells."""

    line: int
    cells: list[str]


class Sheet(NamedTuple):
    """What a file holds: the names of its columns, and its rows."""

    header: list[str]
    rows: list[Row]


def read(content: bytes) -> Sheet:
    """The table in a file. Raises FileTooLarge, FileNotRead with a sentence that says what to do."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge()
    text, skipped = _without_hint(decoded(content))
    rows = _rows(text, _delimiter(text), skipped)
    header = next(rows, Row(1, []))
    if not any(header.cells):
        raise FileNotRead("The file is empty. Its first line names the columns, the rows follow.")
    if len(header.cells) > MOST_COLUMNS:
        raise FileNotRead(f"It has {len(header.cells)} columns; at most {MOST_COLUMNS} are taken.")
    if any("@" in cell for cell in header.cells):
        raise FileNotRead("Its first line holds an e-mail address. Put a line with the names of the columns above it.")
    found = list(_at_most(rows))
    if not found:
        raise FileNotRead("It names columns, and no row follows.")
    return Sheet(header.cells, found)


def _at_most(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            raise FileTooLarge()
        yield row


def decoded(content: bytes) -> str:
    """The text: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252. Raises FileNotRead."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileNotRead(_WORKBOOK)
    try:
        text = _decoded(content)
    except UnicodeDecodeError as error:
        raise FileNotRead(_NO_TEXT) from error
    if any(sign < " " and sign not in "\t\r\n\x0b\x0c\x1a" for sign in set(text)):
        raise FileNotRead(_NO_TEXT)
    return text


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding)
    # Latin letters in UTF-16 are a NUL and a letter, in turn.
    for side, encoding in enumerate(("utf-16-be", "utf-16-le")):
        if content[side:200:2].count(0) * 4 > len(content[:200]):
            return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _without_hint(text: str) -> tuple[str, int]:
    """Without the line `sep=;` that some spreadsheets put first; how many lines that is."""
    first, _, rest = text.partition("\n")
    return (rest, 1) if first.strip().lower() in ("sep=,", "sep=;", "sep=\t", "sep=") else (text, 0)


def _delimiter(text: str) -> str:
    """What stands between the names of the columns, outside of quotes."""
    line = next((line for line in io.StringIO(text) if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(",;\t", key=outside.count)


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = skipped + 1
    try:
        for cells in reader:
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise csv.Error
            clean = [plain(cell.strip()) for cell in cells]
            if any(clean):
                yield Row(line, clean)
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        said = f"In the row that begins on line {line} a cell is longer than {LONGEST_CELL:,} characters."
        raise FileNotRead(f"{said} Perhaps a quotation mark is not closed.") from error
