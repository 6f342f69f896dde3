"""Printed codes and status lists: what a reader without a network may conclude, and never more (15.20)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from django.db import connection
from django.db.models import Max
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kapok.kernel.common import clock
from kapok.kernel.common.codes import licence as codes
from kapok.kernel.crypto.public import rotate, trust_roots
from kapok.kernel.journal.public import Sealed
from kapok.support.licences.actions import using_signing as signing
from kapok.support.licences.actions import using_status
from kapok.support.licences.actions.changing import cancel
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.actions.using_status import issuers, make_all, make_status_list
from kapok.support.licences.jobs import relist
from kapok.support.licences.models import StatusList
from kapok.support.licences.queries.licences import licence
from kapok.support.licences.rules import using_offline as offline
from kapok.support.licences.rules.using_offline import (
    OpenList,
    QrFacts,
    Unreadable,
    base45,
    check_qr,
    from_base45,
    mark_of,
    open_list,
    pack_entries,
)
from kapok.support.licences.rules.using_trust import judges
from kapok.support.licences.tests.factories import issuer
from tests.judges.ring import ring

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
ISSUER = "11440000MBK0100020"
CERTIFICATE = b"certificate of the store"


def verifies(certificate: bytes, data: bytes, signature: bytes) -> bool:
    """A stand-in by which a rule is tested: the signature is the data's digest under the certificate."""
    return signature == sign(certificate, data)


def sign(certificate: bytes, data: bytes) -> bytes:
    return offline.sm3(certificate + data) * 2


def trusted(certificate: bytes, pool: Any, at: datetime) -> bool:
    return certificate == CERTIFICATE


def identifier(serial: str = "A1") -> str:
    return codes.make(f"{ISSUER}103", ISSUER, serial)


def facts(**said: Any) -> QrFacts:
    return QrFacts(
        **{
            "identifier": identifier(),
            "name": "食品经营许可证",
            "holder": "示范商贸有限公司",
            "issued_at": NOW - timedelta(days=9),
            "valid_to": date(2030, 1, 1),
            **said,
        }
    )


def qr(said: QrFacts, certificate: bytes = CERTIFICATE) -> str:
    body = offline.qr_to_sign(said, certificate)
    return offline.qr_text(body, sign(certificate, body))


def listed(*states: tuple[str, str], issuer: str = ISSUER, hours: int = 24, made: datetime = NOW) -> bytes:
    signed = offline.list_to_sign(issuer, 7, made, made + timedelta(hours=hours), pack_entries(states))
    return offline.list_file(signed, sign(CERTIFICATE, offline.canonical(signed)), [CERTIFICATE])


opened: Callable[[bytes], OpenList] = partial(open_list, verifies=verifies, trusted=trusted)
judged = partial(check_qr, verifies=verifies, trusted=trusted)


@pytest.mark.feature("15.20", part="valid, ended, suspended, expired, another's list")
@pytest.mark.parametrize(
    ("said", "states", "verdict", "code"),
    [
        ({}, [], "valid", "in_force"),
        ({"valid_to": None}, [], "valid", "in_force"),
        ({}, [(identifier("B2"), "revoked")], "valid", "in_force"),
        ({}, [(identifier(), "cancelled")], "invalid", "state_cancelled"),
        ({}, [(identifier(), "suspended"), (identifier("B2"), "changed")], "invalid", "state_suspended"),
        ({"valid_to": date(2026, 11, 24)}, [], "invalid", "expired"),
        ({"valid_to": date(2026, 11, 25)}, [], "valid", "in_force"),
        ({"identifier": codes.make(f"{ISSUER}103", "11440300000000000X", "A1")}, [], "unknown", "other_list"),
        ({"issued_at": NOW + timedelta(hours=1)}, [], "unknown", "list_earlier"),
    ],
)
def test_a_printed_code_is_judged_by_its_list(said: dict[str, Any], states: list[Any], verdict: str, code: str) -> None:
    found = judged(qr(facts(**said)), opened(listed(*states)), now=NOW + timedelta(hours=2))
    assert (found.verdict, found.code) == (verdict, code)
    assert found.facts is not None and found.facts.holder == "示范商贸有限公司"


