"""Organisations come, change, end; the record keeps what they were."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from stdnum.cn import uscc as judge

from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.errors import Forbidden, Refused
from kapok.kernel.journal.public import history
from kapok.kernel.orgs.models import FormerName, Org
from kapok.kernel.orgs.public import (
    NoSuchOrg,
    SystemDuty,
    change_org,
    children,
    create_org,
    create_post,
    dissolve_org,
    duties_of,
    fields_of,
    give_duty,
    load_agencies,
    name_on,
    org,
    org_by_key,
    org_by_uscc,
    org_uuid,
    orgs_of_region,
    rename_org,
    reviewer_of,
    search_orgs,
    subtree,
    successor_of,
)
from kapok.kernel.orgs.tests.factories import ADMIN, credit_code, fields, make_org
from kapok.kernel.regions.public import NoSuchRegion, load_regions
from kapok.kernel.regions.tests.factories import built_source

GUANGZHOU = {"region": "440100000000", "level": 3}


def test_an_agency_is_entered_with_its_codes_and_one_entry():
    made = make_org(key="lw_market", short_name="荔湾市监局")
    assert judge.is_valid(made.uscc)
    assert made.orgcode == made.uscc[8:17]
    assert org(made.id) == org_by_uscc(made.uscc.lower()) == org_by_key("lw_market") == made
    [entry] = history(org_uuid(made.id))
    assert (entry.event, entry.data["title"]) == ("orgs.created", "荔湾区市场监督管理局")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": "  "}, "orgs.name_missing"),
        ({"kind": "club"}, "orgs.unknown_kind"),
        ({"level": 1}, "orgs.unknown_level"),
        ({"nature": "5"}, "orgs.unknown_nature"),
        ({"uscc": ""}, "orgs.uscc_missing"),
        ({"kind": "hall", "uscc": ""}, "orgs.room_needs_parent"),
        ({"kind": "hall"}, "orgs.room_has_no_uscc"),
    ],
)
def test_what_is_ill_said_is_refused_by_name(said, code):
    with pytest.raises(Refused) as refused:
        create_org(fields(**said), by=ADMIN)
    assert refused.value.code == code
    assert Org.objects.count() == 0


def test_a_credit_code_with_a_wrong_check_character_is_refused():
    good = credit_code()
    for wrong in (good[:-1] + ("0" if good[-1] != "0" else "1"), good[:-1], "1144010374628A04XO"):
        assert not judge.is_valid(wrong)
        with pytest.raises(Refused):
            create_org(fields(uscc=wrong), by=ADMIN)


def test_code_and_name_are_taken_once_among_those_that_stand():
    first = make_org()
    with pytest.raises(Refused, match=r"orgs\.uscc_taken"):
        create_org(fields("另一个局", uscc=first.uscc), by=ADMIN)
    with pytest.raises(Refused, match=r"orgs\.name_taken"):
        make_org()
    make_org(region="440104000000")
    dissolve_org(first.id, clock.today(), "机构改革", by=ADMIN)
    assert make_org(uscc=first.uscc).id != first.id
    with pytest.raises(IntegrityError), transaction.atomic():
        Org.objects.filter(id=first.id).update(dissolved_on=None)


def test_an_unknown_region_or_parent_is_refused():
    with pytest.raises(NoSuchRegion):
        make_org(region="440199000000")
    with pytest.raises(NoSuchOrg):
        make_org(parent=999_999)


def test_a_renamed_agency_answers_to_its_old_name_on_old_days():
    made = make_org("广州市工商行政管理局", **GUANGZHOU)
    rename_org(made.id, "广州市市场监督管理局", by=ADMIN)
    assert name_on(made.id, clock.today() - timedelta(days=1)) == "广州市工商行政管理局"
    assert name_on(made.id, clock.today()) == org(made.id).name == "广州市市场监督管理局"
    changed = [entry for entry in history(org_uuid(made.id)) if entry.event == "orgs.changed"]
    assert [entry.data["before"]["name"] for entry in changed] == ["广州市工商行政管理局"]
    rename_org(made.id, "广州市市场监督管理局", by=ADMIN)
    assert FormerName.objects.count() == 1


def test_saying_the_same_again_records_nothing():
    made = make_org()
    change_org(made.id, fields_of(made), by=ADMIN)
    assert len(history(org_uuid(made.id))) == 1


def test_a_circle_of_parents_is_refused():
    top = make_org("上级局")
    below = make_org("下级局", parent=top.id)
    with pytest.raises(Refused, match=r"orgs\.circle"):
        change_org(top.id, fields_of(Org(**{**_columns_of(top), "parent_id": below.id})), by=ADMIN)


def _columns_of(made):
    return {field.attname: getattr(made, field.attname) for field in Org._meta.concrete_fields}


def test_the_subtree_is_found_in_one_statement(django_assert_num_queries):
    top = make_org("局")
    hall = make_org("大厅", kind="hall", uscc="", parent=top.id, nature="9")
    window = make_org("综合窗口", kind="window_group", uscc="", parent=hall.id, nature="9")
    make_org("别的局")
    with django_assert_num_queries(1):
        assert subtree(top.id) == [top.id, hall.id, window.id]
    assert [each.name for each in children(top.id)] == ["大厅"]


def test_who_is_dissolved_hands_what_is_below_to_the_successor():
    old, new = make_org("地税局"), make_org("税务局")
    hall = make_org("办税厅", kind="hall", uscc="", parent=old.id, nature="9")
    with pytest.raises(Refused, match=r"orgs\.no_successor"):
        dissolve_org(old.id, clock.today(), "机构改革", by=ADMIN)
    dissolve_org(old.id, clock.today(), "机构改革", successor=new.id, by=ADMIN)
    assert org(hall.id).parent_id == new.id
    assert successor_of(old.id) == new.id
    assert org(old.id).dissolved_on == clock.today()
    with pytest.raises(Refused, match=r"orgs\.dissolved"):
        rename_org(old.id, "又一个名字", by=ADMIN)
    with pytest.raises(Refused, match=r"orgs\.parent_dissolved"):
        make_org("下属单位", kind="unit", parent=old.id)


def test_orgs_of_a_region_stand_higher_ones_first_and_by_pinyin():
    make_org("广州市民政局", **GUANGZHOU)
    make_org("广州市财政局", **GUANGZHOU)
    make_org("荔湾区民政局")
    assert [each.name for each in orgs_of_region("4401")] == ["广州市财政局", "广州市民政局"]
    assert [each.name for each in orgs_of_region("4401", below=True)] == ["广州市财政局", "广州市民政局", "荔湾区民政局"]
    assert [each.name for each in search_orgs("民政局")] == ["广州市民政局", "荔湾区民政局"]


def test_the_reviewer_is_the_service_department_of_the_level():
    data = make_org("广州市政务服务和数据管理局", reviews=True, **GUANGZHOU)
    assert reviewer_of("440100", 3) == data
    assert reviewer_of("440103", 4) is None


def test_in_charge_operating_and_using_are_three_organisations():
    charge, operator, user = make_org("甲局"), make_org("数广公司", kind="unit"), make_org("乙局")
    give_duty(charge.id, 8, SystemDuty.IN_CHARGE, by=ADMIN)
    give_duty(operator.id, 8, SystemDuty.OPERATES, by=ADMIN)
    give_duty(user.id, 8, SystemDuty.USES, by=ADMIN)
    give_duty(user.id, 8, SystemDuty.IN_CHARGE, by=ADMIN)
    told = {(each.duty, each.org.name) for each in duties_of(8)}
    assert told == {("in_charge", "乙局"), ("operates", "数广公司"), ("uses", "乙局")}


def test_a_post_is_entered_once():
    made = make_org()
    assert create_post(made.id, "首席代表", by=ADMIN) == create_post(made.id, " 首席代表 ", by=ADMIN)


def test_who_may_not_manage_is_forbidden():
    class Clerk:
        ref = ActorRef("staff", "窗口人员")

        def may(self, deed, thing=None):
            return False

    with pytest.raises(Forbidden):
        create_org(fields(), by=Clerk())


FILE = """
[[org]]
key = "hall"
name = "荔湾区政务服务中心"
level = 4
kind = "hall"
region = "440103000000"
parent = "data"
nature = "9"

