"""XML without entities, external parts or endless depth."""

from xml.parsers import expat

from kapok.kernel.files.checks.base import Fault, fault

DEEPEST = 200
MOST_ELEMENTS = 2_000_000
_ACTIVE_SVG = {"script", "foreignobject", "iframe", "handler", "set", "animate"}


class _Stop(Exception):
    def __init__(self, found: Fault) -> None:
        self.found = found


class _Watch:
    """Handlers that end parsing at the first thing a document has no business holding."""

    def __init__(self, active: bool) -> None:
        self.depth = self.count = 0
        self.active = active

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise _Stop(fault("damaged", why="too deep"))
        local = name.rpartition(":")[2].lower()
        if name.lower().endswith("xi:include") or (local == "include" and "href" in attributes):
            raise _Stop(fault("xml_external"))
        if self.active:
            self._svg(local, attributes)

    def _svg(self, local: str, attributes: dict[str, str]) -> None:
        if local in _ACTIVE_SVG:
            raise _Stop(fault("active_content", what=local))
        for key, value in attributes.items():
            key, value = key.rpartition(":")[2].lower(), value.strip().lower()
            if key.startswith("on") or value.startswith(("javascript:", "data:text")) or "url(http" in value:
                raise _Stop(fault("active_content", what=key))
            if key in ("href", "src") and value and not value.startswith(("#", "data:image/")):
                raise _Stop(fault("external_reference"))

    def end(self, _name: str) -> None:
        self.depth -= 1

    def doctype(self, _name: str, system: str | None, public: str | None, _internal: bool) -> None:
        if system or public:
            raise _Stop(fault("xml_external"))

    def entity(self, _n: str, _p: bool, _v: str | None, _b: str | None, system: str | None, *_rest: object) -> None:
        raise _Stop(fault("xml_external" if system else "xml_entities"))

    def instruction(self, target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise _Stop(fault("external_reference"))


def check_xml(content: bytes, *, active: bool = False) -> Fault | None:
    """Parse the whole document; `active`: also refuse scripts and outside references (SVG)."""
    parser, watch = expat.ParserCreate(), _Watch(active)
    parser.StartElementHandler, parser.EndElementHandler = watch.start, watch.end
    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler = watch.doctype, watch.entity
    parser.ProcessingInstructionHandler = watch.instruction
    try:
        parser.Parse(content, True)
    except _Stop as stop:
        return stop.found
    except (expat.ExpatError, ValueError, LookupError):
        return fault("damaged", why="xml")
    return None
