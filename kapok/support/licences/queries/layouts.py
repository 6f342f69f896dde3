"""Layouts of types: whether one holds, and what a licence looks like in it."""

from collections.abc import Mapping
from typing import Any

from kapok.kernel.common.errors import FieldFault
from kapok.kernel.ofd.public import check_layout
from kapok.support.licences.rules.paper import schema_of


def layout_faults(spec: Mapping[str, Any], text: str) -> list[FieldFault]:
    """Every fault of a layout, named at its line."""
    return [
        FieldFault("layout", f"layout.{each.code}", f"版式第 {each.line} 行：{each.says}" if each.line else f"版式：{each.says}")
        for each in check_layout(text, schema_of(spec))
    ]
