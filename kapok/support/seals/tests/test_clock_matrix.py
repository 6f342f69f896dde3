"""When was it signed, when did the certificate end or get revoked, and who says so: every combination has one answer (18.14)."""

from datetime import UTC, datetime, timedelta

import pytest

from kapok.kernel.crypto.public import RevocationEntry
from kapok.support.seals.stamping.ofd import stamp_ofd
from kapok.support.seals.tests.authority import BEGINS, ENDS, NOW, PLACE, paper, world
from kapok.support.seals.verifying.data import INVALID, UNDETERMINED, VALID
from kapok.support.seals.verifying.file import verify_content

DAY = timedelta(days=1)
SIGNED = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
BEFORE, AFTER = SIGNED - 30 * DAY, SIGNED + 30 * DAY
ENDED = SIGNED + 60 * DAY
"""The end of a certificate that is over when it is verified."""

OURS, NONE, STRANGERS = "ours", "none", "strangers"


def answer(*, stamp=OURS, stamped_at=SIGNED, claimed=SIGNED, revoked=None, reason="superseded", leaked_since=None, ends=ENDS, of="signer"):
    """The report for a paper signed and judged under these circumstances."""
    made = world()
    signer = made.issued("时钟样张", ends=ends)
    seal = made.make_seal(certs=(signer.certificate,))
    tsa = {OURS: made.tsa, STRANGERS: world("外地").tsa, NONE: None}[stamp]
    whole = stamp_ofd(paper(1), seal, signer, places=[PLACE], at=claimed, timestamper=_at(tsa, stamped_at))
    revoked_one = made.maker if of == "maker" else signer
    entries = [RevocationEntry(revoked_one.serial, revoked, reason, leaked_since)] if revoked else []
    return verify_content(whole, at=NOW, trust=made.trust(*entries))


def _at(tsa, moment):
    """The time-stamp authority whose clock shows another moment than the signer's."""
    return None if tsa is None else _Clocked(tsa, moment)


class _Clocked:
    def __init__(self, tsa, moment):
        self.certificate, self.chain, self.algorithm, self.sign, self.moment = tsa.certificate, tsa.chain, tsa.algorithm, tsa.sign, moment


@pytest.fixture(autouse=True)
def authority_clock(monkeypatch):
    """The token carries the authority's own time, whatever the signer says."""
    from kapok.support.seals.stamping import ofd

    real = ofd.timestamp
    monkeypatch.setattr(ofd, "timestamp", lambda value, tsa, at: real(value, tsa, tsa.moment))


MATRIX = [
    # revoked never
    ({}, VALID, "revocation.good"),
    ({"stamp": NONE}, VALID, "revocation.good"),
    ({"stamp": STRANGERS}, VALID, "revocation.good"),
    # revoked after it was signed
    ({"revoked": AFTER}, VALID, "revocation.later"),
    ({"revoked": AFTER, "stamp": NONE}, UNDETERMINED, "revocation.unproven"),
    ({"revoked": AFTER, "stamp": STRANGERS}, UNDETERMINED, "revocation.unproven"),
    # revoked before
    ({"revoked": BEFORE}, INVALID, "revocation.before"),
    ({"revoked": BEFORE, "stamp": NONE}, INVALID, "revocation.before"),
    # said to be signed before the revocation, stamped after it
    ({"revoked": AFTER, "stamped_at": AFTER + DAY}, INVALID, "revocation.before"),
    # the certificate has ended since
    ({"ends": ENDED}, VALID, "validity.ok"),
    ({"ends": ENDED, "stamp": NONE}, UNDETERMINED, "validity.unproven"),
    ({"ends": BEFORE}, INVALID, "validity.certificate_outside"),
]


@pytest.mark.feature("18.14")
@pytest.mark.parametrize(("circumstances", "verdict", "code"), MATRIX)
def test_twelve_cases_of_signing_revocation_and_proof(circumstances, verdict, code):
    report = answer(**circumstances)
    found = report.signatures[0]
    assert report.verdict == verdict, [step.code for step in found.steps]
    assert code in [step.code for step in found.steps]
    if verdict == UNDETERMINED:
        deciding = next(step for step in found.steps if step.code == code)
        assert "没有可信的时间证明" in deciding.says
        assert deciding.todo


def test_the_matrix_has_twelve_different_cases():
    assert len({str(circumstances) for circumstances, _, _ in MATRIX}) == 12


MORE = [
    # a key that leaked is not relied on from the day it leaked, although it was revoked later
    ({"revoked": AFTER, "reason": "key_compromise", "leaked_since": BEFORE}, INVALID, "revocation.before"),
    ({"revoked": AFTER, "reason": "key_compromise"}, VALID, "revocation.later"),
    # a maker who retired after making the seal does no harm; one whose key leaked does
    ({"of": "maker", "revoked": AFTER, "stamp": NONE}, VALID, "revocation.later"),
    ({"of": "maker", "revoked": AFTER, "stamp": NONE, "reason": "key_compromise"}, UNDETERMINED, "revocation.unproven"),
    ({"of": "maker", "revoked": BEGINS}, INVALID, "revocation.before"),
    # times that contradict each other
    ({"claimed": NOW + DAY, "stamp": NONE}, INVALID, "validity.future"),
    ({"claimed": SIGNED, "stamped_at": SIGNED - DAY}, INVALID, "validity.contradicts"),
    ({"claimed": SIGNED, "stamped_at": SIGNED - timedelta(minutes=2)}, VALID, "validity.ok"),
]


@pytest.mark.parametrize(("circumstances", "verdict", "code"), MORE)
def test_leaked_keys_retired_makers_and_times_that_contradict_each_other(circumstances, verdict, code):
    report = answer(**circumstances)
    assert report.verdict == verdict, [step.code for step in report.signatures[0].steps]
    assert code in [step.code for step in report.signatures[0].steps]


def test_a_seal_that_had_ended_when_it_was_used_is_invalid():
    made = world()
    seal = made.make_seal(valid_to=SIGNED - DAY)
    whole = stamp_ofd(paper(1), seal, made.signer, places=[PLACE], at=SIGNED, timestamper=_at(made.tsa, SIGNED))
    report = verify_content(whole, at=NOW, trust=made.trust())
    assert (report.verdict, report.signatures[0].step("validity").code) == (INVALID, "validity.seal_outside")


def test_without_any_list_of_revoked_certificates_nothing_is_said_about_revocation():
    made = world()
    whole = stamp_ofd(paper(1), made.seal, made.signer, places=[PLACE], at=SIGNED, timestamper=_at(made.tsa, SIGNED))
    report = verify_content(whole, at=NOW, trust=made.trust(lists=False))
    assert (report.verdict, report.signatures[0].step("revocation").code) == (UNDETERMINED, "revocation.no_data")
