"""Reading a layout: its paper, styles, frames and parts, and every fault of its form with its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.ofd.layout.values import parsed_condition, slots_of
from kapok.kernel.ofd.layout.vocabulary import FRAME, PAPER, PARTS, ROWS, SIZES, TYPE_SETTINGS, Key, is_list_of_tables


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a layout: where it stands (`part[3].rows[0].value`), why, and its line if the text was given."""

    place: str
    code: str
    says: Any
    line: int = 0


SAYS: dict[str, Any] = {
    "unknown_key": _("这里没有名为“{what}”的设置。"),
    "unknown_kind": _("没有“{what}”这种部件。"),
    "missing": _("缺少“{what}”。"),
    "wrong_value": _("“{what}”的取值不对：{wanted}。"),
    "bad_slot": _("看不懂“{what}”：字段写在花括号里，格式写在竖线后面。"),
    "bad_condition": _("看不懂条件“{what}”：应写作 字段、!字段、字段 == 值 或 字段 != 值。"),
    "unknown_field": _("没有名为“{what}”的字段。"),
    "unknown_style": _("没有名为“{what}”的样式。"),
    "not_a_list": _("“{what}”不是多行字段，不能逐行重复。"),
    "no_parts": _("版式里还没有任何部件。"),
    "outside": _("“{what}”超出纸面。"),
    "bad_toml": _("第 {line} 行不符合 TOML 格式。"),
    "glyph": _("“{what}”没有可用字形。"),
    "twice": _("“{what}”重复。"),
}


@dataclass(frozen=True)
class Part:
    """One part of a layout, every key filled in."""

    kind: str
    place: str
    given: Mapping[str, Any]
    rows: tuple["Part", ...] = ()

    def get(self, key: str) -> Any:
        """The value given, or the part's default."""
        if key in self.given:
            return self.given[key]
        keys = PARTS.get(self.kind) or ROWS[self.kind]
        return keys[key].default if key in keys else None

    @property
    def placed(self) -> bool:
        return "at" in self.given


