"""A report as the page shows it: tones, titles, facts in rows."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kapok.kernel.common import clock
from kapok.support.seals.verifying.copies import ENDS, end_of_copy
from kapok.support.seals.verifying.data import BusinessStatus, Outcome, Report, SealShown, SignatureReport, Step, Verdict
from kapok.support.seals.verifying.words import Saying, verdict_says

TONES = {
    Verdict.VALID: "ok", Verdict.EXTENDED: "ok", Verdict.INVALID: "bad", Verdict.UNDETERMINED: "wait", Verdict.UNTRUSTED: "wait",
}  # fmt: skip
DOCUMENT_STAMP = "RFC 3161"
"""The form of a PDF's signature that is a time stamp over the whole document and nobody's seal."""
SYMBOLS = {"ok": "circle-check", "bad": "circle-x", "wait": "help-circle"}
STEP_TONES = {Outcome.PASS: "ok", Outcome.FAIL: "bad", Outcome.UNKNOWN: "wait", Outcome.SKIPPED: "plain"}
MAGIC = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"BM": "image/bmp"}
"""What a seal's picture really is: its own word for it is not believed."""


@dataclass(frozen=True)
class VerdictShown:
    verdict: Verdict
    tone: str
    symbol: str
    says: Saying


@dataclass(frozen=True)
class SignatureShown:
    """One signature: its place in the file (to which the seal on the page leads), title, verdict, facts; each step with its tone,
    its word, and whether it stands open."""

    number: int
    title: str
    verdict: VerdictShown
    picture: str
    picture_height: int
    facts: list[tuple[str, Any]]
    steps: list[tuple[Step, str, str, bool]]
    warnings: list[str]


def verdict_shown(verdict: Verdict) -> VerdictShown:
    tone = TONES[verdict]
    return VerdictShown(verdict, tone, SYMBOLS[tone], verdict_says[verdict])


def outcome_word(outcome: Outcome) -> str:
    """How a step ended, in a word."""
    return {
        Outcome.PASS: pgettext("step", "通过"),
        Outcome.FAIL: pgettext("step", "未通过"),
        Outcome.UNKNOWN: pgettext("step", "无结论"),
        Outcome.SKIPPED: pgettext("step", "不适用"),
    }[outcome]


def summary_of(report: Report) -> list[tuple[str, Any]]:
    """The file itself, in rows."""
    rows: list[tuple[str, Any]] = [
        (_("文件"), report.name or "—"),
        (_("类型和大小"), f"{report.kind.upper()} · {_size(report.size)}"),
        (_("页数"), report.pages),
        (_("SM3 摘要"), report.digest_sm3.hex()),
        (_("验证时间"), _moment(report.at)),
    ]
    return rows + _copy_rows(report)


def _copy_rows(report: Report) -> list[tuple[str, Any]]:
    """What an annotated copy (加注件) says of its making, purpose and end."""
    custom = report.custom
    if not custom.get(ENDS):
        return []
    ends = end_of_copy(custom[ENDS])
    labels = (("JZJZZSJ", _("加注件制作时间")), ("JZJZZZ", _("加注件制作者")), ("JZJZZSY", _("加注件制作事由")))
    rows = [(label, _written(name, custom[name])) for name, label in labels if custom.get(name)]
    return [*rows, (_("加注件有效期至"), _moment(ends) if ends else custom[ENDS])]


def _written(name: str, value: str) -> str:
    """A time of making as people read it; what is no time stays."""
    at = end_of_copy(value) if name == "JZJZZSJ" and "T" in value else None
    return _moment(at) if at else value


def business_rows(found: BusinessStatus | None) -> list[tuple[str, Any]]:
    """What the issuer says of the paper, in rows."""
    if found is None:
        return []
    rows: list[tuple[str, Any]] = [(_("出具单位"), found.issuer)] if found.issuer else []
    if found.since:
        rows.append((_("状态自"), _moment(found.since)))
    return [*rows, *found.facts]


def shown_signatures(report: Report) -> list[SignatureShown]:
    return [_shown(number, each) for number, each in enumerate(report.signatures, 1)]


def _shown(number: int, found: SignatureReport) -> SignatureShown:
    kind = pgettext("heading", "印章") if found.kind == "seal" else pgettext("heading", "数字签名")
    if found.form == DOCUMENT_STAMP:
        kind = pgettext("heading", "时间戳")
    name = found.seal.name if found.seal else found.signer
    return SignatureShown(
        number=number, title=f"{kind} {number} · {name}" if name else f"{kind} {number}", verdict=verdict_shown(found.verdict),
        picture=_picture(found.seal), picture_height=_height(found.seal), facts=_facts(found),
        steps=[(step, STEP_TONES[step.outcome], outcome_word(step.outcome), _matters(step, found)) for step in found.steps],
        warnings=[warned.says for warned in found.warnings],
    )  # fmt: skip


def _matters(step: Step, found: SignatureReport) -> bool:
    """Whether a step stands open: what decided the verdict, not what only followed from it."""
    if step.outcome == Outcome.UNKNOWN:
        return found.verdict != Verdict.INVALID and bool(step.todo)
    return step.outcome == Outcome.FAIL


def _height(seal: SealShown | None) -> int:
    """Pixels of a picture 120 wide, in the seal's own proportions."""
    return min(240, max(40, round(120 * seal.height / seal.width))) if seal and seal.width > 0 else 120


def _facts(found: SignatureReport) -> list[tuple[str, Any]]:
    """Who, when, where: what a person asks of a seal."""
    rows: list[tuple[str, Any]] = []
    if found.seal:
        seal = found.seal
        rows += [
            (_("印章名称"), seal.name), (_("印章编号"), seal.es_id), (_("制章者"), seal.maker or "—"),
            (_("印章有效期"), f"{_day(seal.valid_from)} — {_day(seal.valid_to)}"),
        ]  # fmt: skip
    if found.signer:
        rows.append((_("签名证书"), found.signer))
    if found.claimed_at:
        rows.append((_("文件所称签章时间"), _moment(found.claimed_at)))
    if found.proven_at:
        rows.append((_("可信的签章时间"), _moment(found.proven_at)))
    if found.pages:
        rows.append((_("签章所在页"), _("、").join(map(str, found.pages))))
    return [*rows, (_("签章格式"), found.form)] if found.form else rows


def _picture(seal: SealShown | None) -> str:
    """The picture as an address of its own; only kinds that a browser draws and cannot run."""
    content = seal.picture if seal else b""
    kind = next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), "")
    return f"data:{kind};base64,{b64encode(content).decode()}" if kind and len(content) < 2_000_000 else ""


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"


def _moment(at: Any) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M:%S}"


def _day(at: Any) -> str:
    return f"{clock.local(at):%Y-%m-%d}"
