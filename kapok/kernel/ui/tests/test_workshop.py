"""What the build makes: the map's shapes, stamps, sizes."""

import gzip

import pytest

from kapok.kernel.ui.workshop import shapes, stamps
from kapok.kernel.ui.workshop.places import ASSETS, STATIC


def test_a_ring_is_decoded_by_differences():
    assert shapes.decode("B@A@", [1024, 2048]) == [(1025 / 1024, 2.0), (1024 / 1024, 2.0)]


def test_thinning_keeps_corners_and_drops_points_between():
    line = [(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0)]
    assert shapes.thin(line, 0.5) == [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]


def test_the_area_of_a_square_is_its_area():
    assert shapes.area([(0, 0), (2, 0), (2, 2), (0, 2)]) == 4


def test_a_step_is_fresh_only_while_sources_and_results_stand(tmp_path, monkeypatch):
    monkeypatch.setattr(stamps, "MADE", tmp_path)
    monkeypatch.setattr(stamps, "STAMPS", tmp_path / "stamps.json")
    source, result = tmp_path / "a", tmp_path / "b"
    source.write_text("1")
    result.write_text("x")
    stamps.keep("step", stamps.digest([source]))
    assert stamps.fresh("step", stamps.digest([source]), [result])
    source.write_text("2")
    assert not stamps.fresh("step", stamps.digest([source]), [result])
    result.unlink()
    assert not stamps.fresh("step", stamps.digest([source]), [result])


def test_the_lock_names_no_address_of_a_registry():
    lock = (ASSETS / "package-lock.json").read_text()
    assert '"resolved"' not in lock and lock.count('"integrity"') >= 30


@pytest.mark.skipif(not STATIC.exists(), reason="needs built assets: make assets")
@pytest.mark.feature("07.14", part="page weight of the frame")
def test_styles_scripts_and_icons_of_a_first_view_stay_under_fifty_kilobytes():
    packed = {name: len(gzip.compress((STATIC / name).read_bytes())) for name in ("kapok.css", "kapok.js", "icons.svg")}
    assert packed["kapok.css"] <= 25_000
    assert sum(packed.values()) <= 50_000
