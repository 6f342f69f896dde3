"""统一社会信用代码, GB 32100-2015: 登记管理部门 1, 机构类别 1, 行政区划 6, 主体标识码 9, 校验码 1."""

from dataclasses import dataclass

from kapok.kernel.common.codes import orgcode
from kapok.kernel.common.codes.text import normalise, refused, region, written
from kapok.kernel.common.verdicts import Verdict, allow

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
KIND = "uscc"

# What the first two characters say, as far as it is published; the table grows, so an unknown pair is not an error.
KINDS = {
    "11": "机关",
    "12": "事业单位",
    "13": "群团组织",
    "19": "其他机构编制",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "54": "基层群众性自治组织",
    "59": "其他民政登记",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "N1": "农村集体经济组织",
    "Y1": "其他",
}


@dataclass(frozen=True)
class Uscc:
    """A credit code taken apart; `orgcode` is the nine characters of the body, `kind` empty where the table knows none."""

    text: str
    department: str
    category: str
    region: str
    orgcode: str

    @property
    def kind(self) -> str:
        return KINDS.get(self.department + self.category, "")


def check_character(body: str) -> str:
    """The eighteenth character of seventeen."""
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def check(text: str) -> Verdict:
    """Causes: empty, full_width, length, alphabet, region, check_digit."""
    code = normalise(text)
    verdict = written(KIND, code, lengths=(18,), alphabet=ALPHABET)
    if not verdict:
        return verdict
    if not (region(code[2:8]) or code[2:8] == "100000"):
        return refused(KIND, "region", region=code[2:8])
    if check_character(code[:17]) != code[17]:
        return refused(KIND, "check_digit", given=code[17])
    return allow()


def make(prefix: str, region_code: str, body: str) -> str:
    """A code from its kind (two characters), region (six digits) and eight characters that get their own check character."""
    head = prefix + region_code[:6] + orgcode.make(body)
    return head + check_character(head)


def parse(text: str) -> Uscc:
    check(text).or_raise()
    code = normalise(text)
    return Uscc(code, code[0], code[1], code[2:8], code[8:17])
