"""Files broken on purpose, by seed: in the ZIP, in the XML, in the bytes.

Run as a program it reads, checks, searches and draws them one after another in a process of its own and reports, as JSON, what came
of each and how much memory it took: `python -m kapok.kernel.ofd.tests.mutating FOLDER COUNT`.
"""

import json
import random
import re
import struct
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from kapok.kernel.ofd.tests.packing import unpack

NUMBERS = ("-1", "0", "1e308", "NaN", "-Infinity", "99999999999999999999", "g 999999999 1", "", "é", "1 2", "0 0 0 0", "0 0 1e9 1e9")
PATHS = ("../../etc/passwd", "/etc/passwd", "OFD.xml", "Document.xml", "Content.xml", "/Doc_0/Document.xml", "..\\x", "C:/x", "a" * 4000)
INSERTS = (
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    b"<ofd:PageBlock>" * 300,
    b"<ofd:PageBlock>" * 60 + b"</ofd:PageBlock>" * 60,
    b'<ofd:TextObject ID="7" Boundary="0 0 1 1" Font="3" Size="9"><ofd:TextCode DeltaX="g 999999 1">x</ofd:TextCode></ofd:TextObject>',
    b'<ofd:CompositeObject ID="8" Boundary="0 0 9 9" ResourceID="1"/>' * 50,
    b"<x/>" * 20_000,
    b"&#0;",
    b"\xff\xfe\x00",
)


def mutate(content: bytes, random_: random.Random) -> tuple[str, bytes]:
    """A broken copy and the name of what was done to it."""
    deed = random_.choice(DEEDS)
    return deed.__name__.strip("_"), deed(content, random_)


def _flip_bytes(content: bytes, random_: random.Random) -> bytes:
    broken = bytearray(content)
    for _ in range(random_.choice((1, 3, 20))):
        broken[random_.randrange(len(broken))] = random_.randrange(256)
    return bytes(broken)


def _cut_off(content: bytes, random_: random.Random) -> bytes:
    return content[: random_.randrange(len(content))]


def _lengthen(content: bytes, random_: random.Random) -> bytes:
    at = random_.randrange(len(content))
    return content[:at] + random_.randbytes(random_.choice((1, 50, 5000))) + content[at:]


def _headers(content: bytes, random_: random.Random) -> bytes:
    """A central directory that lies about sizes, flags, methods or names."""
    broken = bytearray(content)
    entries = [found.start() for found in re.finditer(b"PK\x01\x02", content)]
    if not entries:
        return content
    at = random_.choice(entries)
    place, width = random_.choice(((8, "<H"), (10, "<H"), (20, "<I"), (24, "<I"), (28, "<H"), (38, "<I"), (42, "<I")))
    value = random_.choice((0, 1, 99, 0xFFFF, random_.randrange(1 << 16)))
    if width == "<I":
        value = random_.choice((0, 1, 0xFFFFFFFF, 0xA1FF0000, random_.randrange(1 << 32)))
    struct.pack_into(width, broken, min(at + place, len(broken) - 4), value)
    return bytes(broken)


def _names(content: bytes, random_: random.Random) -> bytes:
    """The same parts under names no honest writer gives, or one twice, or a bomb among them."""
    files = unpack(content)
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.items():
            strange = random_.random() < 0.15
            archive.writestr(
                random_.choice((f"../{name}", f"/{name}", name.replace("/", "\\"), f"C:{name}", name)) if strange else name, part
            )
        if random_.random() < 0.3:
            archive.writestr("Doc_0/Res/zeros.bin", bytes(random_.choice((1, 20, 60)) * 1024 * 1024))
        if random_.random() < 0.2:
            link = zipfile.ZipInfo("Doc_0/link")
            link.external_attr = 0xA1FF << 16
            archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def _many_parts(content: bytes, random_: random.Random) -> bytes:
    files = unpack(content)
    files.update({f"Doc_0/x/{number}": b"" for number in range(random_.choice((500, 4100)))})
    return _packed(files)


def _part_bytes(content: bytes, random_: random.Random) -> bytes:
    """Inside a part that is then packed soundly: fonts, pictures and seals meet their own readers."""
    files = unpack(content)
    names = [name for name in files if not name.endswith(".xml") and files[name]] or list(files)
    name = random_.choice(names)
    files[name] = random_.choice((_flip_bytes, _cut_off, _lengthen))(files[name], random_)
    return _packed(files)


