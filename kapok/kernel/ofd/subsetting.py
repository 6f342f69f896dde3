"""The small font inside a file: only the glyphs its text needs, the same bytes for the same characters.

TrueType is cut here by hand in about a millisecond, because a general subsetter reads all 30,000 glyphs for each paper; the
collections of the system (CFF outlines) are rare and go through fontTools.
"""

import io
import logging
import struct
from functools import lru_cache
from typing import Any

from fontTools import subset as general
from fontTools.ttLib import TTFont

from kapok.kernel.ofd.fonts import Face, reading

logging.getLogger("fontTools").setLevel(logging.WARNING)
"""A subsetter that tells every glyph would write names of people into the log."""

_MAGIC = 0xB1B0AFBA
_KEPT = ("OS/2", "cvt ", "fpgm", "prep", "gasp")
_COMPOSITE = {"words": 0x0001, "scale": 0x0008, "more": 0x0020, "two_scales": 0x0040, "matrix": 0x0080}


@lru_cache(maxsize=512)
def subset(face: Face, characters: frozenset[str]) -> tuple[bytes, str]:
    """A font with these characters, and its file's ending."""
    if "glyf" in face.font and face.path.suffix == ".ttf":
        return _Cut(face, sorted(map(ord, characters))).build(), "ttf"
    return _general(face, characters), "otf"


def _general(face: Face, characters: frozenset[str]) -> bytes:
    options = general.Options()
    options.set(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[1, 2, 4, 6])
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "GDEF", "GPOS", "GSUB"]
    font = TTFont(face.path, fontNumber=face.number, recalcTimestamp=False)
    cutter = general.Subsetter(options)
    cutter.populate(unicodes=[ord(character) for character in characters])
    cutter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@lru_cache(maxsize=8)
def _source(face: Face) -> dict[str, Any]:
    """The raw parts of a TrueType font that cutting needs."""
    with reading:
        reader = face.font.reader
        long = face.font["head"].indexToLocFormat == 1
        raw = reader["loca"]
        count = len(raw) // (4 if long else 2)
        offsets = struct.unpack(f">{count}{'L' if long else 'H'}", raw)
        numbers = {name: number for number, name in enumerate(face.font.getGlyphOrder())}
        return {
            "glyf": reader["glyf"],
            "offsets": offsets if long else tuple(offset * 2 for offset in offsets),
            "numbers": {code: numbers[name] for code, name in face.glyph_names.items()},
            "metrics": [face.font["hmtx"].metrics[name] for name in face.font.getGlyphOrder()],
            "tables": {tag: reader[tag] for tag in (*_KEPT, "head", "hhea", "maxp") if tag in reader},
        }


class _Cut:
    """One cutting: glyph 0, then a glyph per character in code point order, then the parts composites are made of."""

    def __init__(self, face: Face, codes: list[int]) -> None:
        self.face, self.codes, self.source = face, codes, _source(face)
        self.glyphs = [0, *(self.source["numbers"][code] for code in codes)]
        self.places: dict[int, int] = {}
        for place, glyph in enumerate(self.glyphs):
            self.places.setdefault(glyph, place)

    def build(self) -> bytes:
        loca, glyf = [0], bytearray()
        index = 0
        while index < len(self.glyphs):
            glyf += self._glyph(self.glyphs[index])
            glyf += b"\0" * (-len(glyf) % 4)
            loca.append(len(glyf))
            index += 1
        count = len(self.glyphs)
        kept: dict[str, bytes] = self.source["tables"]
        head = bytearray(kept["head"])
        head[8:12] = b"\0" * 4
        head[50:52] = struct.pack(">h", 1)
        tables = {
            **{tag: kept[tag] for tag in _KEPT if tag in kept},
            "cmap": _cmap(self.codes),
            "glyf": bytes(glyf),
            "head": bytes(head),
            "hhea": kept["hhea"][:34] + struct.pack(">H", count),
            "hmtx": b"".join(struct.pack(">Hh", *self.source["metrics"][glyph]) for glyph in self.glyphs),
            "loca": struct.pack(f">{len(loca)}L", *loca),
            "maxp": kept["maxp"][:4] + struct.pack(">H", count) + kept["maxp"][6:],
            "name": _name(self.face),
            "post": struct.pack(">LlhhLLLLL", 0x00030000, 0, -100, 50, 0, 0, 0, 0, 0),
        }
        return _assembled(tables)

    def _glyph(self, glyph: int) -> bytes:
        start, end = self.source["offsets"][glyph : glyph + 2]
        raw: bytes = self.source["glyf"][start:end]
        if len(raw) < 10 or struct.unpack_from(">h", raw)[0] >= 0:
            return raw
        return self._composite(bytearray(raw))

    def _composite(self, raw: bytearray) -> bytes:
        """A glyph made of others: its parts are taken along under their new numbers."""
        at = 10
        while True:
            flags, part = struct.unpack_from(">HH", raw, at)
            if part not in self.places:
                self.places[part] = len(self.glyphs)
                self.glyphs.append(part)
            struct.pack_into(">H", raw, at + 2, self.places[part])
            at += 8 if flags & _COMPOSITE["words"] else 6
            at += 2 if flags & _COMPOSITE["scale"] else 4 if flags & _COMPOSITE["two_scales"] else 8 if flags & _COMPOSITE["matrix"] else 0
            if not flags & _COMPOSITE["more"]:
                return bytes(raw)


