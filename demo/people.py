"""Synthetic people and companies: valid numbers that nobody can hold, the same on every machine.

Identity numbers use the sequences 996 to 999, which GB 11643 keeps for people over a hundred, with younger birthdays; phones lie
in 160, a range that is not assigned; credit codes carry bodies that begin with MX, which no register has reached.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kapok.kernel.common.codes import citizen, uscc

SEED = 20260301
PERSONS, COMPANIES = 1600, 320

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
    "叶蒋杜苏魏程吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾夏付方邹熊白孟秦邱侯江"
)
MALE = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢文博志建国海峰亮东晨阳"
FEMALE = "芳娜敏静丽艳娟霞秀英玲燕红梅莉洁婷雪慧琳颖倩萍欣佳悦怡蓉晶妍瑶梦琪雅思彤诗韵"
STREETS = {
    "440106": ("广州市天河区", ("五山路", "黄埔大道西", "龙口东路", "棠下涌东路", "车陂北街")),
    "440104": ("广州市越秀区", ("北京路", "东风中路", "东华西路", "解放北路")),
    "440105": ("广州市海珠区", ("江南大道中", "新港西路", "工业大道")),
    "440304": ("深圳市福田区", ("福中路", "景田北街", "梅林路", "沙头街")),
    "440305": ("深圳市南山区", ("科技园路", "南新路", "桃园路")),
    "441202": ("肇庆市端州区", ("端州四路", "信安路", "建设三路", "星湖大道", "人民南路")),
    "441204": ("肇庆市高要区", ("南兴路", "府前大街")),
    "441224": ("肇庆市怀集县", ("解放中路", "冷坑圩镇街", "工业大道")),
    "441900": ("东莞市", ("虎门镇则徐路", "长安镇长青路", "南城街道鸿福路", "厚街镇康乐路")),
}
_WEIGHTS = (22, 8, 8, 12, 10, 20, 6, 6, 16)
BRANDS = [
    "云岚", "木棉", "星湖", "砚山", "西樵", "望岳", "合澜", "卓霖", "启禾", "鼎湖", "源溪", "海珀", "榕光", "泊远", "弘砚",
    "青屿", "旭澜", "珩达", "禾穗", "聚川"
]  # fmt: skip
BRANDS_SECOND = ["泰", "和", "兴", "通", "达", "盛", "源", "创", "佳", "美", "信", "诚", "嘉", "汇", "瑞", "安"]
TRADES = {
    "餐饮管理": "餐饮服务", "食品": "食品销售", "商贸": "批发零售", "建设工程": "建筑施工", "物流": "道路货物运输",
    "信息科技": "软件开发", "人力资源服务": "人力资源服务", "大药房": "药品零售", "酒店管理": "住宿服务", "机电设备": "设备制造",
    "环保科技": "环境治理", "文化传媒": "广告设计",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A synthetic natural person."""

    name: str
    number: str
    phone: str
    region: str
    address: str

    @property
    def born(self) -> date:
        return citizen.parse(self.number).born


@dataclass(frozen=True)
class Company:
    """A synthetic company; `representative` is one of the persons."""

    name: str
    uscc: str
    trade: str
    region: str
    address: str
    phone: str
    representative: Person


def persons(count: int = PERSONS, seed: int = SEED) -> Iterator[Person]:
    """So many people, always the same for a seed; no two share a number or a phone."""
    dice = random.Random(seed)
    regions = list(STREETS)
    used: set[str] = set()
    made = 0
    while made < count:
        region = dice.choices(regions, _WEIGHTS)[0]
        born = date(1942, 1, 1) + timedelta(days=dice.randrange(23_000))
        male = dice.random() < 0.5
        number = citizen.make(region, born, dice.choice((997, 999) if male else (996, 998)))
        given = dice.choices(MALE if male else FEMALE, k=dice.choice((1, 2, 2)))
        name = dice.choice(SURNAMES) + "".join(given)
        if number in used:
            continue
        used.add(number)
        yield Person(name, number, phone(made), region, _address(dice, region))
        made += 1


def companies(people: list[Person], count: int = COMPANIES, seed: int = SEED) -> Iterator[Company]:
    """So many companies, represented by the first of the people; names and codes differ."""
    dice = random.Random(seed + 1)
    for place in range(count):
        owner = people[place % len(people)]
        city = STREETS[owner.region][0].split("市")[0] + "市"
        trade = list(TRADES)[place % len(TRADES)]
        brand = BRANDS[place // len(TRADES) % len(BRANDS)] + BRANDS_SECOND[(place + place // 240) % len(BRANDS_SECOND)]
        form = "" if trade == "大药房" else "有限公司"
        code = uscc.make("91", owner.region, f"MX{place:06d}")
        yield Company(f"{city}{brand}{trade}{form}", code, TRADES[trade], owner.region, _address(dice, owner.region), owner.phone, owner)


def phone(place: int) -> str:
    """A mobile number in the range 160, which is not assigned to anybody."""
    return f"160{place * 7919 % 100_000_000:08d}"


def _address(dice: random.Random, region: str) -> str:
    area, streets = STREETS[region]
    return f"{area}{dice.choice(streets)}{dice.randrange(1, 200)}号{dice.randrange(1, 30)}栋{dice.randrange(101, 2500)}房"
