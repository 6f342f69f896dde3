"""The synthetic people: valid numbers, nobody's numbers, and always the same ones."""

import tomllib
from pathlib import Path

from demo.people import COMPANIES, PERSONS, companies, persons
from kapok.kernel.common.codes import citizen, uscc

DATA = Path(__file__).resolve().parents[1] / "data"


def test_people_are_many_valid_and_all_different():
    people = list(persons())
    assert len(people) == PERSONS >= 1500
    assert all(citizen.check(person.number) for person in people)
    assert len({person.number for person in people}) == len({person.phone for person in people}) == PERSONS


def test_no_living_person_can_hold_these_numbers():
    for person in persons():
        assert person.number[14:17] in {"996", "997", "998", "999"} and person.born.year >= 1942
        assert person.phone.startswith("160") and len(person.phone) == 11


def test_companies_are_many_valid_and_all_different():
    people = list(persons())
    firms = list(companies(people))
    assert len(firms) == COMPANIES >= 300
    assert all(uscc.check(firm.uscc) and firm.uscc[8:10] == "MX" for firm in firms)
    assert len({firm.uscc for firm in firms}) == len({firm.name for firm in firms}) == COMPANIES


def test_the_same_people_come_every_time():
    assert list(persons(50)) == list(persons(50))
    assert [firm.uscc for firm in companies(list(persons(50)), 20)] == [firm.uscc for firm in companies(list(persons(50)), 20)]


def test_the_accounts_of_the_demonstration_are_invented_too():
    said = tomllib.loads((DATA / "accounts.toml").read_text("utf-8"))
    for row in said["citizen"]:
        assert citizen.check(row["number"]) and row["number"][14:16] == "99" and row["phone"].startswith("160")
    for row in said["company"]:
        assert uscc.check(row["uscc"]) and row["uscc"][8:10] == "MX"
    roles = {grant["role"] for row in said["staff"] for grant in row["grants"]}
    assert roles == {"clerk", "approver", "leader", "editor", "reviewer", "admin", "operator", "auditor"}
