"""The loaded tree and who runs what in it."""

from datetime import date, timedelta

import pytest

from kapok.kernel.common import clock
from kapok.kernel.common.errors import Refused
from kapok.kernel.regions.models import Region
from kapok.kernel.regions.public import (
    NoSuchRegion,
    SourceMissing,
    ancestors,
    areas_run_by,
    children,
    city_of,
    contains,
    governed,
    governors,
    load_regions,
    path_names,
    provinces,
    region,
    run_by,
    search_regions,
    set_jurisdiction,
    within,
)
from kapok.kernel.regions.remembering import begin_request, end_request
from kapok.kernel.regions.tests.factories import ADMIN, built_source, small_source

SHANTOU_ZONE, HENGQIN = "440399000000", "440499000000"


@pytest.mark.feature("07.08", part="tree")
def test_a_town_of_dongguan_opens_directly_below_the_city(province):
    town = region("441900003000")
    assert (town.name, town.level, town.parent) == ("东城街道", 4, "441900000000")
    assert path_names("441900003") == ["广东省", "东莞市", "东城街道"]
    assert [place.code for place in children("4419")] == ["441900003000"]
    assert [place.code for place in children("441900003")] == ["441900003001"]
    assert Region.objects.filter(code="441900000000").count() == 1
    assert path_names("441900003001") == ["广东省", "东莞市", "东城街道", "岗贝社区"]


def test_children_stand_in_pinyin_order(province):
    assert [place.name for place in children("440000")] == ["东莞市", "广州市", "汕尾市", "深圳市", "珠海市"]


@pytest.mark.feature("07.08", part="dated jurisdictions")
def test_a_town_is_governed_by_the_city_that_runs_it_not_by_the_one_it_lies_in(province):
    assert region("441521103").path[1] == "441500000000"
    assert run_by("441521103") == SHANTOU_ZONE
    assert [place.name for place in governors("441521103201")] == ["广东省", "深圳市", "深汕特别合作区", "鹅埠镇", "鹅埠村民委员会"]
    assert city_of("441521103201").name == "深圳市"
    assert city_of("441521101").name == "汕尾市"
    assert run_by("441521101") == "441521101000"
    assert [place.name for place in areas_run_by(HENGQIN)] == ["横琴镇"]
    assert run_by("440402104", on=date(2021, 9, 16)) == "440402104000"
    assert city_of("441521103", on=date(2018, 12, 15)).name == "汕尾市"


@pytest.mark.feature("07.08", part="dated jurisdictions")
def test_the_governed_filter_leaves_out_what_others_run_and_takes_in_what_is_run_elsewhere(province):
    def codes(condition):
        return set(Region.objects.filter(condition).values_list("code", flat=True))

    shenzhen, shanwei = codes(governed("4403")), codes(governed("4415"))
    assert {"441521103000", "441521103201", "440305001000", SHANTOU_ZONE} <= shenzhen
    assert "441521101000" in shanwei
    assert not shenzhen & shanwei
    assert codes(governed("44")) == codes(within("44")) == set(Region.objects.values_list("code", flat=True))
    assert codes(governed(HENGQIN)) == {HENGQIN, "440402104000"}
    assert "440402104000" not in codes(governed("440402"))
    for code in shenzhen:
        assert "440300000000" in [place.code for place in governors(code)]


def test_an_area_changes_hands_on_its_day(province):
    today = clock.today()
    ahead = today + timedelta(days=5)
    set_jurisdiction("440402104000", None, ahead, "管理权限划回", by=ADMIN)
    assert run_by("440402104") == HENGQIN
    assert run_by("440402104", on=ahead) == "440402104000"
    with pytest.raises(Refused, match=r"regions\.runs_itself"):
        set_jurisdiction("440402000000", "440402104000", ahead, "依据", by=ADMIN)
    with pytest.raises(NoSuchRegion):
        set_jurisdiction("440402104000", "449999000000", ahead, "依据", by=ADMIN)


def test_loading_again_adds_nothing_and_names_what_differs(province, tmp_path):
    count = Region.objects.count()
    folder = small_source(tmp_path)
    (folder / "cities.csv").write_text((folder / "cities.csv").read_text("utf-8").replace("汕尾市", "汕尾新市"), "utf-8")
    again = load_regions(folder, "44", by=ADMIN)
    assert (again.made, again.known, again.differing) == (0, count, ("441500000000",))
    assert Region.objects.count() == count
    assert region("4415").name == "汕尾市"


def test_a_missing_file_is_named_and_nothing_is_loaded(db, tmp_path):
    (small_source(tmp_path) / "streets.csv").unlink()
    with pytest.raises(SourceMissing, match=r"streets\.csv"):
        load_regions(tmp_path, "44", by=ADMIN)
    assert provinces() == []


def test_regions_are_found_by_name_initials_and_code(province):
    assert [place.code for place in search_regions("东城街道")] == ["441900003000"]
    assert [place.name for place in search_regions("鹅埠")] == ["鹅埠镇", "鹅埠村民委员会"]
    assert [place.name for place in search_regions("gzs")] == ["广州市"]
    assert [place.name for place in search_regions("4403")] == ["深圳市", "南山区", "南头街道", "深汕特别合作区"]
    assert [place.short_name for place in search_regions("社区", under="440103")] == ["翠洲", "和平", "沙面"]
    assert search_regions("  ") == []


def test_unknown_and_ill_written_codes_are_told_apart(province):
    with pytest.raises(NoSuchRegion):
        region("440199")
    assert contains("4401", "440103001")
    assert not contains("440103", "4401")
    assert [place.name for place in ancestors("440103")] == ["广东省", "广州市"]


def test_the_tree_is_read_once_and_its_age_asked_once_a_request(province, django_assert_num_queries):
    region("440103001001")
    with django_assert_num_queries(1):
        region("440103001001")
    begin_request()
    with django_assert_num_queries(1):
        for _ in range(20):
            path_names("440103001001")
            city_of("441521103")
    set_jurisdiction("441521103000", None, clock.today(), "管理权限划回", by=ADMIN)
    assert city_of("441521103").name == "汕尾市"
    end_request()
    assert city_of("441521103").name == "汕尾市"


@pytest.mark.feature("07.08", part="tree")
def test_all_of_guangdong_is_loaded_with_its_published_counts(db):
    loaded = load_regions(built_source(), "44", by=ADMIN)
    assert loaded.made - 2 == 28_743
    by_level = {level: Region.objects.filter(level=level, local=False).count() for level in range(1, 6)}
    assert by_level == {1: 1, 2: 21, 3: 122, 4: 1757, 5: 26_842}
    assert [place.level for place in children("4420")] == [4] * 23
    assert len(areas_run_by(SHANTOU_ZONE)) == 4
    below = {city.code: Region.objects.filter(within(city.code), level=5).count() for city in children("44")}
    assert (below["440100000000"], below["441900000000"], below["442000000000"], below["445300000000"]) == (2851, 609, 287, 980)
    orphans = Region.objects.exclude(level=1).exclude(parent__level__lt=5)
    assert orphans.count() == 0
