"""What the pages of a file share: ids in the order of use, fonts with their subsets, pictures kept once."""

from dataclasses import dataclass, field

from kapok.kernel.ofd.errors import NotWritable
from kapok.kernel.ofd.fonts import Face, runs
from kapok.kernel.ofd.pages import Item, Picture, TextLine
from kapok.kernel.ofd.subsetting import subset
from kapok.kernel.ofd.writing.xml import HEAD, NAMESPACE, quote

_SIGNATURES = {b"\x89PNG\r\n\x1a\n": ("PNG", "png"), b"\xff\xd8\xff": ("JPEG", "jpg")}


def picture_format(content: bytes) -> tuple[str, str]:
    """The format's name and file ending; `NotWritable` unless it is PNG or JPEG."""
    for start, found in _SIGNATURES.items():
        if content.startswith(start):
            return found
    raise NotWritable(why="picture is neither PNG nor JPEG")


@dataclass
class Resources:
    """Collects what items need and hands out ids."""

    last_id: int = 0
    fonts: dict[Face, int] = field(default_factory=dict)
    characters: dict[Face, set[str]] = field(default_factory=dict)
    pictures: dict[bytes, int] = field(default_factory=dict)
    shown: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def collect(self, items: tuple[Item, ...]) -> None:
        """Give an id to every font and picture the items use."""
        for item in items:
            if isinstance(item, TextLine):
                for face, start, end in runs(item.text, item.font):
                    if face not in self.fonts:
                        self.fonts[face], self.characters[face] = self.next_id(), set()
                    self.characters[face].update(item.text[start:end])
            elif isinstance(item, Picture) and item.content not in self.pictures:
                picture_format(item.content)
                self.pictures[item.content] = self.next_id()

    def note(self, tag: str, page: int, item: int) -> None:
        """Remember that an object shows a data field."""
        if tag:
            self.shown.setdefault(tag, []).append((page, item))

    def files(self) -> dict[str, bytes]:
        """PublicRes.xml with the fonts, DocumentRes.xml with the pictures, and their files below Res/."""
        fonts, files = "", {}
        for face, number in self.fonts.items():
            content, ending = subset(face, frozenset(self.characters[face]))
            files[f"Res/font_{number}.{ending}"] = content
            bold = ' Bold="true"' if face.weight == "bold" else ""
            name = quote(face.family)
            fonts += (
                f'<ofd:Font ID="{number}" FontName="{name}" FamilyName="{name}" Charset="unicode"{bold}>'
                f"<ofd:FontFile>font_{number}.{ending}</ofd:FontFile></ofd:Font>"
            )
        media = ""
        for content, number in self.pictures.items():
            kind, ending = picture_format(content)
            files[f"Res/image_{number}.{ending}"] = content
            file = f"<ofd:MediaFile>image_{number}.{ending}</ofd:MediaFile>"
            media += f'<ofd:MultiMedia ID="{number}" Type="Image" Format="{kind}">{file}</ofd:MultiMedia>'
        named = {}
        if fonts:
            named["PublicRes.xml"] = _res(f"<ofd:Fonts>{fonts}</ofd:Fonts>")
        if media:
            named["DocumentRes.xml"] = _res(f"<ofd:MultiMedias>{media}</ofd:MultiMedias>")
        return {**named, **files}


def _res(body: str) -> bytes:
    return f'{HEAD}<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res">{body}</ofd:Res>'.encode()
