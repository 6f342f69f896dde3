"""A small province in the source's own form: true codes and names, few places."""

from pathlib import Path

import pytest

from kapok.kernel.regions.public import Console, load_regions
from kapok.kernel.regions.setup import source_folder

ADMIN = Console("测试管理员")

SOURCE = {
    "provinces": ["code,name", '44,"广东省"'],
    "cities": [
        "code,name,provinceCode", '4401,"广州市",44', '4403,"深圳市",44', '4404,"珠海市",44', '4415,"汕尾市",44', '4419,"东莞市",44',
    ],
    "areas": [
        "code,name,cityCode,provinceCode", '440103,"荔湾区",4401,44', '440104,"越秀区",4401,44', '440305,"南山区",4403,44',
        '440402,"香洲区",4404,44', '441521,"海丰县",4415,44', '441900,"东莞市",4419,44', '110101,"东城区",1101,11',
    ],
    "streets": [
        "code,name,areaCode,provinceCode,cityCode", '440103001,"沙面街道",440103,44,4401', '440103002,"岭南街道",440103,44,4401',
        '440305001,"南头街道",440305,44,4403', '440402104,"横琴镇",440402,44,4404', '441521101,"梅陇镇",441521,44,4415',
        '441521103,"鹅埠镇",441521,44,4415', '441900003,"东城街道",441900,44,4419',
    ],
    "villages": [
        "code,name,streetCode,provinceCode,cityCode,areaCode", '440103001001,"翠洲社区居民委员会",440103001,44,4401,440103',
        '440103001002,"沙面社区居民委员会",440103001,44,4401,440103', '440103002001,"和平社区居民委员会",440103002,44,4401,440103',
        '441521103201,"鹅埠村民委员会",441521103,44,4415,441521', '441900003001,"岗贝社区",441900003,44,4419,441900',
    ],
}  # fmt: skip


def small_source(folder: Path) -> Path:
    """The small province as the five files."""
    for name, lines in SOURCE.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def small_province(folder: Path) -> None:
    """Load it, with the local zones and jurisdictions that ship."""
    load_regions(small_source(folder), "44", by=ADMIN)


def built_source() -> Path:
    """The folder of the published divisions; skips where it was not built."""
    folder = source_folder()
    if not (folder / "villages.csv").exists():
        pytest.skip("needs the published divisions in build/regions: make assets")
    return folder
