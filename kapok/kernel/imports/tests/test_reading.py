"""Whatever is handed in, the reader answers with rows or with a code, never with a crash."""

import io
import random
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from kapok.kernel.imports.errors import ImportRefused
from kapok.kernel.imports.reading.tables import open_table
from kapok.kernel.imports.tests.kinds import CARDS, HEAD


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(HEAD.strip().split(","))
    for n in range(30):
        book.active.append([f"K{n}", "林小满", "局", "2020-01-02", n])
    book.save(out)
    return out.getvalue()


def bundle() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.ofd", b"K1|x|y" * 40)
    return out.getvalue()


def with_parts_changed(content: bytes, chance: random.Random) -> bytes:
    """A sound package whose XML is not."""
    package = zipfile.ZipFile(io.BytesIO(content))
    parts = {name: package.read(name) for name in package.namelist()}
    name = chance.choice([name for name in parts if name.startswith("xl/")])
    parts[name] = changed(parts[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for each, body in parts.items():
            made.writestr(each, body)
    return out.getvalue()


KIND = replace(CARDS, read_file=lambda name, content: {"number": content[:5].hex()})
ODD = (
    b"<c r='ZZZZZ99999999' s='99999999999'>",
    b"<row r='-5'>",
    b"<v>1e999</v>",
    b' s="x"',
    b"&a;",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"\0",
)


def changed(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at, what = chance.randrange(len(made)), chance.random()
        if what < 0.4:
            made[at] = chance.randrange(256)
        elif what < 0.6:
            del made[at : at + chance.randint(1, 30)]
        else:
            made[at:at] = chance.choice(ODD)
    return bytes(made)


@pytest.mark.parametrize("source", ["workbook", "parts", "bundle", "text"])
def test_a_changed_file_gives_rows_or_a_code(source):
    chance = random.Random(20261125)
    whole = {"workbook": workbook(), "parts": workbook(), "bundle": bundle(), "text": (HEAD + "K1,林,局,,\n" * 30).encode()}[source]
    read = refused = 0
    for _ in range(150):
        content = (with_parts_changed if source == "parts" else changed)(whole, chance)
        try:
            for _row in open_table("x", content, KIND).rows:
                read += 1
        except ImportRefused as error:
            assert error.code.startswith("imports.")
            refused += 1
    assert read and refused
