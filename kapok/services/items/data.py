"""What passes the door of the catalogue: an item version as compiled law for a case, portal and supervision.

Element names follow GB/T 39046-2020 table 4; code values its annex A.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

NO_FEE = "无"


@dataclass(frozen=True)
class Limit:
    """A time limit: unit is work_day 工作日, natural_day 自然日, hour 小时; zero means on the spot."""

    value: int
    unit: str = "work_day"
    note: str = ""


@dataclass(frozen=True)
class FormField:
    """One question of the application form."""

    key: str
    label: str
    type: str = "text"  # text, textarea, number, amount, date, choice, choices, yesno, region, phone, citizen_id, uscc
    required: bool = True
    section: str = ""
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()
    max_length: int = 200
    minimum: str = ""
    maximum: str = ""
    prefill: str = ""  # party.name, party.number, party.phone, company.name, company.uscc, …
    shown_when: tuple[tuple[str, str], ...] = ()  # every (key, value) must hold
    personal: bool = False


@dataclass(frozen=True)
class Material:
    """One document asked of the applicant (申请材料)."""

    key: str
    name: str
    required: bool = True
    form: str = "electronic"  # paper, electronic, both
    originals: int = 0
    copies: int = 0
    source: str = "applicant"  # applicant, government, licence, other
    source_note: str = ""
    basis: str = ""
    standard: str = ""  # 受理标准
    blank_form: str = ""
    sample: str = ""
    accept: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")
    max_megabytes: int = 10
    grade: str = "A"
    issuer: str = ""  # 出具机构
    issue_time: str = ""  # 出具时间要求
    handling_note: str = ""  # 材料办理说明
    handling_place: str = ""  # 材料办理地点
    use_note: str = ""  # 材料使用说明
    paper: str = ""  # 纸质材料规格
    remark: str = ""


@dataclass(frozen=True)
class Fee:
    name: str
    standard: str
    basis: str
    amount_fen: int | None = None
    reducible: bool = False  # 是否允许减免
    reduction: str = ""  # 允许减免依据
    remark: str = ""


@dataclass(frozen=True)
class Step:
    """A stage of handling (环节) and who does it: role is the role key in access."""

    key: str
    name: str
    role: str = "approver"
    four_eyes: bool = False
    days: int | None = None


@dataclass(frozen=True)
class Choice:
    key: str
    text: str


@dataclass(frozen=True)
class SituationQuestion:
    """A question of the 情形 tree; asked when every (question, answer) of `when` holds."""

    key: str
    text: str
    choices: tuple[Choice, ...]
    when: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class HandlingItem:
    """业务办理项: chosen by the answers in `when`; names which of the item's parts are its own (empty: all; `NO_FEE`: it is free).

    `rules.tree.narrowed` gives the item as this handling item has it.
    """

    code: str
    name: str
    when: tuple[tuple[str, str], ...] = ()
    materials: tuple[str, ...] = ()  # keys
    fields: tuple[str, ...] = ()  # keys
    conditions: tuple[str, ...] = ()  # further 受理条件 of this situation
    steps: tuple[str, ...] = ()  # keys of 环节
    fees: tuple[str, ...] = ()  # names of 收费项目
    result_name: str = ""  # another 结果名称


@dataclass(frozen=True)
class SpecialProcedure:
    """特别程序 this item allows: kind 1 延长审批 (days: the most it may move the due date), 2 other (pauses)."""

    kind: int
    name: str
    basis: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Place:
    name: str
    address: str
    hours: str
    phone: str


@dataclass(frozen=True)
class Question:
    question: str
    answer: str


@dataclass(frozen=True)
class CompiledItem:
    """One published, immutable version of an item, as everything above reads it."""

    version_id: UUID
    item_id: int
    number: int  # version number
    digest: str  # SM3, hex
    effective_on: date
    cancelled_on: date | None
    base_code: str
    impl_code: str
    name: str
    type_code: str  # A.1
    level: str  # A.2
    org_id: int
    org_uscc: str
    org_name: str
    org_nature: str  # A.3
    region: str  # 12 digits
    kind: str  # A.6: 1 即办件, 2 承诺件
    basis: tuple[str, ...]  # 设定依据
    statutory: Limit
    promised: Limit
    conditions: tuple[str, ...]
    flow_text: tuple[str, ...]
    form: tuple[FormField, ...]
    materials: tuple[Material, ...]
    fees: tuple[Fee, ...]
    steps: tuple[Step, ...]
    questions: tuple[SituationQuestion, ...]
    handling: tuple[HandlingItem, ...]
    special: tuple[SpecialProcedure, ...]
    audience: tuple[str, ...]  # A.4
    channels: tuple[str, ...]  # A.5
    themes: tuple[str, ...]
    scope_of_service: str  # 通办范围
    visits: int  # 到现场次数
    online: bool
    appointment: bool
    express: bool
    pay_online: bool
    consult: bool
    correction_in_examination: bool
    result_name: str
    result_type: str
    result_sample: str
    places: tuple[Place, ...]
    phone_consult: str
    phone_supervise: str
    faq: tuple[Question, ...]
    joint_orgs: tuple[str, ...] = ()
    collect_orgs: tuple[int, ...] = ()  # orgs that may receive for this item elsewhere (异地代收)
    example: tuple[str, ...] = ()  # element names whose value is an example (示例), not confirmed
    wording: dict[str, dict[str, Any]] = field(default_factory=dict)  # state → citizen wording overrides (07.05)
    more: dict[str, Any] = field(default_factory=dict)  # further elements of table 4 and up_task, by their element key
