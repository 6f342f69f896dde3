"""A document becomes an OFD package (GB/T 33190): byte-identical for equal input.

Ids are given in the order of use (fonts and pictures, template pages, then pages and their objects), entries stand in a fixed
order with a fixed time, and nothing is asked of a clock or a random source.
"""

from hashlib import sha256

from kapok.kernel.ofd.errors import NotWritable
from kapok.kernel.ofd.pages import DocInfo, OfdDocument, Page
from kapok.kernel.ofd.writing.objects import objects_of
from kapok.kernel.ofd.writing.package import packed
from kapok.kernel.ofd.writing.resources import Resources
from kapok.kernel.ofd.writing.xml import HEAD, NAMESPACE, box, escape, quote

DOCUMENT = "Doc_0"
FIELDS = "https://kapok.example/ofd/fields"
"""Type of our custom tag: which objects of the pages show which data field."""


def write_ofd(document: OfdDocument) -> bytes:
    """The package. `GlyphMissing` names characters nobody can write, `NotWritable` what else is wrong."""
    return packed(ofd_files(document))


def ofd_files(document: OfdDocument) -> dict[str, bytes]:
    """The files of the package by path, in the order they are packed."""
    if not document.pages:
        raise NotWritable(why="no pages")
    resources = Resources()
    for items in (*(sheet.items for sheet in document.templates), *(page.items for page in document.pages)):
        resources.collect(items)
    templates = _templates(document, resources)
    pages, page_ids = _pages(document, resources, {key: (number, order) for key, (number, order, _) in templates.items()})
    inner: dict[str, bytes] = {}
    for index, (_, _, content) in enumerate(templates.values()):
        inner[f"Tpls/Tpl_{index}/Content.xml"] = content
    inner |= pages
    inner |= resources.files()
    inner |= _tags(document, resources)
    inner |= _attachments(document)
    inner = {"Document.xml": _document(document, resources, templates, page_ids, inner), **inner}
    files = {f"{DOCUMENT}/{name}": content for name, content in inner.items()}
    return {"OFD.xml": _root(document, files), **files}


Templates = dict[str, tuple[int, str, bytes]]
"""By key: id, z-order, content."""


def _templates(document: OfdDocument, resources: Resources) -> Templates:
    made: Templates = {}
    for sheet in document.templates:
        number, layer = resources.next_id(), resources.next_id()
        body = objects_of(sheet.items, resources, number)
        content = _content(f'<ofd:Layer ID="{layer}">{body}</ofd:Layer>', sheet.width, sheet.height)
        made[sheet.key] = (number, "Foreground" if sheet.foreground else "Background", content)
    return made


def _pages(document: OfdDocument, resources: Resources, templates: dict[str, tuple[int, str]]) -> tuple[dict[str, bytes], list[int]]:
    files, ids = {}, []
    for index, page in enumerate(document.pages):
        number, layer = resources.next_id(), resources.next_id()
        body = objects_of(page.items, resources, number)
        files[f"Pages/Page_{index}/Content.xml"] = _content(
            f'<ofd:Layer ID="{layer}" Type="Body">{body}</ofd:Layer>', page.width, page.height, _used(page, templates)
        )
        ids.append(number)
    return files, ids


def _used(page: Page, templates: dict[str, tuple[int, str]]) -> str:
    if not page.template:
        return ""
    if page.template not in templates:
        raise NotWritable(why=f"template page {page.template}")
    number, order = templates[page.template]
    return f'<ofd:Template TemplateID="{number}" ZOrder="{order}"/>'


def _content(layers: str, width: float, height: float, template: str = "") -> bytes:
    area = f"<ofd:Area><ofd:PhysicalBox>{box(0, 0, width, height)}</ofd:PhysicalBox></ofd:Area>"
    return f'{HEAD}<ofd:Page xmlns:ofd="{NAMESPACE}">{template}{area}<ofd:Content>{layers}</ofd:Content></ofd:Page>'.encode()


