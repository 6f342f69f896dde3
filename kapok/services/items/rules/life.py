"""The life of a version: 编辑 → 待审核 → (退回 → 编辑) → 已审核 → 已发布 → 已取消. Facts in, verdict out."""

from datetime import date

from kapok.kernel.common.verdicts import Verdict, allow, refuse

EDITABLE = ("draft", "returned")


def may_edit(state: str) -> Verdict:
    return allow() if state in EDITABLE else refuse("items.not_editable")


def may_delete(state: str) -> Verdict:
    """Only a draft goes; what was reviewed or published stays for ever."""
    return allow() if state in EDITABLE else refuse("items.not_a_draft")


def may_submit(state: str) -> Verdict:
    return allow() if state in EDITABLE else refuse("items.not_editable")


def may_review(state: str) -> Verdict:
    return allow() if state == "in_review" else refuse("items.not_in_review")


def may_publish(state: str, effective_on: date, cancel_on: date | None, *, today: date, past: bool = False) -> Verdict:
    """`past`: a takeover of existing law may begin before today."""
    if state != "reviewed":
        return refuse("items.not_reviewed")
    if effective_on < today and not past:
        return refuse("items.past", status=422, found=effective_on, today=today)
    if cancel_on is not None and cancel_on <= effective_on:
        return refuse("items.period", status=422, starts=effective_on, ends=cancel_on)
    return allow()


def may_cancel(on: date, reason: str, *, today: date) -> Verdict:
    if not reason.strip():
        return refuse("items.no_reason", status=422)
    if len(reason) > 500:
        return refuse("items.reason_long", status=422)
    if on < today:
        return refuse("items.past", status=422, found=on, today=today)
    return allow()