def _cmap(codes: list[int]) -> bytes:
    """Format 4 for the basic plane and format 12 for all; glyph n+1 belongs to the n-th code."""
    stretches: list[list[int]] = []
    for place, code in enumerate(codes, 1):
        if stretches and code == stretches[-1][1] + 1 and code != 0x10000:
            stretches[-1][1] = code
        else:
            stretches.append([code, code, place])
    basic = [s for s in stretches if s[1] < 0xFFFF] + [[0xFFFF, 0xFFFF, 0]]
    count = len(basic)
    power = 1 << (count.bit_length() - 1)
    deltas = [(s[2] - s[0]) & 0xFFFF for s in basic[:-1]] + [1]
    four = struct.pack(
        f">7H{count}HH{count}H{count}H{count}H",
        *(4, 16 + 8 * count, 0, count * 2, power * 2, power.bit_length() - 1, (count - power) * 2),
        *(s[1] for s in basic), 0, *(s[0] for s in basic), *deltas, *([0] * count),
    )  # fmt: skip
    twelve = struct.pack(">HHLLL", 12, 0, 16 + 12 * len(stretches), 0, len(stretches))
    twelve += b"".join(struct.pack(">LLL", *stretch) for stretch in stretches)
    return struct.pack(">HHHHLHHL", 0, 2, 3, 1, 20, 3, 10, 20 + len(four)) + four + twelve


@lru_cache(maxsize=8)
def _name(face: Face) -> bytes:
    style = "Bold" if face.weight == "bold" else "Regular"
    words = {1: face.family, 2: style, 4: f"{face.family} {style}", 6: f"{face.family.replace(' ', '')}-{style}"}
    texts = {key: word.encode("utf-16-be") for key, word in words.items()}
    records, at = b"", 0
    for key, text in texts.items():
        records += struct.pack(">6H", 3, 1, 0x409, key, len(text), at)
        at += len(text)
    return struct.pack(">3H", 0, len(texts), 6 + len(records)) + records + b"".join(texts.values())


def _checksum(raw: bytes) -> int:
    padded = raw + b"\0" * (-len(raw) % 4)
    return sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF


def _assembled(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    out = struct.pack(">LHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    at, directory, body, head_at = 12 + 16 * count, b"", b"", 0
    for tag in sorted(tables):
        raw = tables[tag]
        if tag == "head":
            head_at = at
        directory += tag.encode() + struct.pack(">LLL", _checksum(raw), at, len(raw))
        padded = raw + b"\0" * (-len(raw) % 4)
        body += padded
        at += len(padded)
    font = bytearray(out + directory + body)
    struct.pack_into(">L", font, head_at + 8, (_MAGIC - _checksum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)
