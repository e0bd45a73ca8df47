"""CSV files as people have them."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.sheet import MOST_ROWS, SheetError, read_sheet

TEXT = 'First name,Last name,Display name,Email\r\nÅsa,"Born, Jr.",Åsa Born,asa@fabrikam.com\r\n'
CELLS = {"first_name": "Åsa", "last_name": "Born, Jr.", "display_name": "Åsa Born", "email": "asa@fabrikam.com"}
HEAD = "Display name,Email\n"


def only(data):
    (row,) = read_sheet(data).rows
    return row.cells


def test_every_encoding_delimiter_and_line_end_reads_the_same():
    semicolons = TEXT.replace(",", ";").replace("Born; Jr.", "Born, Jr.")
    tabs = TEXT.replace('"Born, Jr."', "Born, Jr.").replace(",", "\t").replace("Born\t Jr.", "Born, Jr.")
    files = {
        "utf-8": TEXT.encode(),
        "bom": TEXT.encode("utf-8-sig"),
        "utf-16": TEXT.encode("utf-16"),
        "utf-16-be with bom": b"\xfe\xff" + TEXT.encode("utf-16-be"),
        "utf-16-le without": TEXT.encode("utf-16-le"),
        "utf-16-be without": TEXT.encode("utf-16-be"),
        "cp1252": TEXT.encode("cp1252"),
        "semicolons": semicolons.encode(),
        "tabs": tabs.encode(),
        "excel's hint": b"sep=;\r\n" + semicolons.encode(),
        "unix": TEXT.replace("\r\n", "\n").encode(),
        "old mac": TEXT.replace("\r\n", "\r").encode(),
        "blank lines": TEXT.replace("\r\n", "\r\n\r\n,,,\r\n").encode(),
        "no last line end": TEXT.strip().encode(),
        "quoted all over": '"First name","Last name","Display name","Email"\n'
        '"Åsa","Born, Jr.","Åsa Born","asa@fabrikam.com"'.encode(),
    }
    assert {name: only(data) for name, data in files.items()} == dict.fromkeys(files, CELLS)


def test_headings_are_known_by_many_names_and_others_are_told():
    data = b"UPN;name;E-Mail notes;USAGE LOCATION;Status update\na@b.example;Ana;x;SK;\n"
    sheet = read_sheet(data)
    assert sheet.rows[0].cells == {"email": "a@b.example", "display_name": "Ana", "location": "SK"}
    assert sheet.ignored == ["E-Mail notes"]


def test_lines_have_the_numbers_of_the_file_and_surplus_cells_are_counted():
    sheet = read_sheet(b"Display name,Email\n\nAna,a@b.example\nBo,b@b.example,more,,x\n")
    assert [(row.number, row.surplus) for row in sheet.rows] == [(3, 0), (4, 2)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"\n\n\n", "The file is empty."),
        (b"PK\x03\x04rest", "This is a ZIP archive or an Excel workbook, whatever its name says."),
        (b"%PDF-1.7 rest", "This is a PDF, whatever its name says."),
        (b"\xd0\xcf\x11\xe0rest", "This is an old Excel workbook, whatever its name says."),
        (b"abc\0\0\0def", "This is no text file."),
        (b"Display name,Email\n", "The file has a header and no rows."),
        (b"Ana,Born\nx,y\n", "The first line has no column Display name and no column Email."),
        (b"Display name,Email,UPN\nx,y,z\n", "Two columns of the file mean email."),
        (b'Display name,Email\n"x,y\n', "Line 2 can't be read:"),
        (HEAD.encode() + b"x" * 2001 + b",y\n", "Line 2 has a cell of more than 2,000 characters."),
    ],
)
def test_what_is_no_list_of_users_is_said(data, message):
    with pytest.raises(SheetError) as caught:
        read_sheet(data)
    assert str(caught.value).startswith(message)


def test_ten_thousand_rows_are_read_and_one_more_is_not():
    line = "Ana,a@b.example\n"
    assert len(read_sheet((HEAD + line * MOST_ROWS).encode()).rows) == MOST_ROWS
    with pytest.raises(SheetError, match=r"more than 10,000 users"):
        read_sheet((HEAD + line * (MOST_ROWS + 1)).encode())


AFTER_A_HEADER = st.text(max_size=300).map(lambda text: (HEAD + text).encode("utf-8", "replace"))


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=300), AFTER_A_HEADER))
def test_no_file_raises_anything_but_the_readers_own_error(data):
    with suppress(SheetError):
        assert read_sheet(data).rows


PRINTABLE = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=30).map(str.strip)


@given(st.lists(st.tuples(PRINTABLE.filter(bool), PRINTABLE), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_what_a_spreadsheet_writes_comes_back(rows, delimiter):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["Display name", "Email"])
    writer.writerows(rows)
    found = [(row.cells["display_name"], row.cells["email"]) for row in read_sheet(file.getvalue().encode()).rows]
    assert found == rows
