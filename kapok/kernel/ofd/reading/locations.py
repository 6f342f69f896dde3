"""Where a reference leads (ST_Loc): absolute from the package's root, else from the folder of the part that holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kapok.kernel.ofd.reading.departures import Departures
from kapok.kernel.ofd.refusals import OfdRefused


@dataclass
class Locations:
    """Resolves references of one package; names what differs from the standard."""

    parts: Mapping[str, bytes]
    warnings: Departures
    _folded: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.parts:
            twin = self._folded.setdefault(name.casefold(), name)
            if twin != name:
                self.warnings.add("ofd.name_case_twin", name)

    def find(self, location: str, holder: str, *, base: str = "") -> str | None:
        """The path of the part meant, or None (named as missing). `holder` is the part that refers, `base` a folder inside its folder."""
        location = location.strip()
        if not location:
            return None
        if "\\" in location:
            self.warnings.add("ofd.path_backslash", holder, location)
            location = location.replace("\\", "/")
        folder = holder.rpartition("/")[0]
        for number, start in enumerate(self._starts(location, folder, base)):
            try:
                path = join(start, location, holder)
            except OfdRefused:
                if not number:
                    raise
                continue  # it stays inside from where it should start, and is only missing there
            found = path if path in self.parts else self._folded.get(path.casefold())
            if found is not None:
                if number:
                    self.warnings.add("ofd.path_base", holder, location)
                if found != path:
                    self.warnings.add("ofd.path_case", holder, location)
                return found
        self.warnings.add("ofd.file_missing", holder, location)
        return None

    @staticmethod
    def _starts(location: str, folder: str, base: str) -> list[str]:
        if location.startswith("/"):
            return [""]
        first = join(folder, base, folder) if base else folder
        starts = [first, folder, folder.partition("/")[0], folder.rpartition("/")[0], ""]
        return list(dict.fromkeys(starts))


def join(folder: str, location: str, holder: str) -> str:
    """A path from the package's root; one that leaves the package is refused."""
    steps = [] if location.startswith("/") else [step for step in folder.split("/") if step]
    for step in location.split("/"):
        if step in ("", "."):
            continue
        if step == "..":
            if not steps:
                raise OfdRefused("ofd.path", path=f"{holder} → {location}")
            steps.pop()
        else:
            steps.append(step)
    return "/".join(steps)