[[org]]
key = "data"
name = "荔湾区政务服务和数据管理局"
uscc = "{code}"
level = 4
kind = "agency"
region = "440103000000"
reviews = true
example = ["uscc"]
"""


def test_a_file_of_agencies_is_entered_whole_and_again_without_change(tmp_path):
    file = tmp_path / "agencies.toml"
    file.write_text(FILE.format(code=credit_code()), "utf-8")
    assert load_agencies(file, by=ADMIN).made == 2
    assert org_by_key("hall").parent_id == org_by_key("data").id
    again = load_agencies(file, by=ADMIN)
    assert (again.made, again.changed, again.same) == (0, 0, 2)
    file.write_text(file.read_text("utf-8").replace("政务服务中心", "政务服务大厅"), "utf-8")
    third = load_agencies(file, by=ADMIN)
    assert (third.made, third.changed, third.same) == (0, 1, 1)


def test_a_file_with_one_bad_agency_enters_none(tmp_path):
    file = tmp_path / "agencies.toml"
    file.write_text(FILE.format(code="114401030000000000"), "utf-8")
    with pytest.raises(Refused):
        load_agencies(file, by=ADMIN)
    assert Org.objects.count() == 0


def test_the_demonstration_s_agencies_are_entered_and_the_judge_accepts_their_codes():
    load_regions(built_source(), "44", by=ADMIN)
    done = load_agencies(Path(__file__).parents[4] / "demo" / "data" / "agencies.toml", by=ADMIN)
    assert done.made == Org.objects.count() > 60
    assert [made.name for made in Org.objects.exclude(uscc="") if not judge.is_valid(made.uscc)] == []
    assert [made.name for made in Org.objects.filter(uscc="") if made.parent_id is None] == []
