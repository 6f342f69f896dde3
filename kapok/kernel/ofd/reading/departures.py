"""What a file does differently from GB/T 33190 and is read all the same: named, once for each place."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

SAYS: dict[str, Any] = {
    "ofd.name_encoding": _("部件名没有声明为 UTF-8 编码"),
    "ofd.name_case_twin": _("有两个只差大小写的部件名"),
    "ofd.namespace_missing": _("XML 没有声明命名空间"),
    "ofd.namespace_other": _("XML 的命名空间不是标准规定的"),
    "ofd.prefix_other": _("XML 没有使用标准的前缀 ofd"),
    "ofd.spelling": _("元素名拼写与标准不同，按相近的标准名读取"),
    "ofd.path_case": _("引用的路径大小写与部件名不同"),
    "ofd.path_base": _("引用的相对路径不是以所在文件为起点"),
    "ofd.path_backslash": _("引用的路径使用了反斜杠"),
    "ofd.file_missing": _("引用的部件不存在"),
    "ofd.xml_broken": _("XML 不合格，这一部分没有读取"),
    "ofd.doc_type": _("文件类型声明不是 OFD"),
    "ofd.max_unit_id_missing": _("缺少最大标识号 MaxUnitID"),
    "ofd.id_missing": _("缺少标识 ID"),
    "ofd.no_signature_type": _("签名没有写明类型，按是否有外观判断"),
    "ofd.signature_incomplete": _("签名描述不完整"),
    "ofd.check_value": _("校验值不是合格的 Base64"),
    "ofd.stamp_place": _("签章外观没有可用的页或位置"),
}


@dataclass(frozen=True)
class Departure:
    """One of them: its code, the part in which it stands, and the value met there."""

    code: str
    path: str = ""
    value: str = ""

    @property
    def says(self) -> Any:
        return SAYS.get(self.code, self.code)


class Departures:
    """Collected while reading; each code stands once for a part and value, and never more than `most` in all."""

    def __init__(self, most: int = 200) -> None:
        self._found: dict[Departure, None] = {}
        self._most = most

    def add(self, code: str, path: str = "", value: str = "") -> None:
        if len(self._found) < self._most:
            self._found.setdefault(Departure(code, path[:200], value[:120]))

    def all(self) -> tuple[Departure, ...]:
        return tuple(self._found)
