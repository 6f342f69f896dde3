"""The published vectors of every code, and the one cause each bad writing is refused for."""

from datetime import date

import pytest

from kapok.kernel.common.codes import casenumber, citizen, item, licence, orgcode, project, sentences, serial, uscc
from kapok.kernel.common.codes.text import normalise
from kapok.kernel.common.errors import Refused
from kapok.kernel.common.errors import sentences as said

pytestmark = pytest.mark.feature("09.02", part="codes")

FIRE_IN_LECHANG = "11440232MB2D06811W4000117051000"
GUANGZHOU_ITEM = "11440100007482575H3440118009000"
FIRST_LICENCE = "1.2.156.3005.2.11100000000013338W002.11320482014138860P.201807250201.001.M"

VALID = [
    (uscc, "91350100M000100Y43"),
    (uscc, "11440232MB2D06811W"),
    (uscc, "12441500196720244T"),
    (uscc, "11440100696927671X"),
    (uscc, "11370800MB28559184"),
    (uscc, "11440100007482575H"),
    (uscc, "11440000MB2D0164XH"),
    (uscc, " 91350100m000100y43\u3000"),
    (orgcode, "00693981X"),
    (orgcode, "MB2D0164X"),
    (orgcode, "007482575"),
    (orgcode, "006940386"),
    (orgcode, "00693981-X"),
    (citizen, "11010519491231002X"),
    (citizen, "440106199001010013"),
    (citizen, "\t11010519491231002x\n"),
    (item, GUANGZHOU_ITEM),
    (item, FIRE_IN_LECHANG),
    (item, "11440000MB2D0164XH2440289876000"),
    (item, "12441500196720244T3442199806003"),
    (item, "11370800MB285591843370117002011"),
    (item, "000117051000"),
    (item, GUANGZHOU_ITEM + "01"),
    (casenumber, "11440232MB2D06811W4000117051000202010200008"),
    (casenumber, "12441500196720244T3442199806003202206230068"),
    (licence, FIRST_LICENCE),
    (project, "2509-320193-89-01-544060"),
    (project, "2017-440106-48-03-012345"),
    (serial, "441202202603020000017"),
]


@pytest.mark.parametrize(("kind", "text"), VALID)
def test_published_codes_hold(kind, text):
    verdict = kind.check(text)
    assert verdict, verdict
    take_apart = item.parse_base if kind is item and len(text) == 12 else kind.parse
    assert take_apart(text).text == normalise(text).replace("00693981-X", "00693981X")