@pytest.mark.feature("15.20", part="a list past its validity gives UNKNOWN, never VALID")
def test_an_old_list_never_says_valid() -> None:
    late = NOW + timedelta(hours=25)
    old = opened(listed((identifier("S"), "suspended"), (identifier("R"), "revoked")))
    assert judged(qr(facts()), old, now=late).code == "list_old"
    assert judged(qr(facts()), old, now=late).verdict == "unknown"
    assert judged(qr(facts(identifier=identifier("S"))), old, now=late).verdict == "unknown", "a suspension may have ended"
    assert judged(qr(facts(identifier=identifier("R"))), old, now=late).verdict == "invalid", "what was revoked stays so"
    assert judged(qr(facts()), old, now=NOW - timedelta(hours=1)).verdict == "unknown", "a clock before the list was made"


@given(hours=st.integers(-100, 2000), states=st.lists(st.sampled_from(sorted(offline.CODES)), max_size=5))
def test_valid_is_said_within_the_lists_day_and_of_what_it_does_not_name_alone(hours: int, states: list[str]) -> None:
    at = NOW + timedelta(hours=hours)
    found = judged(qr(facts(valid_to=None)), opened(listed(*((identifier(f"{n}"), s) for n, s in enumerate(states)))), now=at)
    assert (found.verdict == "valid") == (0 <= hours <= 24)
    named = judged(qr(facts(valid_to=None)), opened(listed(*((identifier(), s) for s in states[:1]))), now=at)
    assert named.verdict != "valid" or not states


@pytest.mark.feature("15.20", part="a flipped signature is refused")
def test_a_flipped_byte_is_refused_wherever_it_stands() -> None:
    whole = json.loads(listed((identifier("B2"), "revoked")))
    for change in ("signature", "entries", "until", "certificates"):
        body = json.loads(json.dumps(whole))
        if change == "signature":
            body["signature"] = f"{int(body['signature'][:2], 16) ^ 1:02x}{body['signature'][2:]}"
        elif change == "certificates":
            body["certificates"] = ["bm90IG91cnM="]
        else:
            body["list"][change] = {"entries": "", "until": "2099-01-01T00:00:00Z"}[change]
        with pytest.raises(Unreadable) as refused:
            opened(json.dumps(body).encode())
        assert refused.value.code in ("list_signature", "list_unreadable"), change
    known, text = opened(listed()), qr(facts())
    data = bytearray(from_base45(text.removeprefix(offline.PREFIX)))
    for place in range(0, len(data), 7):
        broken = bytearray(data)
        broken[place] ^= 1
        assert judged(offline.PREFIX + base45(bytes(broken)), known, now=NOW + timedelta(hours=1)).verdict != "valid", place
    other = judged(qr(facts(), b"another"), known, now=NOW + timedelta(hours=1))
    assert (other.verdict, other.code) == ("unknown", "signer_unknown")


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda data: offline.PREFIX + base45(data)))
def test_whatever_is_scanned_is_answered(text: str) -> None:
    assert judged(text, opened(listed()), now=NOW).verdict in ("invalid", "unknown")


@given(st.binary(max_size=400))
def test_whatever_file_is_given_is_answered(content: bytes) -> None:
    with pytest.raises(Unreadable):
        opened(content)


@given(st.binary(max_size=120))
def test_base45_comes_back(data: bytes) -> None:
    assert from_base45(base45(data)) == data


def test_base45_is_that_of_rfc_9285() -> None:
    assert [base45(text) for text in (b"AB", b"Hello!!", b"base-45")] == ["BB8", "%69 VD92EX0", "UJCLQE7W581"]
    for wrong in ("A", "::::", "gg", "ZZZ"):
        with pytest.raises(ValueError, match="base45"):
            from_base45(wrong)


def test_a_list_says_nothing_of_a_licence_to_who_does_not_have_it() -> None:
    content = listed((identifier("B2"), "revoked"))
    assert identifier("B2").encode() not in content and len(mark_of(identifier())) == 8


def test_a_code_is_small_enough_to_print() -> None:
    import segno

    code = segno.make(qr(facts(identifier=identifier("0192A4B5C6D77E8F9A0B1C2D3E4F5061"))), error="m", micro=False)
    assert code.mode == "alphanumeric" and code.version <= 14


