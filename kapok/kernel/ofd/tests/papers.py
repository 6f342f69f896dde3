"""Papers the tests write: one with everything a document may hold, and layouts as a type's owner writes them."""

import struct
import tomllib
import zlib
from datetime import UTC, datetime
from pathlib import Path as File
from typing import Any

from kapok.kernel.ofd.public import Attachment, DocInfo, OfdDocument, Page, Path, Picture, Tag, TemplatePage, TextLine

AT = datetime(2026, 11, 25, 2, tzinfo=UTC)
LAYOUTS = File(__file__).parent / "layouts"


def png(red: int = 179, width: int = 4, height: int = 3) -> bytes:
    """A small picture of one colour."""
    rows = b"".join(b"\0" + bytes((red, 38, 30)) * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


FRAME = TemplatePage("frame", 210, 297, (Path((("M", 10, 10), ("L", 200, 10), ("L", 200, 287), ("L", 10, 287), ("Z",)), stroke="#9a6b2f"),))
SHAPE = Path((("M", 30, 100), ("L", 80, 100), ("C", 90, 100, 90, 120, 80, 120), ("Q", 50, 130, 30, 100), ("Z",)), "#b3261e", 0.5, "#fff1e8")


def everything(holder: str = "林小满") -> OfdDocument:
    """Two pages with every kind of item, a template page, attachments, tags and custom data."""
    first = (
        TextLine(30, 40, "食品经营许可证", 8, "bold"),
        TextLine(30, 60, holder, 5.6, tag="CZZT"),
        TextLine(30, 70, "Kapok 木棉 2026年11月25日", 5, deltas=(3.4, 3, 3, 3, 3, 2, 6, 6, 2, 3, 3, 3, 3, 5, 3, 3, 5, 3, 3)),
        TextLine(30, 150, "竖排文字", 5, down=True),
        TextLine(100, 200, "仅限办理施工许可使用", 9, angle=-30, opacity=0.3, colour="#b3261e"),
        SHAPE,
        Picture(150, 30, 25, 35, png(), alt="照片"),
    )
    second = (TextLine(30, 40, "第2页", 5), Path((("M", 20, 50), ("L", 190, 50)), "#6b6660", 0.2, dash=(1, 1)))
    return OfdDocument(
        (Page(210, 297, first, "frame"), Page(148, 210, second)),
        DocInfo("食品经营许可证", AT, author="深圳市市场监督管理局", subject="证照", keywords=("证照", "食品")),
        {"ZZMC": "食品经营许可证", "CZZT": holder, "KZ_备注": 'a<b & "c"'},
        (Attachment("依据.xml", b"<a/>"), Attachment("清单.csv", "甲,乙".encode(), visible=False)),
        (Tag("CZZT", holder), Tag("ZZBFJG", "深圳市市场监督管理局")),
        (FRAME,),
    )


def layout(name: str) -> dict[str, Any]:
    return tomllib.loads((LAYOUTS / f"{name}.toml").read_text("utf-8"))


LICENCE: dict[str, Any] = {
    "ZZBH": "JY24403070012345",
    "CZZT": "深圳市南山区木棉花开餐饮管理有限公司",
    "CZZTDM": "91440300MA5EXAMPLE",
    "FDDBR": "林小满",
    "address": "深圳市南山区粤海街道科苑路15号科兴科学园B栋1单元101号、102号",
    "YT": "餐饮服务经营者（中型餐馆）",
    "ZZYXQJZRQ": "2031-11-24",
    "items": "热食类食品制售，冷食类食品制售（含冷荤类食品制售），糕点类食品制售（含裱花蛋糕），自制饮品制售（不含自酿酒）。",
    "ZZBFJG": "深圳市市场监督管理局南山监管局",
    "ZZBFRQ": "2026-11-25",
    "ZZBS": "1.2.156.3005.2.11100000MB0D13X5XX001.11440300MB2D0000XX.1.001.M",
}

OPINION: dict[str, Any] = {
    "number": "粤建消审字〔2026〕第0123号",
    "holder": "深圳市前海木棉置业发展有限公司",
    "applied": "2026-11-03",
    "project": "木棉中心二期（T3、T4栋）",
    "address": "深圳市南山区前湾一路1号",
    "area": 125000.5,
    "cost": "123456789.05",
    "contact": "林小满",
    "phone": "16012345678",
    "agency": "深圳市住房和建设局",
    "date": "2026-11-25",
    "copy": "仅限办理施工许可使用 至2026-12-25",
    "remark": "",
    "long": "本意见书一式三份。" * 60,
    "points": [
        {
            "what": "总平面布局：消防车道、登高操作场地、防火间距",
            "result": "合格" if n % 4 else "",
            "why": "净宽度4.0米，转弯半径满足要求。" if n % 3 else "见附图",
        }
        for n in range(1, 29)
    ],
}
