"""The palette reads well in light and dark."""

import re
from pathlib import Path

import pytest

from kapok.kernel.ui import contrast
from kapok.kernel.ui.workshop.places import ASSETS
from kapok.kernel.ui.workshop.styles import icon_names, token_sheet

SHEETS = sorted((ASSETS / "css").glob("*.css"))
TEMPLATES = sorted(Path(__file__).resolve().parents[3].rglob("templates/**/*.jinja"))


def test_black_on_white_is_twenty_one_to_one():
    assert contrast.contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.feature("07.14", part="contrast of the palette")
@pytest.mark.parametrize("pair", list(contrast.pairs()), ids=lambda p: f"{p.theme}: {p.ink} on {p.on}")
def test_every_pair_of_the_palette_reaches_its_contrast(pair):
    assert pair.reached >= pair.least


def test_every_colour_used_in_a_sheet_is_a_token():
    own = {"sans", "serif", "r", "r-s", "wide", "gap", "pad", "lift"}
    known = set(contrast.palette()) | own
    for sheet in SHEETS:
        said = sheet.read_text()
        used = set(re.findall(r"var\(--([\w-]+)", said)) - set(re.findall(r"--([\w-]+): [\d.]+rem", said))  # lengths of its own
        assert used <= known, f"{sheet.name} uses {used - known}"


def test_rules_that_set_ink_and_ground_use_a_promised_pair():
    promised = {(pair.ink, pair.on) for pair in contrast.pairs()}
    for sheet in SHEETS:
        for rule in re.findall(r"\{([^{}]*)\}", sheet.read_text()):
            ink = re.search(r"(?:^|[;\s])color: var\(--([\w-]+)\)", rule)
            ground = re.search(r"background(?:-color)?: var\(--([\w-]+)\)", rule)
            if ink and ground:
                assert (ink[1], ground[1]) in promised, f"{sheet.name}: {ink[1]} on {ground[1]}"


def test_dark_colours_are_given_for_the_system_and_for_the_switch():
    sheet = token_sheet()
    dark = contrast.palette()["paper"][1]
    assert sheet.count(f"--paper:{dark};") == 2
    assert sheet.count("{") == sheet.count("}")


def test_every_icon_named_in_a_template_is_in_the_sprite():
    names = set(icon_names())
    for template in TEMPLATES:
        for name in re.findall(r"""icon\(["']([\w-]+)["']""", template.read_text("utf-8")):
            assert name in names, f"{template.name}: {name} is not in assets/icons.txt"
