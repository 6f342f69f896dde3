"""What the gallery shows in its components: invented, and in three sizes (empty, normal, overfull)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest

from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault
from kapok.kernel.ui.data import Bar, Column, Due, FieldView, FlowStep, Link, Option, Pause, Point, Slice

LONG = "广东省肇庆市端州区市场监督管理局行政审批服务股暨食品经营许可专班联合办公室（第二窗口）"
CITIES = [
    "广州",
    "深圳",
    "珠海",
    "汕头",
    "佛山",
    "韶关",
    "河源",
    "梅州",
    "惠州",
    "汕尾",
    "东莞",
    "中山",
    "江门",
    "阳江",
    "湛江",
    "茂名",
    "肇庆",
    "清远",
    "潮州",
    "揭阳",
    "云浮",
]
CODES = [
    "4401",
    "4403",
    "4404",
    "4405",
    "4406",
    "4402",
    "4416",
    "4414",
    "4413",
    "4415",
    "4419",
    "4420",
    "4407",
    "4417",
    "4408",
    "4409",
    "4412",
    "4418",
    "4451",
    "4452",
    "4453",
]


class SampleForm(forms.Form):
    """A Django form as page builders write them."""

    name = forms.CharField(label="单位名称", max_length=40, help_text="与营业执照一致")
    opened = forms.DateField(label="拟开业日期", required=False, widget=forms.DateInput(attrs={"width": "m"}))
    kind = forms.ChoiceField(label="经营类别", choices=[("a", "热食类"), ("b", "冷食类"), ("c", "糕点类")], widget=forms.RadioSelect)
    floor = forms.FileField(
        label="经营场所平面图", help_text="PDF 或图片，不超过 10 MB", widget=forms.FileInput(attrs={"accept": "application/pdf,image/*"})
    )
    note = forms.CharField(label="说明", max_length=200, required=False, widget=forms.Textarea)
    true = forms.BooleanField(label="我承诺以上内容真实")


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything the gallery's templates draw."""
    now = clock.now()
    return {
        "long": LONG,
        "now_": now,
        "fields": _fields(),
        "faults": _faults(),
        "form": SampleForm({"name": ""}),
        "dues": [
            Due((now + timedelta(days=d)).date(), s, n) for d, s, n in ((9, "ok", 7), (1, "soon", 1), (0, "soon", 0), (-4, "overdue", -3))
        ],
        "points": _points(now),
        "pauses": [Pause(now - timedelta(days=2), None, "等待申请人补正")],
        "many": _many_points(now),
        "many_pauses": [Pause(now - timedelta(days=30), now - timedelta(days=22), "特别程序：专家评审")],
        "flow": _flow(),
        "columns": _columns(),
        "rows": _rows(now),
        "page": Slice([], "x", "y", total=28745),
        "bars": _bars(),
        "hours": [
            Bar(str(h), v)
            for h, v in enumerate((3, 2, 1, 1, 2, 6, 20, 61, 140, 220, 210, 160, 90, 130, 190, 205, 180, 120, 60, 33, 20, 14, 9, 5))
        ],
        "map_bars": [
            Bar(c, i, f"{60 + i * 2}%", ("low", "mid", "high", "bad", "high")[i % 5], "#map", f"{CODES[i]}00000000")
            for i, c in enumerate(CITIES)
        ],
        "shades": _shades(),
        "matrix_columns": [f"系统{n}" for n in range(1, 29)],
        "matrix_rows": _matrix(),
        "links": _links(),
        "chart": _chart(),
        "titles": ["基本信息", "经营场所", "申请材料", "检查确认", "提交"],
    }


def _fields() -> list[FieldView]:
    options = (Option("1", "热食类食品制售"), Option("2", "冷食类食品制售", "须设专间"), Option("3", LONG))
    return [
        FieldView("t", "单位名称", value="端州区晓岚小馆", source="来自营业执照，2026年11月20日核验", hint="与营业执照一致"),
        FieldView("id", "身份证号码", "citizen_id", value="4412**********1234", errors=("身份证号码的校验位不正确，请核对。",)),
        FieldView("m", "投资额", "amount", value="1234.00", width="s"),
        FieldView("d", "拟开业日期", "date", value="2026-12-01", width="m", required=False),
        FieldView("p", "联系电话", "phone", hint="用于接收办理进度短信"),
        FieldView("s", "经营类别", "select", "2", options),
        FieldView("r", "经营方式", "radios", "2", options, hint="选择最主要的一种"),
        FieldView("c", "经营项目", "checkboxes", ["1", "3"], options, errors=("请至少选择一项。",)),
        FieldView("y", "是否自有场所", "yesno", "true"),
        FieldView("f", "经营场所平面图", "file", hint="PDF 或图片，不超过 10 MB", accept="application/pdf"),
        FieldView("x", "说明", "textarea", LONG, max_length=200, required=False),
        FieldView("o", "锁定的内容", value="由省级统一填写", disabled=True),
        FieldView("k", "我承诺以上内容真实，如有虚假愿承担责任", "checkbox"),
    ]


