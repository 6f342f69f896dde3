"""导入: seals made elsewhere are verified first; wrong ones are listed by row, none is signed again."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid
from kapok.kernel.crypto.public import SealSpec, issue_for, make_seal, revoke_certificate, seal_maker, sm2_generate
from kapok.kernel.crypto.transactions import in_transaction
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals import rules
from kapok.support.seals.actions import importing
from kapok.support.seals.actions.importing import import_seals
from kapok.support.seals.models import Seal, SealVersion
from kapok.support.seals.public import SealRefused, active_seal, seal_facts, use_seal
from kapok.support.seals.rules.drawing import draw
from kapok.support.seals.rules.picture import png_of
from kapok.support.seals.tests.authority import world
from kapok.support.seals.tests.factories import SHENZHEN, SYSTEM, account, actor, office, user_of, wish

pytestmark = [pytest.mark.django_db, pytest.mark.feature("18.19")]


@pytest.fixture
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


def picture(name: str = "深圳市市场监督管理局") -> bytes:
    kind = rules.kinds()["agency"]
    return png_of(kind, draw(kind, owner=name))


def certificate(org: Org, name: str, **said: Any) -> bytes:
    subject = {"C": "CN", "O": org.name, "CN": name, "organizationIdentifier": org.uscc, **said.pop("subject", {})}
    at = said.pop("at", clock.now() - timedelta(days=1))
    return issue_for("seal", subject, sm2_generate().public, at=at, **said)[0]


def seal_der(org: Org, number: str, cert: bytes | None = None, **said: Any) -> bytes:
    at = clock.now() - timedelta(hours=1)
    name = said.pop("name", org.name)
    spec = SealSpec(
        es_id=number, name=name, kind=1, certs=(cert or certificate(org, name),), created=at, valid_from=at,
        valid_to=at + timedelta(days=900), picture=said.pop("picture", None) or picture(), vendor="OTHER",
    )  # fmt: skip
    return make_seal(replace(spec, **said), seal_maker())


def bundle(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_mixed_batch_of_200_with_20_bad_lists_exactly_the_bad_ones(province: None) -> None:
    offices = [office(f"深圳市第{number}局") for number in range(200)]
    drawn = picture()
    files = {f"{number:03d}.esl": seal_der(org, f"4403{number:06d}", picture=drawn) for number, org in enumerate(offices)}
    wrong = _wrong(offices, files, drawn)
    files |= {name: data for name, (data, _code) in wrong.items()}
    made_ = import_seals("全市印章.zip", bundle(files), by=actor(account("admin", region=SHENZHEN)))
    assert {row["name"]: row["code"] for row in made_.rows if row["code"]} == {name: code for name, (_data, code) in wrong.items()}
    assert (made_.taken, made_.wrong) == (180, 20) and Seal.objects.count() == 180
    for number in (0, 50, 179):
        version = SealVersion.objects.select_related("seal").get(seal__es_id=f"4403{number:06d}")
        assert bytes(version.der) == files[f"{number:03d}.esl"] and version.key == "" and version.seal.origin == "imported"
    again = import_seals("全市印章.zip", bundle(files), by=actor(account("admin", region=SHENZHEN)))
    assert again.taken == 0 and sum(row["code"] == "duplicate" for row in again.rows) == 182


def test_seals_are_judged_before_the_transaction_that_takes_them_in(province: None, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, inside = importing.seal_of, []
    monkeypatch.setattr(importing, "seal_of", lambda *said: inside.append(in_transaction()) or judge(*said))
    taken = import_seals("印章.zip", bundle({"a.esl": seal_der(office(), "44030000000001", picture=picture())}), by=SYSTEM)
    assert taken.taken == 1 and inside == [False]


def _wrong(offices: list[Org], files: dict[str, bytes], drawn: bytes) -> dict[str, tuple[bytes, str]]:
    """Twenty bad rows in place of the last twenty, each with the code it must get."""
    foreign = world()
    elsewhere, unknown = office("广州市第一局", "440100000000"), {"organizationIdentifier": "11440300999999999X"}
    revoked = certificate(offices[190], "局")
    revoke_certificate(revoked, at=clock.now() - timedelta(minutes=1), reason="cessation")
    long_ago = clock.now() - timedelta(days=900)
    old = certificate(offices[191], "局", at=long_ago, valid_to=clock.now() - timedelta(days=10))
    past = {"valid_from": long_ago, "valid_to": clock.now() - timedelta(days=1)}
    flipped = bytearray(files["181.esl"])
    flipped[flipped.find(offices[181].name.encode()) + 1] ^= 1
    names = [f"{number}.esl" for number in range(180, 200)]
    data: list[tuple[bytes, str]] = [
        (b"not a seal", "unreadable"), (bytes(flipped), "maker_signature"), (foreign.seal, "maker_untrusted"), (b"", "unreadable"),
        (files["184.esl"][:300], "unreadable"), (seal_der(offices[185], "X185", picture=b"GIF89a"), "picture"),
        (seal_der(offices[186], "X186", **past, picture=drawn), "seal_expired"),
        (seal_der(offices[187], "X187", by_digest=True, picture=drawn), "digests_only"),
        (seal_der(elsewhere, "X188", picture=drawn), "owner_unknown"), (files["010.esl"], "duplicate"),
        (seal_der(offices[190], "X190", revoked, picture=drawn), "certificate_revoked"),
        (seal_der(offices[191], "X191", old, picture=drawn), "certificate_expired"),
        (seal_der(offices[192], "X192", certificate(offices[192], "局", subject=unknown), picture=drawn), "owner_unknown"),
        (seal_der(offices[0], "X193", picture=drawn), "one_active"), (seal_der(offices[194], "4403000011", picture=drawn), "duplicate"),
        (seal_der(offices[195], "X195", foreign.signer.certificate, picture=drawn), "certificate_untrusted"),
        (bytes(1000), "unreadable"), (files["197.esl"][:-1], "unreadable"), (b"\x30\x80" + bytes(50), "unreadable"),
        (seal_der(offices[199], "X199", picture=drawn[:40]), "picture"),
    ]  # fmt: skip
    return dict(zip(names, data, strict=True))


def test_a_certificate_with_its_picture_is_taken_in_and_never_signs_here(province: None) -> None:
    org = office()
    files = {"a.cer": certificate(org, "深圳市市场监督管理局"), "a.png": picture(), "b.cer": certificate(office("深圳市第二局"), "第二局")}
    taken = import_seals("证书.zip", bundle(files), by=SYSTEM)
    assert [(row["name"], row["code"]) for row in taken.rows] == [("a.cer", ""), ("b.cer", "picture")]
    facts = seal_facts(Seal.objects.get().id)
    assert active_seal(org.id) is None and facts is not None and facts.width == pytest.approx(42, abs=0.2)
    with pytest.raises(SealRefused) as found:
        use_seal(wish(facts), by=user_of(facts, org))
    assert found.value.code == "seals.not_in_use"


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_what_is_no_bundle_is_refused_whole(province: None, content: bytes) -> None:
    with pytest.raises(Invalid):
        import_seals("a.zip", content, by=SYSTEM)


def test_a_bundle_that_climbs_or_holds_nothing_takes_nothing_in(province: None) -> None:
    with pytest.raises(Invalid):
        import_seals("a.zip", bundle({"readme.txt": b"x"}), by=SYSTEM)
    made_ = import_seals("a.zip", bundle({"../../a.esl": b"x"}), by=SYSTEM)
    assert made_.wrong == 1 and Seal.objects.count() == 0