INVALID = [
    (uscc, "11440000006940140K", "codes.uscc.check_digit", {"given": "K"}),
    (uscc, "", "codes.uscc.empty", {}),
    (uscc, "91350100M000100Y4", "codes.uscc.length", {"length": 17, "expected": "18"}),
    (uscc, "91350100M000100Y433", "codes.uscc.length", {"length": 19, "expected": "18"}),
    (uscc, "９1350100M000100Y43", "codes.uscc.full_width", {"position": 1, "character": "９"}),
    (uscc, "9135010０M000100Y43", "codes.uscc.full_width", {"position": 8, "character": "０"}),
    (uscc, "91350100MO00100Y43", "codes.uscc.alphabet", {"position": 10, "character": "O"}),
    (uscc, "91350100 M000100Y4", "codes.uscc.alphabet", {"position": 9, "character": " "}),
    (uscc, "91990100M000100Y43", "codes.uscc.region", {"region": "990100"}),
    (uscc, "91350100M000100Y34", "codes.uscc.check_digit", {"given": "4"}),
    (orgcode, "00693981Y", "codes.orgcode.check_digit", {"given": "Y"}),
    (orgcode, "0069398", "codes.orgcode.length", {"length": 7, "expected": "9"}),
    (orgcode, "00693981Ｘ", "codes.orgcode.full_width", {"position": 9, "character": "Ｘ"}),
    (orgcode, "00693_81X", "codes.orgcode.alphabet", {"position": 6, "character": "_"}),
    (citizen, "110105194912310020", "codes.citizen.check_digit", {"given": "0"}),
    (citizen, "110105491231002", "codes.citizen.fifteen", {}),
    (citizen, "1101051949123100", "codes.citizen.length", {"length": 16, "expected": "18"}),
    (citizen, "11010519491231002Ｘ", "codes.citizen.full_width", {"position": 18, "character": "Ｘ"}),
    (citizen, "1101051949123１002X", "codes.citizen.full_width", {"position": 14, "character": "１"}),
    (citizen, "1101051949123100XX", "codes.citizen.alphabet", {"position": 17, "character": "X"}),
    (citizen, "1101051949123100A2", "codes.citizen.alphabet", {"position": 17, "character": "A"}),
    (citizen, "990105194912310022", "codes.citizen.region", {"region": "990105"}),
    (citizen, "110105194902290020", "codes.citizen.birth", {"born": "19490229"}),
    (citizen, "110105174912310020", "codes.citizen.birth", {"born": "17491231"}),
    (item, "11440000006940140K3440118009000", "codes.uscc.check_digit", {"given": "K"}),
    (item, "11440100007482575H7440118009000", "codes.item.level", {"level": "7"}),
    (item, "11440100007482575H3990118009000", "codes.item.region", {"region": "99"}),
    (item, "11440100007482575H344011800900", "codes.item.length", {"length": 30, "expected": "12 或 31 或 33"}),
    (item, "11440100007482575H34401180090００", "codes.item.full_width", {"position": 30, "character": "０"}),
    (item, "44011800900A", "codes.item.alphabet", {"position": 12, "character": "A"}),
    (casenumber, FIRE_IN_LECHANG + "202010320008", "codes.case.day", {"day": "20201032"}),
    (casenumber, FIRE_IN_LECHANG + "202010200000", "codes.case.serial", {"serial": "0000"}),
    (casenumber, FIRE_IN_LECHANG + "202010201A00", "codes.case.serial", {"serial": "1A00"}),
    (casenumber, FIRE_IN_LECHANG + "20201020008", "codes.case.length", {"length": 42, "expected": "43"}),
    (casenumber, "11440000006940140K" + FIRE_IN_LECHANG[18:] + "202010200008", "codes.uscc.check_digit", {"given": "K"}),
    (licence, FIRST_LICENCE[:-1] + "N", "codes.licence.check_digit", {"given": "N"}),
    (licence, FIRST_LICENCE.replace("3005", "3006"), "codes.licence.root", {"root": "1.2.156.3005.2"}),
    (licence, FIRST_LICENCE[:-2], "codes.licence.parts", {"parts": 4}),
    (licence, FIRST_LICENCE.replace(".001.", ".1.").replace("..", "."), "codes.licence.version", {"version": "1"}),
    (licence, FIRST_LICENCE.replace("11320482014138860P", "340100"), "codes.licence.issuer", {"issuer": "340100"}),
    (licence, FIRST_LICENCE.replace("13338W002", "13338W02"), "codes.licence.type", {"type": "11100000000013338W02"}),
    (licence, FIRST_LICENCE.replace(".201807250201.", ".."), "codes.licence.serial", {}),
    (project, "2509-320193-89-01-54406", "codes.project.length", {"length": 23, "expected": "24"}),
    (project, "250-9320193-89-01-544060", "codes.project.shape", {}),
    (project, "2513-320193-89-01-544060", "codes.project.period", {"period": "2513"}),
    (project, "2014-320193-89-01-544060", "codes.project.period", {"period": "2014"}),
    (project, "2509-990193-89-01-544060", "codes.project.region", {"region": "990193"}),
    (project, "2509－320193-89-01-544060", "codes.project.full_width", {"position": 5, "character": "－"}),
    (serial, "441202202603020000018", "codes.serial.check_digit", {"given": "8"}),
    (serial, "441202202613020000017", "codes.serial.day", {"day": "20261302"}),
    (serial, "991202202603020000017", "codes.serial.region", {"region": "991202"}),
    (serial, "44120220260302000001", "codes.serial.length", {"length": 20, "expected": "21"}),
]


