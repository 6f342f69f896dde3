"""Packages built by hand for tests: any parts, in any ZIP a hostile writer could make."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
OFD = f"""<ofd:OFD {NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo>
<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"""
DOCUMENT = f"""<ofd:Document {NS}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID>
<ofd:PageArea><ofd:PhysicalBox>0 0 100 80</ofd:PhysicalBox></ofd:PageArea>
<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>%s</ofd:CommonData>
<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>"""
RES = f'<ofd:Res {NS} BaseLoc="Res">%s</ofd:Res>'
PAGE = f'<ofd:Page {NS}>%s<ofd:Content><ofd:Layer ID="2">%s</ofd:Layer></ofd:Content></ofd:Page>'


def parts(units: str = "", *, resources: str = "", common: str = "", before: str = "", **more: bytes) -> dict[str, bytes]:
    """The parts of a one-page paper with these units, resources and additions to CommonData."""
    return {
        "OFD.xml": OFD.encode(),
        "Doc_0/Document.xml": (DOCUMENT % common).encode(),
        "Doc_0/DocumentRes.xml": (RES % resources).encode(),
        "Doc_0/Pages/Page_0/Content.xml": (PAGE % (before, units)).encode(),
        **{f"Doc_0/{name.replace('__', '/')}": content for name, content in more.items()},
    }


def pack(files: Mapping[str, bytes], stored: bool = False) -> bytes:
    """A ZIP of parts."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def paper(units: str = "", **more: str) -> bytes:
    """A one-page paper as a file."""
    return pack(parts(units, **more))
