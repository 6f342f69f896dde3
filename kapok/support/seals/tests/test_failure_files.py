"""Each way to fail has an explanation of its own, that is right and says what to do (18.20)."""

import pytest

from kapok.support.seals.tests.authority import NOW, paper, sealed, world
from kapok.support.seals.tests.failures import FAILURES
from kapok.support.seals.verifying.data import INVALID, STEPS, UNDETERMINED, VALID, Outcome
from kapok.support.seals.verifying.errors import NotVerifiable
from kapok.support.seals.verifying.file import LARGEST, verify_content
from kapok.support.seals.verifying.words import sayings, titles, verdict_says, warned

BAD = (Outcome.FAIL, Outcome.UNKNOWN)


@pytest.mark.feature("18.20", part="ten failure files, ten explanations")
@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_found_by_the_right_step_and_explained(name):
    failure = FAILURES[name]()
    report = verify_content(failure.content, at=NOW, trust=failure.trust)
    step = report.signatures[0].step(failure.step)
    assert (report.verdict, step.code) == (failure.verdict, failure.code)
    assert step.says and step.means and step.todo
    assert "{" not in step.says + step.means + step.todo


@pytest.mark.feature("18.20", part="ten failure files, ten explanations")
def test_more_than_ten_failures_have_as_many_different_explanations():
    said, meant = set(), set()
    for make in FAILURES.values():
        failure = make()
        step = verify_content(failure.content, at=NOW, trust=failure.trust).signatures[0].step(failure.step)
        said.add(step.says)
        meant.add(step.means)
    assert len(said) == len(meant) == len(FAILURES) >= 10


@pytest.mark.feature("18.09", part="all ten run even after a pass or a failure")
@pytest.mark.parametrize("name", FAILURES)
def test_all_ten_steps_are_reported_with_number_result_and_time_whatever_fails(name):
    failure = FAILURES[name]()
    for signature in verify_content(failure.content, at=NOW, trust=failure.trust).signatures:
        assert [step.key for step in signature.steps] == list(STEPS)
        assert [step.number for step in signature.steps] == list(range(1, 11))
        assert all(step.at == NOW and step.took_ms >= 0 and step.says and step.title for step in signature.steps)


def test_everything_that_can_be_said_has_a_title_a_meaning_and_for_what_is_bad_a_way_out():
    assert set(titles) == set(STEPS)
    for code, saying in sayings.items():
        assert code.partition(".")[0] in (*STEPS, "step"), code
        assert str(saying.says), code
    assert all(str(saying.todo) for saying in verdict_says.values())
    assert all(str(says) for says in warned.values())


def test_a_paper_without_any_signature_proves_nothing_and_is_told_so():
    report = verify_content(paper(), at=NOW, trust=world().trust())
    assert (report.verdict, report.signatures) == (UNDETERMINED, ())
    assert [each.code for each in report.warnings] == ["report.no_signature"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "seals.verify_empty"),
        (b"\x89PNG\r\n", "seals.verify_kind"),
        (b"hello", "seals.verify_kind"),
        (b"PK\x03\x04junk", "ofd.damaged"),
    ],
)
def test_what_is_no_sealed_file_is_refused_with_a_code_and_a_sentence(content, code):
    with pytest.raises(Exception) as caught:
        verify_content(content, at=NOW, trust=world().trust())
    assert caught.value.code == code
    assert caught.value.status == 422
    assert len(caught.value.message()) > 8


def test_a_file_above_the_limit_is_refused():
    with pytest.raises(NotVerifiable) as caught:
        verify_content(b"%PDF-1.7" + bytes(LARGEST), at=NOW, trust=world().trust())
    assert caught.value.code == "seals.verify_too_large"


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ("2026-11-24", INVALID), ("20261124", INVALID), ("2026-11-24T10:00:00+08:00", INVALID), ("2026-11-25", VALID),
        ("2027-01-01", VALID), ("", VALID), ("someday", VALID),
    ],
)  # fmt: skip
def test_an_annotated_copy_is_invalid_after_its_last_moment_whatever_its_seal_says(ends, verdict):
    report = verify_content(sealed(1, (("JZJYXQJZSJ", ends),) if ends else ()), at=NOW, trust=world().trust())
    assert report.verdict == verdict
    assert report.signatures[0].verdict == VALID
    assert ("report.copy_expired" in [each.code for each in report.warnings]) == (verdict == INVALID)
