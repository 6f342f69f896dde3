"""XML of a package: read without entities, network or deep nests, and asked by local names, for vendors differ in prefixes."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from kapok.kernel.ofd.limits import Limits
from kapok.kernel.ofd.reading.departures import Departures
from kapok.kernel.ofd.refusals import OfdRefused

NAMESPACE = "http://www.ofdspec.org/2016"
Element = Any
"""An element of lxml, whose class has a private name and no types."""

SPELLINGS = {"CuslomData": "CustomData", "CuslomDatas": "CustomDatas"}
"""Vendors' spellings and what they mean."""

_FORBIDDEN = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NUL = re.compile(rb"\0")


class NotXml(Exception):
    """The part cannot be parsed; whether that ends the reading is for the caller to say."""


def parse(content: bytes, path: str, limits: Limits) -> Element:
    """The root element. Refuses declarations and what is too large; `NotXml` for what is only broken."""
    if len(content) > limits.xml or content.count(b"<") > limits.tags or content.count(b"=") > 2 * limits.tags:
        raise OfdRefused("ofd.too_complex", path=path)
    forbid_declarations(content, path)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False, huge_tree=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(content.removeprefix(b"\xef\xbb\xbf"), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if "xcessive depth" in str(error) or "huge" in str(error).lower():
            raise OfdRefused("ofd.too_complex", path=path) from error
        raise NotXml(str(error)[:200]) from error
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None:
        raise OfdRefused("ofd.entity", path=path)
    return root


def forbid_declarations(content: bytes, path: str) -> None:
    """A document type or an entity, also in UTF-16 (its zero bytes taken away): no honest OFD has one."""
    if _FORBIDDEN.search(content) or (b"\0" in content[:200] and _FORBIDDEN.search(_NUL.sub(b"", content))):
        raise OfdRefused("ofd.entity", path=path)


def looks_like_xml(path: str, content: bytes) -> bool:
    return path.lower().endswith(".xml") or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml")


def note_namespace(root: Element, path: str, warnings: Departures) -> None:
    """Name what differs from `xmlns:ofd="http://www.ofdspec.org/2016"`."""
    tag = etree.QName(root)
    if tag.namespace is None:
        warnings.add("ofd.namespace_missing", path)
    elif tag.namespace != NAMESPACE:
        warnings.add("ofd.namespace_other", path, tag.namespace)
    elif root.prefix != "ofd":
        warnings.add("ofd.prefix_other", path, root.prefix or "")


def local(element: Element) -> str:
    """The local name, or nothing for what is no element."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    name = tag.rpartition("}")[2]
    return SPELLINGS.get(name, name)


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Child elements with one of the local names; all of them when none is given."""
    for child in element if element is not None else ():
        name = local(child)
        if name and (not names or name in names):
            yield child


def child(element: Element | None, name: str) -> Element | None:
    return next(children(element, name), None)


def text(element: Element | None, name: str = "") -> str:
    """The trimmed text of the element, or of its first child of that name."""
    found = child(element, name) if name else element
    return (found.text or "").strip() if found is not None else ""


def attribute(element: Element | None, name: str, default: str = "") -> str:
    """An attribute by its name, with or without a namespace, and in whatever case."""
    if element is None:
        return default
    value = element.get(name)
    if value is not None:
        return value.strip()
    for key, other in element.attrib.items():
        if str(key).rpartition("}")[2].lower() == name.lower():
            return str(other).strip()
    return default


def misspelt(element: Element) -> bool:
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] in SPELLINGS