def _faults() -> list[FieldFault]:
    return [FieldFault("id", "x", "身份证号码的校验位不正确，请核对。"), FieldFault("c", "x", "请至少选择一项经营项目。")]


def _points(now: datetime) -> list[Point]:
    day = timedelta(days=1)
    return [
        Point(now - 7 * day, "申办", who="网上提交", href="#receipt", link="收件回执"),
        Point(now - 6 * day, "网上预受理", who="端州区市场监督管理局", note="材料 5/6 由证照库复用，无需上传"),
        Point(now - 2 * day, "补正告知", "now", who="李志强", note="平面图缺少操作间尺寸标注", href="#notice", link="告知书（已盖章）"),
        Point(now + 2 * day, "受理", "due", note="补正后 1 个工作日内"),
        Point(now + 16 * day, "办结", "due", note="承诺 10 个工作日"),
    ]


def _many_points(now: datetime) -> list[Point]:
    names = ["申办", "预受理", "受理", "审查", "专家评审", "现场核查", "复核", "集体讨论", "决定", "制证", "送达"]
    return [
        Point(now - timedelta(days=40 - 3.6 * i, hours=i), n, "done" if i < 10 else "due", who=LONG if i % 4 == 0 else "")
        for i, n in enumerate(names)
    ]


def _flow() -> list[FlowStep]:
    return [
        FlowStep("申请", "申请人", "随时", "网上、窗口或自助机"),
        FlowStep("受理", "窗口", "1 个工作日", aside="材料不齐：一次告知补正"),
        FlowStep("审查", "食品许可股", "5 个工作日", "必要时现场核查，不计入时限"),
        FlowStep("决定", "局领导", "2 个工作日", aside="不予许可：书面说明理由"),
        FlowStep("送达", "窗口或快递", "1 个工作日", "电子证照即时签发"),
    ]


def _columns() -> list[Column]:
    return [
        Column("办件", "number"),
        Column("申请人"),
        Column("到期", "due"),
        Column("状态"),
        Column("费用", align="end"),
        Column("", align="tight"),
    ]


def _rows(now: datetime) -> list[dict[str, Any]]:
    states = (("审查中", "run", 8), ("待补正", "wait", 1), ("已超期", "bad", -2), ("已办结", "ok", 4))
    return [
        {
            "id": n,
            "number": f"441202-2611-{18273 + n:07}",
            "name": LONG if n == 2 else "食品经营许可（新申请）",
            "who": "陈*岚",
            "state": states[n % 4][0],
            "tone": states[n % 4][1],
            "due": Due((now + timedelta(days=states[n % 4][2])).date(), ("ok", "soon", "overdue", "ok")[n % 4], states[n % 4][2]),
            "fee": 123400 * n,
        }
        for n in range(9)
    ]


def _bars() -> list[Bar]:
    return [
        Bar("当场办结", 5120),
        Bar("1–5 日", 3310),
        Bar("6–10 日", 1204, tone="wait"),
        Bar("超过 10 日", 96, tone="bad"),
        Bar(LONG[:12], 800, tone="run"),
    ]


def _shades() -> list[tuple[str, str]]:
    return [("0", "未建"), ("1", "<60%"), ("2", "60–90%"), ("3", "≥90%"), ("x", "逾期")]


def _matrix() -> list[tuple[str, list[tuple[str, ...]]]]:
    shades = ["3", "1", "2", "3", "0", "2", "3", "x", "na", "3", "1"]
    return [
        (
            c,
            [
                (
                    s := shades[(i * 7 + j * 5 + i * j) % 11],
                    f"{c}：系统{j + 1} {s}",
                    "#matrix" if s != "na" else "",
                    {"0": "未建", "na": "豁免"}.get(s, "3/5") if i % 2 else "",
                )
                for j in range(28)
            ],
        )
        for i, c in enumerate(CITIES)
    ]


def _links() -> list[Link]:
    return [
        Link("全部", "?tab=a", current=True, count=128),
        Link("待我办理", "?tab=b", count=3),
        Link("即将到期", "?tab=c", count=0),
        Link("已办结", "?tab=d"),
    ]


def _chart() -> dict[str, Any]:
    months = [f"{n}月" for n in range(1, 13)]
    counts = [310, 280, 402, 388, 371, 420, 433, 410, 455, 390, 470, 501]
    option = {
        "xAxis": {"type": "category", "data": months},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "data": counts}],
        "grid": {"left": 48, "right": 8, "top": 16, "bottom": 28},
    }
    return {"option": option, "rows": [list(pair) for pair in zip(months, counts, strict=True)]}
