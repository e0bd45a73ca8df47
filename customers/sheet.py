"""CSV files as people have them, read into rows of known columns. Pure: raises `SheetError` and nothing else."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_ROWS = 10_000
LONGEST_CELL = 2_000

COLUMNS = {
    "first_name": ("firstname", "givenname"),
    "last_name": ("lastname", "surname", "familyname"),
    "display_name": ("displayname", "name"),
    "email": ("email", "emailaddress", "userprincipalname", "upn", "username"),
    "location": ("location", "usagelocation", "country"),
    "roles": ("roles", "role"),
    "licenses": ("licenses", "license", "products", "product"),
}
REQUIRED = {"display_name": "Display name", "email": "Email"}
NOT_READ = {"statusupdate"}  # the original's column for the result
_DELIMITERS = (",", ";", "\t")
_SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"PK\x05\x06": "a ZIP archive",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a compressed file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


class SheetError(Exception):
    """The file is no list of users, in a sentence that says what would help."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line: its number in the file, its cells by known column, and how many cells stand beyond the header."""

    number: int
    cells: dict[str, str]
    surplus: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    rows: list[SheetRow]
    ignored: list[str]


def read_sheet(data: bytes) -> Sheet:
    """The rows of a CSV file, whatever its encoding, delimiter and line ends are."""
    lines = list(_lines(_text_of(data)))
    if not lines:
        raise SheetError("The file is empty. Download the template, fill it in and upload that.")
    _, header = lines[0]
    columns, ignored = _columns(header)
    if len(lines) == 1:
        raise SheetError("The file has a header and no rows. Add one row for each user.")
    rows = [_row(number, cells, columns, len(header)) for number, cells in lines[1:]]
    return Sheet(rows=rows, ignored=ignored)


def _text_of(data: bytes) -> str:
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise SheetError(f"This is {kind}, whatever its name says. Save the list as CSV and upload that.")
    text = _decoded(data)
    if "\0" in text:
        raise SheetError("This is no text file. Save the list as CSV and upload that.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    """By the byte order mark; else UTF-8; else as an old Excel writes it."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        if data[1:2] == b"\0":
            return data.decode("utf-16-le")
        if data[:1] == b"\0":
            return data.decode("utf-16-be")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each line that has any."""
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r"sep=(.)", first.strip("\ufeff "))  # Excel's own hint
    delimiter = told[1] if told else _delimiter(first)
    reader = csv.reader(io.StringIO(rest if told else text, newline=""), delimiter=delimiter, strict=True)
    found = 0
    try:
        for cells in reader:
            number = reader.line_num + bool(told)
            tidy = [cell.strip() for cell in cells]
            if not any(tidy):
                continue
            _check_length(number, tidy)
            found += 1
            if found > MOST_ROWS + 1:
                raise SheetError(f"The file has more than {MOST_ROWS:,} users. Split it into several files.")
            yield number, tidy
    except csv.Error as error:
        raise SheetError(f"Line {reader.line_num} can't be read: {error}. Look for a lone quote.") from error


def _check_length(number: int, cells: list[str]) -> None:
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise SheetError(
            f"Line {number} has a cell of more than {LONGEST_CELL:,} characters. This is no list of users."
        )


def _delimiter(header: str) -> str:
    bare = re.sub(r'"[^"]*"', "", header)
    return max(_DELIMITERS, key=bare.count)


def _columns(header: list[str]) -> tuple[dict[int, str], list[str]]:
    """Position -> column, and the headings that mean nothing here."""
    known = {word: column for column, words in COLUMNS.items() for word in words}
    columns, ignored = dict[int, str](), list[str]()
    for position, heading in enumerate(header):
        word = re.sub(r"[^a-z]", "", heading.casefold())
        column = known.get(word)
        if column is None:
            if heading and word not in NOT_READ:
                ignored.append(heading[:50])
        elif column in columns.values():
            raise SheetError(f"Two columns of the file mean {column.replace('_', ' ')}. Keep one of them.")
        else:
            columns[position] = column
    missing = [label for column, label in REQUIRED.items() if column not in columns.values()]
    if missing:
        raise SheetError(
            f"The first line has no column {' and no column '.join(missing)}. The template shows the headings."
        )
    return columns, ignored


def _row(number: int, cells: list[str], columns: dict[int, str], width: int) -> SheetRow:
    known = {column: cells[position] for position, column in columns.items() if position < len(cells)}
    return SheetRow(number=number, cells=known, surplus=sum(bool(cell) for cell in cells[width:]))
