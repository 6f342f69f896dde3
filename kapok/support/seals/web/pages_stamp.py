"""盖章: a file, a seal one may use, a place, a reason; the sealed file comes back with its entry in the log."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError
from kapok.kernel.documents.public import Document, document_for
from kapok.kernel.documents.public import render as render_paper
from kapok.kernel.ui.public import FieldView, Option, render
from kapok.support.seals import rules
from kapok.support.seals.access import usable_seals
from kapok.support.seals.actions.drafting import begin_stamping, content_of, draft_of, drop_draft
from kapok.support.seals.actions.placing import MODES, Wish, places_for, sizes_of
from kapok.support.seals.actions.queueing import queue_use
from kapok.support.seals.actions.using import use_seal
from kapok.support.seals.data import SealRequest
from kapok.support.seals.errors import SealNotReady
from kapok.support.seals.models import Seal, StampDraft
from kapok.support.seals.web.frame import actor_of, decimal, faults_of, key_of, reason_field, said, typed
from kapok.support.seals.web.showing import page_shown, shown_file


@guard("seals.use")
def begin(request: HttpRequest) -> HttpResponse:
    """Upload an OFD or PDF, or name an issued paper by its number."""
    actor, faults = actor_of(request), []
    if request.method == "POST":
        try:
            draft = _begun(request, actor)
            return HttpResponseRedirect(f"{reverse('seals:draft', args=[draft.id])}?seal={request.POST.get('seal', '')[:36]}")
        except KapokError as error:
            faults = faults_of(error, "file")
    fields = [
        FieldView("file", _("要盖章的文件"), "file", accept=".ofd,.pdf", required=False, errors=said(faults, "file"),
                  hint=_("OFD 或 PDF，不超过 %(n)s MB。") % {"n": rules.number("file_megabytes")}),
        FieldView("number", _("或填写文书编号"), value=typed(request, "number"), required=False, max_length=80,
                  errors=said(faults, "number"), hint=_("本平台已出具的文书，如受理通知书。")),
    ]  # fmt: skip
    context = {"fields": fields, "faults": faults, "seal": request.GET.get("seal", request.POST.get("seal", ""))[:36],
               "count": usable_seals(actor).count()}  # fmt: skip
    return render(request, "seals/stamp.jinja", context, status=422 if faults else 200)


def _begun(request: HttpRequest, actor: Actor) -> StampDraft:
    sent, number = request.FILES.get("file"), typed(request, "number", 80)
    if sent is not None:
        return begin_stamping(sent.name or "file", sent.read(), by=actor)
    if number:
        found = Document.objects.filter(number=number).order_by("-issued_at").first()
        if found is None:
            raise Invalid([FieldFault("number", "seals.no_document", _("没有这个编号的文书。"))])
        paper = document_for(actor, found.id)
        return begin_stamping(f"{number}.pdf", render_paper(paper.id), by=actor)
    raise Invalid([FieldFault("file", "seals.file_missing", _("请选择文件，或填写文书编号。"))])


@guard("seals.use")
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The file, and where which seal is to go."""
    actor, faults = actor_of(request), []
    row = draft_of(actor, draft_id)
    content = content_of(row)
    if request.method == "POST":
        if "drop" in request.POST:
            drop_draft(row)
            return HttpResponseRedirect(reverse("seals:stamp"))
        try:
            return _seal(request, row, content, actor)
        except KapokError as error:
            faults = faults_of(error, _field_of(error))
    return _show(request, row, content, faults)


def _seal(request: HttpRequest, row: StampDraft, content: bytes, actor: Actor) -> HttpResponse:
    seal = usable_seals(actor).filter(id=key_of(typed(request, "seal"))).first()
    if seal is None:
        raise Invalid([FieldFault("seal", "seals.not_for_you", _("请选择您获授权的印章。"))])
    wish = _wish(request)
    kind = rules.kinds()[seal.kind]
    places = places_for(content, row.media, wish, width=kind.width, height=kind.height)
    asked = SealRequest(
        seal=seal.id, request=row.id, content=content, media=row.media, reason=typed(request, "reason"), about_kind="file",
        case_number=typed(request, "case_number", 60), places=places,
    )  # fmt: skip
    try:
        sealed = use_seal(asked, by=actor)
    except SealNotReady:
        queue_use(asked, by=actor)
        drop_draft(row)
        return HttpResponseRedirect(f"{reverse('seals:queue')}?done=queued")
    drop_draft(row)
    return HttpResponseRedirect(f"{reverse('seals:use', args=[sealed.use])}?done=sealed")


