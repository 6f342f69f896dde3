"""How much a file from outside may ask of this machine. Everything is measured while it is read, not believed from headers."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """`ratio` is judged once a part is larger than `ratio_from`; `tags` are of one XML part; `objects` and `drawn` (characters
    of SVG) of one page; `depth` counts blocks and composites inside one another."""

    size: int = 50 * MEBIBYTE
    parts: int = 4000
    single: int = 48 * MEBIBYTE
    total: int = 96 * MEBIBYTE
    ratio: int = 300
    ratio_from: int = 4 * MEBIBYTE
    xml: int = 12 * MEBIBYTE
    tags: int = 300_000
    depth: int = 24
    pages: int = 2000
    objects: int = 60_000
    drawn: int = 24 * MEBIBYTE
    nested: int = 1
    """How many papers may lie inside one another (a seal whose picture is itself an OFD)."""

    def inside(self) -> "Limits":
        """The limits of a paper within a paper: smaller, and one level less."""
        return Limits(
            size=4 * MEBIBYTE, parts=200, single=8 * MEBIBYTE, total=12 * MEBIBYTE, xml=2 * MEBIBYTE, tags=50_000, pages=4,
            objects=8000, drawn=4 * MEBIBYTE, nested=self.nested - 1,
        )  # fmt: skip


LIMITS = Limits()
