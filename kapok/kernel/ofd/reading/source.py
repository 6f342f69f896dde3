"""The parts of one package, parsed when asked for and kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kapok.kernel.ofd.limits import Limits
from kapok.kernel.ofd.reading.departures import Departures
from kapok.kernel.ofd.reading.locations import Locations
from kapok.kernel.ofd.reading.markup import Element, NotXml, note_namespace, parse


@dataclass
class Source:
    """Bytes by path, their trees, and what was noticed while reading."""

    parts: Mapping[str, bytes]
    limits: Limits
    warnings: Departures
    locations: Locations = field(init=False)
    _trees: dict[str, Element | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.locations = Locations(self.parts, self.warnings)

    def tree(self, path: str | None) -> Element | None:
        """The root element of a part; None for an absent or broken one, which is named. Hostile ones refuse the file."""
        if path is None or path not in self.parts:
            return None
        if path not in self._trees:
            try:
                root = parse(self.parts[path], path, self.limits)
                note_namespace(root, path, self.warnings)
                self._trees[path] = root
            except NotXml:
                self.warnings.add("ofd.xml_broken", path)
                self._trees[path] = None
        return self._trees[path]

    def follow(self, location: str, holder: str, *, base: str = "") -> str | None:
        """The path a reference in `holder` leads to."""
        return self.locations.find(location, holder, base=base)
