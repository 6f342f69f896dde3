"""Seals at their places: the picture inside the seal, whole or the strip a 骑缝章 shows on this page."""

from dataclasses import dataclass

from asn1crypto.core import Sequence

from kapok.kernel.ofd.drawing.marks import mark
from kapok.kernel.ofd.drawing.pictures import NotShown, data_uri
from kapok.kernel.ofd.drawing.sheet import Sheet
from kapok.kernel.ofd.reading.entries import SignatureEntry, Stamp
from kapok.kernel.ofd.reading.shapes import Box


@dataclass(frozen=True)
class SealPicture:
    """The picture of a seal, with the format it says it is."""

    format: str
    content: bytes


def seal_picture(signature: SignatureEntry) -> SealPicture | None:
    """From Seal.esl, else from the seal inside the signed value; the same places in all generations of SES."""
    found = _of_seal(signature.seal) if signature.seal else None
    if found is None and signature.signed_value:
        found = _of_signed(signature.signed_value)
    return found


def _of_seal(der: bytes) -> SealPicture | None:
    """SESeal = {info = {header, id, property, picture …} …}; picture = {type, data, width, height}."""
    try:
        return _picture(Sequence.load(der))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None


def _of_signed(der: bytes) -> SealPicture | None:
    """SES_Signature = {toSign = {version, seal …} …}."""
    try:
        return _picture(Sequence.load(der)[0][1])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None


def _picture(seal: Sequence) -> SealPicture:
    picture = seal[0][3]
    return SealPicture(str(picture[0].native), bytes(picture[1].native))


def draw_stamps(sheet: Sheet, signatures: tuple[SignatureEntry, ...], seal_href: str) -> str:
    """Every stamp of this page, each a link to the seal's details (`seal_href` + the signature's place in the file, from 1)."""
    drawn: list[str] = []
    for at, signature in enumerate(signatures, 1):
        here = [stamp for stamp in signature.stamps if stamp.page == sheet.number]
        drawn += [_stamp(sheet, signature, stamp, at, seal_href) for stamp in here]
    return "".join(drawn)


def _stamp(sheet: Sheet, signature: SignatureEntry, stamp: Stamp, at: int, seal_href: str) -> str:
    box = stamp.boundary
    picture = seal_picture(signature)
    if picture is None:
        inner = sheet.missing("ofd.seal_picture", signature.id, box)
    else:
        try:
            inner = _shown(sheet, picture, box, at)
        except NotShown as why:
            inner = sheet.missing("ofd.seal_picture", why.what, box)
    seen = box if stamp.clip is None else Box(box.x + stamp.clip.x, box.y + stamp.clip.y, stamp.clip.width, stamp.clip.height)
    if stamp.clip is not None:
        held = mark("rect", x=seen.x, y=seen.y, width=seen.width, height=seen.height)
        name = sheet.fresh("seal", lambda key: mark("clipPath", held, id=key))
        inner = mark("g", inner, clip_path=f"url(#{name})")
    area = mark("rect", x=seen.x, y=seen.y, width=seen.width, height=seen.height, fill="#fff", fill_opacity="0")
    made = mark("a", inner + area, href=f"{seal_href}{at}", class_="ofd-seal", data_seal=at, aria_label=sheet.seal_label(at))
    sheet.spend(len(made))
    return made


def _shown(sheet: Sheet, picture: SealPicture, box: Box, at: int) -> str:
    if picture.content.startswith(b"PK\x03\x04"):
        return sheet.paper_in_paper(picture.content, box, f"{sheet.prefix}-s{at}")
    address = data_uri(picture.content, picture.format)
    name = sheet.define(f"s{at}", lambda key: mark("image", id=key, href=address, width=1, height=1, preserveAspectRatio="none"))
    return mark("use", href=f"#{name}", transform=f"matrix({box.width:g} 0 0 {box.height:g} {box.x:g} {box.y:g})")