@pytest.mark.parametrize(("kind", "text", "code", "data"), INVALID)
def test_a_bad_code_is_refused_for_its_one_cause(kind, text, code, data):
    verdict = kind.check(text)
    assert (verdict.code, verdict.data, verdict.status) == (code, data, 422)
    assert code in said
    take_apart = item.parse_base if kind is item and len(text) == 12 else kind.parse
    with pytest.raises(Refused) as raised:
        take_apart(text)
    assert raised.value.code == code


@pytest.mark.parametrize("code", sorted(sentences.CODES))
def test_every_sentence_is_filled_by_the_data_its_refusal_carries(code):
    data = {"position": 1, "character": "Ａ", "length": 3, "expected": "18", "given": "K", "region": "99", "born": "0"}
    data |= {"level": "7", "longest": 9, "day": "0", "serial": "0000", "root": "1.2", "parts": 4, "type": "T", "issuer": "I"}
    data |= {"version": "1", "period": "2513"}
    text = Refused(code, **data).message()
    assert text.endswith(("。", "？")) and "{" not in text


@pytest.mark.parametrize(
    ("parts", "character"),
    [
        (("11100000000013338W002", "11320482014138860P", "201807250201", "001"), "M"),
        (("11100000000013338W011", "11430000006122244L", "20230000403", "001"), "U"),
        (("11100000MB03271699022", "340100", "000000016", "001"), "9"),
        (("11100000000013338W032", "11220000013544541J", "2430599", "001"), "F"),
    ],
)
def test_licence_check_characters_equal_the_published_ones(parts, character):
    assert licence.check_character(*parts) == character


def test_codes_come_apart_into_what_they_say():
    impl = item.parse(GUANGZHOU_ITEM)
    assert (impl.uscc, impl.level, impl.base.type, impl.base.region) == ("11440100007482575H", "3", "01", "44")
    case = casenumber.parse("11440232MB2D06811W4000117051000202010200008")
    assert (case.implementation, case.accepted_on, case.serial) == (FIRE_IN_LECHANG, date(2020, 10, 20), 8)
    person = citizen.parse("440106199001010013")
    assert (person.region, person.born, person.sex) == ("440106", date(1990, 1, 1), "male")
    assert person.age_on(date(2025, 12, 31)) == 35 and person.age_on(date(2026, 1, 1)) == 36
    body = uscc.parse("11440000MB2D0164XH")
    assert (body.orgcode, body.kind, body.region) == ("MB2D0164X", "机关", "440000")
    assert (project.parse("2017-440106-48-03-012345").month, project.parse("2509-320193-89-01-544060").month) == (None, 9)


def test_a_birth_to_come_is_refused_only_when_the_day_is_known():
    number = citizen.make("440106", date(2030, 5, 1), 12)
    assert citizen.check(number)
    assert citizen.check(number, today=date(2026, 1, 1)).code == "codes.citizen.future"


def test_other_profiles_check_length_and_writing_only():
    sichuan = "511Z07001006-511602000000-000-11511602008740016X-1-00"
    assert item.check(sichuan).code == "codes.item.length"
    assert item.check(sichuan, item.NATIONAL).code == "codes.item.too_long"
    assert item.check(sichuan[:50], item.NATIONAL)
    assert item.check_base("4401180090", item.GBT39046)
    assert item.check_base("440118009000", item.GBT39046).code == "codes.item.too_long"
    assert casenumber.check("2020-GD-000123", item.NATIONAL)


def test_the_day_after_9999_goes_on_with_letters_in_order():
    assert [casenumber.serial_text(n) for n in (1, 9999, 10_000, 10_036, casenumber.LAST)] == ["0001", "9999", "A000", "A010", "ZZZZ"]
    for impossible in (0, casenumber.LAST + 1):
        with pytest.raises(ValueError, match="no four characters"):
            casenumber.serial_text(impossible)


def test_pasted_html_and_control_characters_are_named_by_place():
    assert uscc.check("<b>91350100M000100").data == {"position": 1, "character": "<"}
    assert uscc.check("91350100\x00000100Y43").code == "codes.uscc.alphabet"
