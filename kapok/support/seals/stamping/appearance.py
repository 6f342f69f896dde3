"""How a seal looks on a PDF's page: one form of vectors, shared by all its places, each scaled, clipped and turned as its page asks."""

import struct
import threading
from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from math import isclose

import typst
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import find_inherited_value_in_tree

from kapok.support.seals.data import StampPlace
from kapok.support.seals.errors import SealRefused

POINTS = 72 / 25.4
"""In a millimetre."""

SIDE = 100
"""Points of the master drawing's longer side."""

PRINTED, LOCKED, FIXED = 4, 128, 512
Box = tuple[float, float, float, float]
_SOURCE = """#set document(date: none)
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#image(bytes(sys.inputs.drawing), format: "svg", width: %dpt)
"""
_RASTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}">'
    '<image width="{0}" height="{1}" href="{2}"/></svg>'
)
_KINDS = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"GIF8", "image/gif"))
_lock = threading.Lock()


class Appearance:
    """The picture inside one PDF that is being written."""

    def __init__(self, writer: IncrementalPdfFileWriter, picture: bytes | str) -> None:
        self.writer = writer
        reader = PdfFileReader(BytesIO(_as_pdf(picture)))
        self.form = writer.import_page_as_xobject(reader)
        bounds = [float(number) for number in self.form.get_object()["/BBox"]]
        self.size = bounds[2] - bounds[0], bounds[3] - bounds[1]

    def box(self, place: StampPlace) -> Box:
        """Where the place's visible part lies in the page's own coordinates; refused when outside of the page."""
        bounds, turn = self._page(place.page)
        x, y, width, height = _visible(place)
        across, down = bounds[2] - bounds[0], bounds[3] - bounds[1]
        if turn in (90, 270):
            across, down = down, across
        left, top, right, bottom = x * POINTS, y * POINTS, (x + width) * POINTS, (y + height) * POINTS
        if left < -1 or top < -1 or right > across + 1 or bottom > down + 1:
            raise SealRefused("seals.place", 422)
        corners = [_unturned(corner, turn, bounds) for corner in ((left, top), (right, bottom))]
        (x0, y0), (x1, y1) = corners
        return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def drawn(self, place: StampPlace) -> generic.IndirectObject:
        """The form that shows the place's part of the picture, upright on the turned page."""
        _, turn = self._page(place.page)
        x, y, width, height = _visible(place)
        shown_width, shown_height = width * POINTS, height * POINTS
        scale_x, scale_y = place.width * POINTS / self.size[0], place.height * POINTS / self.size[1]
        shift_x = -(x - place.x) * POINTS
        shift_y = -(place.height - (y - place.y) - height) * POINTS
        placed = " ".join(_number(each) for each in (scale_x, 0, 0, scale_y, shift_x, shift_y))
        resources = generic.DictionaryObject({pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/Seal"): self.form})})
        said = {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _array((0, 0, shown_width, shown_height)),
            pdf_name("/Resources"): resources,
        }
        if turn:
            said[pdf_name("/Matrix")] = _array({90: (0, 1, -1, 0, 0, 0), 180: (-1, 0, 0, -1, 0, 0), 270: (0, -1, 1, 0, 0, 0)}[turn])
        return self.writer.add_object(generic.StreamObject(said, stream_data=f"q {placed} cm /Seal Do Q".encode()))

    def add(self, place: StampPlace, box: Box) -> None:
        """One more place, as a stamp that is no form field; it is covered by the signature made in the same update."""
        page = self._reference(place.page)
        stamp = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Stamp"),
                pdf_name("/Rect"): _array(box),
                pdf_name("/F"): generic.NumberObject(PRINTED | LOCKED | FIXED),
                pdf_name("/P"): page,
                pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): self.drawn(place)}),
            }
        )
        self.writer.register_annotation(page, self.writer.add_object(stamp))

    def _reference(self, number: int) -> generic.IndirectObject:
        count = int(self.writer.root["/Pages"]["/Count"])
        if not 1 <= number <= count:
            raise SealRefused("seals.place", 422)
        return self.writer.find_page_for_modification(number - 1)[0]

    def _page(self, number: int) -> tuple[Box, int]:
        """The visible box of a page and by how much it is turned clockwise."""
        page = self._reference(number).get_object()
        found = find_inherited_value_in_tree(page, "/CropBox", "/Parent") or find_inherited_value_in_tree(page, "/MediaBox", "/Parent")
        x0, y0, x1, y1 = (float(each) for each in found)
        turn = int(find_inherited_value_in_tree(page, "/Rotate", "/Parent") or 0) % 360
        return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), turn if turn in (90, 180, 270) else 0


def _visible(place: StampPlace) -> Box:
    """The part that shows, in millimetres from the page's upper left corner."""
    if place.clip is None:
        return place.x, place.y, place.width, place.height
    return place.x + place.clip[0], place.y + place.clip[1], place.clip[2], place.clip[3]


def _unturned(corner: tuple[float, float], turn: int, bounds: Box) -> tuple[float, float]:
    """A point seen from the upper left corner of the page as shown, in the page's own coordinates."""
    x, y = corner
    left, bottom, right, top = bounds
    return {0: (left + x, top - y), 90: (left + y, bottom + x), 180: (right - x, bottom + y), 270: (right - y, top - x)}[turn]


def _array(numbers: tuple[float, ...]) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(_number(number)) for number in numbers)


def _number(number: float) -> str:
    return f"{0.0 if isclose(number, 0.0, abs_tol=1e-6) else number:.4f}".rstrip("0").rstrip(".")


@lru_cache(maxsize=256)
def _as_pdf(picture: bytes | str) -> bytes:
    """The picture as a page of its own size: vectors stay vectors."""
    drawing = picture if isinstance(picture, str) else _as_svg(picture)
    with _lock:
        made = _compiler().compile(input=(_SOURCE % SIDE).encode(), format="pdf", sys_inputs={"drawing": drawing})
    if not isinstance(made, bytes):
        raise SealRefused("seals.unreadable", 422, why="picture")
    return made


def _as_svg(picture: bytes) -> str:
    """A picture of dots, wrapped; one whose size is not told in its head is taken for a square."""
    kind = next((kind for start, kind in _KINDS if picture.startswith(start)), None)
    if kind is None:
        raise SealRefused("seals.unreadable", 422, why="picture")
    size = struct.unpack(">II", picture[16:24]) if kind == "image/png" else (100, 100)
    return _RASTER.format(*size, f"data:{kind};base64,{b64encode(picture).decode()}")


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(ignore_system_fonts=True)