def _document(document: OfdDocument, resources: Resources, templates: Templates, page_ids: list[int], inner: dict[str, bytes]) -> bytes:
    first = document.pages[0]
    common = f"<ofd:MaxUnitID>{resources.last_id}</ofd:MaxUnitID>"
    common += f"<ofd:PageArea><ofd:PhysicalBox>{box(0, 0, first.width, first.height)}</ofd:PhysicalBox></ofd:PageArea>"
    for element in ("PublicRes", "DocumentRes"):
        if f"{element}.xml" in inner:
            common += f"<ofd:{element}>{element}.xml</ofd:{element}>"
    for index, (key, (number, order, _)) in enumerate(templates.items()):
        common += f'<ofd:TemplatePage ID="{number}" Name="{quote(key)}" ZOrder="{order}" BaseLoc="Tpls/Tpl_{index}/Content.xml"/>'
    pages = "".join(f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{index}/Content.xml"/>' for index, number in enumerate(page_ids))
    more = "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>" if "Tags/CustomTags.xml" in inner else ""
    more += "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>" if "Attachs/Attachments.xml" in inner else ""
    body = f"<ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>{more}"
    return f'{HEAD}<ofd:Document xmlns:ofd="{NAMESPACE}">{body}</ofd:Document>'.encode()


def _root(document: OfdDocument, files: dict[str, bytes]) -> bytes:
    info = _info(document.info, document.custom, document.info.doc_id or _identity(document, files))
    return (
        f'{HEAD}<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody>{info}'
        f"<ofd:DocRoot>{DOCUMENT}/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    ).encode()


def _identity(document: OfdDocument, files: dict[str, bytes]) -> str:
    """32 hexadecimal digits that stand for this content."""
    digest = sha256(repr((document.info, sorted(document.custom.items()))).encode())
    for name, content in files.items():
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:32]


def _info(info: DocInfo, custom: dict[str, str], doc_id: str) -> str:
    parts = [("DocID", doc_id), ("Title", info.title), ("Author", info.author), ("Subject", info.subject)]
    parts += [("CreationDate", info.created_at.date().isoformat()), ("DocUsage", "Normal")]
    text = "".join(f"<ofd:{name}>{escape(value)}</ofd:{name}>" for name, value in parts if value)
    if info.keywords:
        text += "<ofd:Keywords>" + "".join(f"<ofd:Keyword>{escape(word)}</ofd:Keyword>" for word in info.keywords) + "</ofd:Keywords>"
    text += f"<ofd:Creator>{escape(info.creator)}</ofd:Creator><ofd:CreatorVersion>{escape(info.creator_version)}</ofd:CreatorVersion>"
    if custom:
        data = "".join(f'<ofd:CustomData Name="{quote(name)}">{escape(value)}</ofd:CustomData>' for name, value in custom.items())
        text += f"<ofd:CustomDatas>{data}</ofd:CustomDatas>"
    return f"<ofd:DocInfo>{text}</ofd:DocInfo>"


def _tags(document: OfdDocument, resources: Resources) -> dict[str, bytes]:
    """The index of data fields: each with its value and the objects that show it."""
    if not document.tags:
        return {}
    fields = ""
    for tag in document.tags:
        shown = resources.shown.get(tag.name, ())
        places = "".join(f'<ofd:ObjectRef PageRef="{page}">{item}</ofd:ObjectRef>' for page, item in shown)
        fields += f'<f:Field Name="{quote(tag.name)}" Value="{quote(tag.value)}">{places}</f:Field>'
    index = f'<ofd:CustomTag TypeID="{FIELDS}"><ofd:FileLoc>Fields.xml</ofd:FileLoc></ofd:CustomTag>'
    return {
        "Tags/CustomTags.xml": f'{HEAD}<ofd:CustomTags xmlns:ofd="{NAMESPACE}">{index}</ofd:CustomTags>'.encode(),
        "Tags/Fields.xml": f'{HEAD}<f:Fields xmlns:f="{FIELDS}" xmlns:ofd="{NAMESPACE}">{fields}</f:Fields>'.encode(),
    }


def _attachments(document: OfdDocument) -> dict[str, bytes]:
    if not document.attachments:
        return {}
    listed, files = "", {}
    for index, attachment in enumerate(document.attachments):
        ending = attachment.name.rpartition(".")[2].lower() if "." in attachment.name else ""
        ending = ending if ending.isascii() and ending.isalnum() else "bin"
        path = f"attachment_{index}.{ending}"
        visible = "true" if attachment.visible else "false"
        listed += (
            f'<ofd:Attachment ID="att{index + 1}" Name="{quote(attachment.name)}" Format="{ending}" '
            f'CreationDate="{document.info.created_at.date().isoformat()}" Size="{len(attachment.content) / 1024:.3f}" '
            f'Visible="{visible}"><ofd:FileLoc>{path}</ofd:FileLoc></ofd:Attachment>'
        )
        files[f"Attachs/{path}"] = attachment.content
    return {"Attachs/Attachments.xml": f'{HEAD}<ofd:Attachments xmlns:ofd="{NAMESPACE}">{listed}</ofd:Attachments>'.encode(), **files}