@pytest.mark.django_db
@pytest.mark.feature("15.20", part="a real code and list, checked by the command in a folder that is no node")
def test_the_command_checks_a_real_code_without_a_node(tmp_path: Path) -> None:
    office = issuer()
    mine, other = office.issue(), office.issue()
    drain()
    cancel(other.id, reason="不再经营", cause="normal", by=office.leader)
    texts = [signing.qr_payload(licence(each.id)) for each in (mine, other)]
    row = make_status_list(office.org.uscc, by=office.leader)
    (tmp_path / "list.json").write_bytes(bytes(row.content))
    (tmp_path / "root.pem").write_bytes(b"".join(pem.armor("CERTIFICATE", root) for root in trust_roots("node")))
    verifies, trusted = judges(trust_roots("node"))
    known = open_list(bytes(row.content), verifies=verifies, trusted=trusted)
    now = clock.now()
    real = [check_qr(text, known, verifies=verifies, trusted=trusted, now=now) for text in texts]
    assert [(each.verdict, each.code) for each in real] == [("valid", "in_force"), ("invalid", "state_cancelled")]
    assert check_qr(texts[0], known, verifies=verifies, trusted=trusted, now=now + timedelta(hours=25)).verdict == "unknown"
    stranger = judges([ring("sm2").root.certificate])
    with pytest.raises(Unreadable) as untrusted:
        open_list(bytes(row.content), verifies=stranger[0], trusted=stranger[1])
    assert untrusted.value.code == "list_untrusted"

    def command(text: str, name: str = "list.json") -> tuple[int, str]:
        line = [
            sys.executable,
            "-m",
            "kapok.site.cli",
            "licences",
            "check-qr",
            text,
            "--list",
            str(tmp_path / name),
            "--root",
            str(tmp_path / "root.pem"),
        ]
        outside = {key: value for key, value in os.environ.items() if not key.startswith("KAPOK_")}
        done = subprocess.run(line, capture_output=True, timeout=120, check=False, env=outside | {"KAPOK_HOME": str(tmp_path / "none")})
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    code, said = command(texts[0])
    assert code == 0 and "有效：证照现行有效" in said, said
    flipped = bytes(row.content).replace(b'"signature":"30', b'"signature":"31')
    (tmp_path / "flipped.json").write_bytes(flipped)
    code, said = command(texts[0], "flipped.json")
    assert code == 2 and "签名不对" in said
    made = {path.name for path in (tmp_path / "none").rglob("*") if path.is_file()}
    assert made <= {"django.key"}, "no node was made or asked"


@pytest.mark.django_db
def test_lists_are_published_anew_and_a_renewed_key_still_reads_old_codes() -> None:
    office = issuer()
    mine = office.issue()
    drain()
    text = signing.qr_payload(licence(mine.id))
    assert make_all() >= 1
    rotate("node")
    make_status_list(office.org.uscc, by=office.leader)
    page = Client().get(f"/verify/status/{office.org.uscc}")
    assert page.status_code == 200 and page["ETag"] == f'"{office.org.uscc}-2"'
    verifies, trusted = judges(trust_roots("node"))
    known = open_list(page.content, verifies=verifies, trusted=trusted)
    assert known.number == 2 and office.org.uscc in Client().get("/verify/status/").content.decode()
    assert check_qr(text, known, verifies=verifies, trusted=trusted, now=clock.now()).verdict == "valid"
    assert Client().get("/verify/status/11440300000000000X").status_code == 404


@pytest.mark.django_db
def test_a_change_renews_the_list_of_its_body_alone() -> None:
    office, other = issuer("深圳市甲许可局"), issuer("深圳市乙许可局")
    mine, _ = (each.issue() for each in (office, other))
    assert make_all() == 2
    entry = Sealed(1, mine.id, "licences.status_changed", "licence", mine.id, {}, clock.now(), {})
    relist([entry, entry])
    made = dict(StatusList.objects.values_list("issuer").annotate(last=Max("number")))
    assert made == {office.org.uscc: 2, other.org.uscc: 1}


@pytest.mark.django_db
def test_the_bodies_are_found_without_reading_every_licence() -> None:
    offices = [issuer(f"深圳市{name}许可局") for name in "甲乙"]
    for office in offices:
        office.issue()
        office.issue()
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain " + using_status._ISSUERS)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert issuers() == sorted(office.org.uscc for office in offices)
    assert "licences_of_issuer" in plan and "Seq Scan on licences_licence" not in plan, plan
