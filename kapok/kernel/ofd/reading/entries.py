"""What a reader finds in a package, as plain data."""

from dataclasses import dataclass, field

from kapok.kernel.ofd.reading.markup import Element
from kapok.kernel.ofd.reading.shapes import Box


@dataclass(frozen=True)
class Info:
    """DocInfo: what the file says of itself; dates as they are written."""

    doc_id: str = ""
    title: str = ""
    author: str = ""
    subject: str = ""
    abstract: str = ""
    created: str = ""
    modified: str = ""
    usage: str = ""
    keywords: tuple[str, ...] = ()
    creator: str = ""
    creator_version: str = ""


@dataclass(frozen=True)
class PageEntry:
    """A page: its number from 1 over all documents of the file, its id, where its content lies, and its size in millimetres."""

    number: int
    id: str
    path: str | None
    box: Box
    document: int = 0


@dataclass(frozen=True)
class TemplateEntry:
    """A template page by its id; `foreground` unless a page says otherwise."""

    id: str
    path: str | None
    foreground: bool = False


@dataclass(frozen=True)
class FontEntry:
    """A font of the resources; `path` when its program is embedded."""

    id: str
    name: str
    family: str
    path: str | None = None
    bold: bool = False
    italic: bool = False
    serif: bool = False
    fixed: bool = False


@dataclass(frozen=True)
class ColourSpace:
    """RGB, GRAY or CMYK, with the colours of its palette."""

    id: str
    type: str = "RGB"
    bits: int = 8
    palette: tuple[str, ...] = ()


@dataclass(frozen=True)
class Media:
    """A picture, sound or film by its id."""

    id: str
    type: str
    format: str
    path: str | None


@dataclass(frozen=True)
class Composite:
    """A drawing kept in the resources and used by CompositeObject."""

    id: str
    width: float
    height: float
    content: Element | None = field(repr=False, compare=False, default=None)


@dataclass
class Resources:
    """Everything the public, document and page resources give, by id; a later file wins."""

    fonts: dict[str, FontEntry] = field(default_factory=dict)
    colour_spaces: dict[str, ColourSpace] = field(default_factory=dict)
    draw_params: dict[str, Element] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    composites: dict[str, Composite] = field(default_factory=dict)

    def joined(self, other: "Resources") -> "Resources":
        """These with others on top."""
        return Resources(
            {**self.fonts, **other.fonts},
            {**self.colour_spaces, **other.colour_spaces},
            {**self.draw_params, **other.draw_params},
            {**self.media, **other.media},
            {**self.composites, **other.composites},
        )


@dataclass(frozen=True)
class AttachedFile:
    """An attachment and where it lies; `path` is None when the package lacks it."""

    id: str
    name: str
    format: str
    path: str | None
    size: float | None = None
    created: str = ""
    visible: bool = True


@dataclass(frozen=True)
class CustomTag:
    """A semantic index (公文元数据, 证照数据项): its kind and the part that holds it."""

    type_id: str
    path: str | None


@dataclass(frozen=True)
class Stamp:
    """A place where a signature shows: on a page, in a box, with the part of the picture that is seen (骑缝章)."""

    id: str
    page_ref: str
    page: int | None
    boundary: Box
    clip: Box | None = None


@dataclass(frozen=True)
class Reference:
    """A protected part: as written, the part it means, and its digest (None when not Base64)."""

    file_ref: str
    path: str | None
    check_value: bytes | None


@dataclass(frozen=True)
class SignatureEntry:
    """A signature as the file describes it; nothing here is verified."""

    id: str
    type: str
    path: str
    signature_xml: bytes = field(repr=False)
    signed_value: bytes | None = field(repr=False)
    signed_value_path: str | None
    seal: bytes | None = field(repr=False)
    seal_path: str | None
    references: tuple[Reference, ...]
    check_method: str
    stamps: tuple[Stamp, ...]
    method: str = ""
    signed_at: str = ""
    provider: str = ""
    company: str = ""
    version: str = ""


@dataclass
class DocumentEntry:
    """One DocBody: where its Document.xml lies and what its pages draw on."""

    index: int
    path: str
    info: Info
    custom_data: dict[str, str]
    resources: Resources
    templates: dict[str, TemplateEntry]
    annotations: dict[str, tuple[str, ...]]
    area: Box
    max_unit_id: int | None = None
    signatures_path: str | None = None
    pages: tuple[PageEntry, ...] = ()
