"""Whether everything a licence says can be written: asked before the decision, so that no paper stops behind it."""

from collections.abc import Mapping

from kapok.kernel.common.errors import FieldFault
from kapok.kernel.ofd.public import missing_glyphs
from kapok.support.licences.data import TypeFacts


def glyph_faults(type: TypeFacts, values: Mapping[str, str]) -> list[FieldFault]:
    """The characters no installed font has, named with their field."""
    if not missing_glyphs("".join(values.values())):
        return []
    labels = {each.key: each.label for each in type.fields}
    found = ((key, missing_glyphs(text)) for key, text in values.items())
    return [
        FieldFault(
            key,
            "licences.glyph_missing",
            f"“{labels.get(key, key)}”中的{named(glyphs)}没有可用字形，不能签发；请联系运维人员安装字体。",
        )
        for key, glyphs in found
        if glyphs
    ]


def named(glyphs: str) -> str:
    """Each character with its code point, for some cannot be seen: “𠮷”（U+20BB7）."""
    return "、".join(f"“{each}”（U+{ord(each):04X}）" for each in glyphs)
