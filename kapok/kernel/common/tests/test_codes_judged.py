"""Codes against an independent judge, python-stdnum, and against themselves by property."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.cn import uscc as judge_uscc
from stdnum.iso7064 import mod_11_10 as judge_11_10
from stdnum.iso7064 import mod_37_36 as judge_37_36

from kapok.kernel.common.codes import casenumber, citizen, item, licence, mod_11_10, mod_37_36, orgcode, project, serial, uscc
from kapok.kernel.common.codes.text import ALPHANUMERIC, normalise

pytestmark = pytest.mark.feature("09.02", part="codes")

REGIONS = st.sampled_from(["440000", "440100", "440304", "441202", "441900", "110105"])
BODIES = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
USCCS = st.builds(uscc.make, st.sampled_from(["11", "12", "51", "91", "92", "93"]), REGIONS, BODIES)
IMPLS = st.builds(
    item.make, USCCS, st.sampled_from("123456"), st.builds(item.make_base, st.just("44"), st.just("01"), st.just("17"), st.integers(0, 999))
)


@given(USCCS)
def test_made_credit_codes_hold_for_us_and_for_stdnum(code):
    assert uscc.check(code)
    assert judge_uscc.is_valid(code)
    assert orgcode.check(uscc.parse(code).orgcode)


@given(USCCS, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_a_changed_character_is_judged_as_stdnum_judges_it(code, place, character):
    changed = code[:place] + character + code[place + 1 :]
    ours = uscc.check(changed)
    if ours.code != "codes.uscc.region":  # stdnum does not look at the region
        assert bool(ours) == judge_uscc.is_valid(changed)
    if place >= 8 and character != code[place]:
        assert not ours  # GB 32100 finds every single wrong character


@given(REGIONS, st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(0, 999))
def test_made_identity_numbers_hold_for_us_and_for_stdnum(region, born, sequence):
    number = citizen.make(region, born, sequence)
    assert citizen.check(number)
    assert ric.calc_check_digit(number) == number[-1]
    assert ric.get_birth_date(number) == born
    assert citizen.parse(number).sex == ("male" if sequence % 2 else "female")


@given(REGIONS, DAYS, st.integers(0, 999), st.integers(14, 17), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_of_an_identity_number_is_found(region, born, sequence, place, digit):
    number = citizen.make(region, born, sequence)
    if digit != number[place]:
        assert citizen.check(number[:place] + digit + number[place + 1 :]).code == "codes.citizen.check_digit"


@given(st.text(ALPHANUMERIC, min_size=1, max_size=60))
def test_mod_37_36_equals_stdnum(body):
    assert mod_37_36.check_character(body) == judge_37_36.calc_check_digit(body)
    assert mod_37_36.holds(body + mod_37_36.check_character(body))


@given(st.text("0123456789", min_size=1, max_size=40))
def test_mod_11_10_equals_stdnum(body):
    assert mod_11_10.check_digit(body) == judge_11_10.calc_check_digit(body)
    assert mod_11_10.holds(body + mod_11_10.check_digit(body))


@given(USCCS, USCCS, st.text(ALPHANUMERIC, min_size=1, max_size=32), st.integers(1, 999))
def test_made_licence_identifiers_hold_for_stdnum_too(definer, issuer, number, version):
    text = licence.make(definer + "001", issuer, number, version)
    assert licence.check(text)
    body = "".join(c for c in text.removeprefix(licence.ROOT) if c in ALPHANUMERIC)
    assert judge_37_36.is_valid(body)
    assert licence.parse(text).version == version


@given(IMPLS, st.integers(0, 99))
def test_item_codes_come_back_as_made(code, handling):
    assert item.parse(code).text == code
    assert item.parse(f"{code}{handling:02d}").handling == f"{handling:02d}"


@given(IMPLS, DAYS, st.integers(1, casenumber.LAST), st.integers(1, casenumber.LAST))
def test_case_numbers_come_back_as_made_and_sort_as_given(code, accepted, first, second):
    one, two = (casenumber.make(code, accepted, n) for n in (first, second))
    assert (casenumber.parse(one).serial, casenumber.parse(one).accepted_on) == (first, accepted)
    assert (one < two) == (first < second)


@given(REGIONS, DAYS, st.integers(0, 999_999))
def test_application_serials_hold_and_single_errors_are_found(region, day, number):
    text = serial.make(region, day, number)
    assert serial.check(text)
    assert (serial.parse(text).region, serial.parse(text).applied_on) == (region, day)
    for place in range(14, 21):
        wrong = text[:place] + str((int(text[place]) + 3) % 10) + text[place + 1 :]
        assert serial.check(wrong).code == "codes.serial.check_digit"


@given(st.integers(2021, 2099), st.integers(1, 12), REGIONS)
def test_simulated_project_codes_have_the_shape_and_a_pluggable_check(year, month, region):
    text = project.make(year, month, region, "89", "01", check_digit=mod_11_10.check_digit)
    assert project.check(text, check_digit=mod_11_10.check_digit)
    wrong = text[:-1] + str((int(text[-1]) + 1) % 10)
    assert project.check(wrong) and project.check(wrong, check_digit=mod_11_10.check_digit).code == "codes.project.check_digit"


@given(st.text(max_size=60))
def test_no_input_breaks_a_check(text):
    for kind in (uscc, orgcode, citizen, item, casenumber, licence, project, serial):
        verdict = kind.check(text)
        assert verdict or verdict.code.startswith("codes.")
    assert normalise(normalise(text)) == normalise(text)


def test_drawn_serials_differ():
    assert len({serial.make("440100", date(2026, 3, 2)) for _ in range(50)}) > 45
