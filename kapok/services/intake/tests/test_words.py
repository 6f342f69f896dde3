"""Every refusal has its sentence, and every event says what it holds."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from django.utils.translation import override

from kapok.kernel.common.errors import sentences
from kapok.services.intake import errors, events
from kapok.services.intake.rules import table
from kapok.services.intake.rules.words import WORDS

RULES = Path(errors.__file__).parent / "rules"
CODE = re.compile(r'"((?:act|form|material|situation)\.[a-z_]+(?:\.[a-z_]+)?)"')


@pytest.mark.parametrize("code", sorted({code for path in RULES.glob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}))
def test_every_code_of_the_rules_has_a_sentence(code):
    assert code in sentences


@pytest.mark.parametrize("event", [*events.ACTS, *events.OTHERS])
def test_an_event_is_frozen_named_and_free_of_personal_data(event):
    assert is_dataclass(event)
    assert event.__dataclass_params__.frozen
    assert event.name.startswith("intake.")
    assert not {"applicant", "phone", "party_name", "id_number"} & {one.name for one in fields(event)}


def test_an_event_is_made_by_the_name_its_line_gives():
    made = events.event_for(
        "intake.accepted",
        case="c", serial="s", number="n", impl_code="i", version="v", act="accept", outcome="accepted",
        sequence=2, state_from="applied", state_to="accepted", occurred_at="2026-11-25T10:00:00+08:00",
    )  # fmt: skip
    assert type(made) is events.CaseAccepted


def test_every_word_of_the_table_can_be_translated_and_no_other_stands_in_the_list():
    words = table()
    named = {state.name for state in words.states.values()} | set(words.documents.values())
    named |= {act.name for act in words.acts.values()} | {name for act in words.acts.values() for name in act.outcomes.values()}
    assert named | {datum.name for datum in words.data.values()} == WORDS


def test_a_reader_of_english_reads_states_and_refusals_in_english():
    with override("en"):
        assert table().state_name("examining") == "In examination"
        assert table().outcome_name("accept", "deemed") == "Deemed accepted"