def _xml_text(content: bytes, random_: random.Random) -> bytes:
    """Something set in the middle of an XML part, or a piece of it gone."""
    files, name = _some_xml(content, random_)
    part = files[name]
    at = part.find(b">", random_.randrange(len(part))) + 1 or len(part)
    if random_.random() < 0.6:
        files[name] = part[:at] + random_.choice(INSERTS) + part[at:]
    else:
        files[name] = part[:at] + part[at + random_.choice((1, 10, 300)) :]
    return _packed(files)


def _xml_values(content: bytes, random_: random.Random) -> bytes:
    """Values of attributes replaced by numbers and paths from hell."""
    files, name = _some_xml(content, random_)
    chance = random_.choice((0.02, 0.2, 0.9))

    def other(found: re.Match[bytes]) -> bytes:
        if random_.random() > chance or found[1].startswith(b"xmlns"):
            return found[0]
        return found[1] + b'="' + random_.choice(NUMBERS + PATHS).encode() + b'"'

    files[name] = re.sub(rb'([\w:]+)="([^"]*)"', other, files[name])
    return _packed(files)


def _xml_circles(content: bytes, random_: random.Random) -> bytes:
    """References that come back: a page that is its document, templates and composites that hold themselves."""
    files, name = _some_xml(content, random_)
    part = files[name]
    target = random_.choice((name, "OFD.xml", "/Doc_0/Document.xml", name.rpartition("/")[2]))
    part = re.sub(rb'BaseLoc="[^"]*"', b'BaseLoc="' + target.encode() + b'"', part, count=random_.choice((1, 0)))
    part = re.sub(rb"(<\w+:(?:FileLoc|DocRoot|Signatures)>)[^<]*", rb"\g<1>" + target.encode(), part)
    files[name] = part.replace(b"<ofd:Content>", b'<ofd:Template TemplateID="2"/><ofd:Template TemplateID="9"/><ofd:Content>')
    return _packed(files)


def _xml_encoding(content: bytes, random_: random.Random) -> bytes:
    files, name = _some_xml(content, random_)
    words = files[name].decode("utf-8", "replace")
    if random_.random() < 0.5:
        words = "<!DOCTYPE x>" + re.sub(r"<\?xml[^>]*>", "", words)
    files[name] = re.sub(r'encoding="[^"]*"', "", words).encode(random_.choice(("utf-16", "utf-16-be", "gb18030", "utf-32")), "replace")
    return _packed(files)


def _some_xml(content: bytes, random_: random.Random) -> tuple[dict[str, bytes], str]:
    files = unpack(content)
    return files, random_.choice([name for name in files if name.endswith(".xml")])


def _packed(files: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return made.getvalue()


DEEDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip_bytes, _cut_off, _lengthen, _headers, _names, _many_parts, _part_bytes, _part_bytes, _xml_text, _xml_text, _xml_values,
    _xml_values, _xml_circles, _xml_encoding,
)  # fmt: skip


def outcome(content: bytes) -> str:
    """`read` or the code of the refusal; anything else that is raised is a crash and comes through."""
    from kapok.kernel.ofd.checks import check_ofd
    from kapok.kernel.ofd.package import read_ofd
    from kapok.kernel.ofd.refusals import OfdRefused
    from kapok.kernel.ofd.svg import draw_page
    from kapok.kernel.ofd.words import search, text_of

    try:
        package = read_ofd(content)
        for page in package.pages[:3]:
            draw_page(package, page.number)
        text_of(package)
        search(package, "一")
        check_ofd(package)
    except OfdRefused as refused:
        assert refused.message()
        return refused.code
    return "read"


def run(folder: Path, count: int) -> dict[str, Any]:
    """All of it in this process."""
    bases = [path.read_bytes() for path in sorted(folder.glob("*.ofd"))]
    outcomes: Counter[str] = Counter()
    crashes: list[str] = []
    slowest = 0.0
    for seed in range(count):
        random_ = random.Random(seed)
        name, content = mutate(random_.choice(bases), random_)
        started = time.process_time()
        try:
            outcomes[outcome(content)] += 1
        except Exception as error:
            crashes.append(f"seed {seed} {name}: {type(error).__name__} {error}"[:300])
        slowest = max(slowest, time.process_time() - started)
    return {"outcomes": outcomes, "crashes": crashes, "peak_mib": _peak(), "slowest": round(slowest, 2)}


def _peak() -> float:
    """The most memory this program held, in MiB; getrusage would count what the process was before it became this program."""
    words = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return round(int(words[1]) / 1024, 1) if words else 0.0


if __name__ == "__main__":
    from django.conf import settings

    settings.configure(USE_I18N=False)
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]))))