@dataclass(frozen=True)
class Layout:
    """A layout as read: paper, styles, frames, parts; only the faultless are composed."""

    title: str = ""
    paper: Mapping[str, Any] = field(default_factory=dict)
    styles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    frames: tuple[Mapping[str, Any], ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def page_size(self) -> tuple[float, float]:
        size = self.paper["size"]
        width, height = SIZES[size] if isinstance(size, str) else size
        return (height, width) if self.paper["landscape"] else (width, height)

    @property
    def margins(self) -> tuple[float, float, float, float]:
        """Top, right, bottom, left."""
        given = self.paper["margin"]
        top, right, bottom, left = given if isinstance(given, list) else (given,) * 4
        return top, right, bottom, left


def read_layout(template: Mapping[str, Any]) -> tuple[Layout, list[Fault]]:
    """The layout and everything wrong with its form; fields are looked at by `check_template`."""
    return _Reading(template).read()


class _Reading:
    """One reading: goes through the whole template and collects faults."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        self.template, self.faults = template, list[Fault]()

    def fault(self, place: str, code: str, **data: Any) -> None:
        self.faults.append(Fault(place, code, str(SAYS[code]).format(**data)))

    def read(self) -> tuple[Layout, list[Fault]]:
        for key in self.template:
            if key not in ("title", "paper", "styles", "frame", "part"):
                self.fault(key, "unknown_key", what=key)
        paper = self.keys("paper", self.section("paper"), PAPER)
        styles = {}
        for name, style in self.section("styles").items():
            styles[name] = dict(style) if isinstance(style, Mapping) else {}
            self.keys(f"styles.{name}", style if isinstance(style, Mapping) else {}, TYPE_SETTINGS)
        frames = [self.keys(f"frame[{n}]", frame, FRAME) for n, frame in enumerate(self.listed("frame", self.template.get("frame", [])))]
        parts = [self.part(f"part[{n}]", part, styles) for n, part in enumerate(self.listed("part", self.template.get("part", [])))]
        if not parts:
            self.fault("part", "no_parts")
        layout = Layout(str(self.template.get("title", "")), paper, styles, tuple(frames), tuple(part for part in parts if part))
        if not self.faults:
            self.bounds(layout)
        return layout, self.faults

    def section(self, key: str) -> Mapping[str, Any]:
        given = self.template.get(key, {})
        if not isinstance(given, Mapping):
            self.fault(key, "wrong_value", what=key, wanted=f"[{key}]")
            return {}
        return given

    def listed(self, place: str, given: Any) -> list[Mapping[str, Any]]:
        if not is_list_of_tables(given):
            self.fault(place, "wrong_value", what=place, wanted=f"[[{place}]]")
            return []
        return list(given)

    def keys(self, place: str, given: Mapping[str, Any], keys: Mapping[str, Key]) -> dict[str, Any]:
        """The section with its defaults; what is unknown, missing or wrong is noted."""
        for key, value in given.items():
            if key == "kind" and key not in keys:
                continue
            if key not in keys:
                self.fault(f"{place}.{key}", "unknown_key", what=key)
            elif not keys[key].check(value):
                self.fault(f"{place}.{key}", "wrong_value", what=key, wanted=keys[key].wanted)
        for key, rule in keys.items():
            if rule.required and key not in given:
                self.fault(place, "missing", what=key)
        return {key: given[key] if key in given and rule.check(given[key]) else rule.default for key, rule in keys.items()}

    def part(self, place: str, given: Mapping[str, Any], styles: Mapping[str, Any]) -> Part | None:
        kind = given.get("kind", "text")
        if not isinstance(kind, str) or kind not in PARTS:
            self.fault(f"{place}.kind", "unknown_kind", what=kind)
            return None
        before = len(self.faults)
        self.keys(place, given, PARTS[kind])
        self.words(place, given, styles)
        if kind in ("box", "anchor") and "height" not in given:
            self.fault(place, "missing", what="height")
        rows = self.rows(place, kind, given, styles) if len(self.faults) == before else ()
        return Part(kind, place, given, rows)

    def rows(self, place: str, kind: str, given: Mapping[str, Any], styles: Mapping[str, Any]) -> tuple[Part, ...]:
        found = []
        for key in ("rows", "columns"):
            name = f"{kind}.{key}"
            if name in ROWS:
                for number, row in enumerate(given[key]):
                    self.keys(f"{place}.{key}[{number}]", row, ROWS[name])
                    self.words(f"{place}.{key}[{number}]", row, styles)
                    found.append(Part(name, f"{place}.{key}[{number}]", row))
        return tuple(found)

    def words(self, place: str, given: Mapping[str, Any], styles: Mapping[str, Any]) -> None:
        """Slots, conditions and names of styles."""
        for key in ("text", "value", "label", "title", "empty", "alt", "name", "lines"):
            for text in texts if isinstance(texts := given.get(key, ()), list) else [texts]:
                try:
                    list(slots_of(text) if isinstance(text, str) else ())
                except ValueError as error:
                    self.fault(f"{place}.{key}", "bad_slot", what=error)
        conditions = given.get("when", [])
        for condition in conditions if isinstance(conditions, list) else [conditions]:
            try:
                parsed_condition(str(condition))
            except ValueError as error:
                self.fault(f"{place}.when", "bad_condition", what=error)
        for key in ("style", "label_style", "head_style"):
            if isinstance(given.get(key), str) and given[key] not in styles:
                self.fault(f"{place}.{key}", "unknown_style", what=given[key])

    def bounds(self, layout: Layout) -> None:
        """A part with a place must lie on the paper."""
        width, height = layout.page_size
        top, right, bottom, left = layout.margins
        if left + right >= width - 5 or top + bottom >= height - 5:
            self.fault("paper.margin", "outside", what="margin")
        for part in layout.parts:
            if part.placed and not part.given.get("angle"):
                x, y = part.get("at")
                x = 0 if x == "center" else x
                if x + (part.get("width") or 0) > width + 0.01 or y + (part.get("height") or 0) > height + 0.01 or x > width or y > height:
                    self.fault(f"{part.place}.at", "outside", what=part.kind)