def _wish(request: HttpRequest) -> Wish:
    mode = typed(request, "mode", 10)
    return Wish(
        mode if mode in MODES else "position", typed(request, "pages", 60), decimal(typed(request, "x", 12)),
        decimal(typed(request, "y", 12)), typed(request, "keyword", 60),
    )  # fmt: skip


def _field_of(error: KapokError) -> str:
    return {
        "seals.no_reason": "reason", "seals.pages": "pages", "seals.place": "x", "seals.no_place": "x", "seals.keyword_missing": "keyword",
        "seals.keyword_pdf": "keyword",
    }.get(error.code, "seal")  # fmt: skip


def _show(request: HttpRequest, row: StampDraft, content: bytes, faults: list[FieldFault]) -> HttpResponse:
    actor = actor_of(request)
    seals = list(usable_seals(actor))
    sizes = sizes_of(content, row.media)
    kinds = rules.kinds()
    context = {
        "draft": row, "faults": faults, "fields": _fields(request, row, seals, sizes, faults), "sizes": sizes, "seals": seals,
        "shown": shown_file(content, row.media, reverse("seals:draft", args=[row.id])),
        "room": {str(seal.id): [kinds[seal.kind].width, kinds[seal.kind].height] for seal in seals},
    }  # fmt: skip
    return render(request, "seals/draft.jinja", context, status=422 if faults else 200)


def _fields(
    request: HttpRequest, row: StampDraft, seals: list[Seal], sizes: list[tuple[float, float]], faults: list[FieldFault]
) -> list[FieldView]:  # fmt: skip
    modes = [Option("position", _("选择位置"))]
    modes += [Option("keyword", _("按关键字"))] if row.media == "ofd" else []
    modes += [Option("straddle", _("骑缝章"), _("跨各页右边缘"))] if len(sizes) > 1 else []
    options = [Option(str(seal.id), f"{seal.name}（{seal.org.name}）" if seal.org.name not in seal.name else seal.name) for seal in seals]
    chosen = typed(request, "seal") or request.GET.get("seal", "")
    if options and chosen not in {option.value for option in options} and (chosen or len(options) > 1):
        options = [Option("", _("请选择")), *options]
    return [
        FieldView("seal", _("印章"), "select", chosen,
                  options or [Option("", _("您还没有获授权的印章"))], errors=said(faults, "seal")),
        FieldView("mode", _("盖章方式"), "radios" if len(modes) > 1 else "hidden", typed(request, "mode") or "position", modes),
        *_where_fields(request, row, sizes, faults),
        FieldView("case_number", _("办件编号或文号"), value=typed(request, "case_number"), required=False, max_length=60),
        reason_field(faults, typed(request, "reason"), _("用章事由"), _("必填，将记入用印记录。")),
    ]  # fmt: skip


def _where_fields(
    request: HttpRequest, row: StampDraft, sizes: list[tuple[float, float]], faults: list[FieldFault]
) -> list[FieldView]:  # fmt: skip
    """The page, the place on it, and the keyword beside which the seal may go instead."""
    width, height = sizes[0] if sizes else (210.0, 297.0)
    fields = [
        FieldView("pages", _("页码"), value=typed(request, "pages") or str(len(sizes)), required=False, max_length=60, width="short",
                  errors=said(faults, "pages"), shown_when=[("mode", "position")],
                  hint=_("如 1-3,5；留空为全部页。共 %(n)s 页。") % {"n": len(sizes)}),
        FieldView("x", _("左边距"), "amount", typed(request, "x") or f"{max(0.0, width - 75):.0f}", unit="mm", width="short",
                  errors=said(faults, "x"), shown_when=[("mode", "position")], hint=_("在页面上点一下，就会填好位置。")),
        FieldView("y", _("上边距"), "amount", typed(request, "y") or f"{max(0.0, height - 80):.0f}", unit="mm", width="short",
                  shown_when=[("mode", "position")]),
    ]  # fmt: skip
    if row.media == "ofd":
        fields.append(
            FieldView("keyword", _("关键字"), value=typed(request, "keyword"), required=False, max_length=60,
                      errors=said(faults, "keyword"), shown_when=[("mode", "keyword")],
                      hint=_("印章盖在文件中每一处该文字上，如落款单位名称。"))
        )  # fmt: skip
    return fields


@guard("seals.use")
def draft_page(request: HttpRequest, draft_id: UUID, number: int) -> HttpResponse:
    """One page of the file, for the viewer."""
    row = draft_of(actor_of(request), draft_id)
    return page_shown(content_of(row), number)
