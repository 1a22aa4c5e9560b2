"""What a person said about one child: a strict, frozen record. Never guessed, never defaulted.

Names, meanings and units are those of the contract (docs/contracts.md, Facts): dates are ISO strings on the way
in, years integers, money whole yuan.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool, StrictInt, StrictStr, ValidationError

from policies.errors import FactError

STAGES = ("新生儿", "学龄前", "幼儿园", "小学", "初中", "高中", "中职", "高职", "大学")
CATEGORIES = (
    "低保对象", "特困供养人员", "孤儿", "事实无人抚养儿童", "脱贫人口", "返贫致贫人口", "监测对象", "低保边缘家庭",
    "因病致贫重病患者", "重度残疾", "残疾", "单亲", "留守儿童", "优抚对象", "计划生育特殊家庭", "普通",
)  # fmt: skip
_CATEGORY_WORDS = {
    "低保": "低保对象", "特困": "特困供养人员", "特困人员": "特困供养人员", "事实无人抚养": "事实无人抚养儿童",
    "脱贫": "脱贫人口", "脱贫户": "脱贫人口", "返贫致贫": "返贫致贫人口", "监测户": "监测对象",
    "农村易返贫致贫人口": "监测对象", "防止返贫监测对象": "监测对象", "低保边缘": "低保边缘家庭",
    "低保边缘家庭成员": "低保边缘家庭", "重残": "重度残疾", "重度残疾儿童": "重度残疾", "残疾儿童": "残疾",
    "单亲家庭": "单亲", "留守": "留守儿童", "普通家庭": "普通",
}  # fmt: skip
"""Shorter ways to say a category. Anything else is an error that names the vocabulary."""
SCHEMES = ("居民医保", "职工医保")

LABELS = {
    "birth_date": "孩子的出生日期", "pregnancy_months": "怀孕几个月", "pregnancy_weeks": "怀孕几周",
    "stage": "孩子上几年级或多大", "registered_date": "参保登记的日期", "paid_date": "缴费到账的日期",
    "paid_years": "交的是哪一年度的医保", "enrolled_years": "哪几年参保了", "zero_claim_years": "哪几年没报销过",
    "lapse_years": "哪几年断保了", "used_bonus_years": "哪几年用到了奖励额度",
    "repair_years": "多交了断掉的哪几年", "household_region": "户籍地",
    "residence_permit": "有没有居住证", "school_region": "在哪里上学", "transition": "身份转换的情形",
    "transition_date": "身份转换的日期", "enrolled_at_transition": "转换时有没有参加居民医保",
    "enrolled_elsewhere": "在外省哪几年参保", "category": "困难身份", "recognised_in": "困难身份在哪里认定",
    "new_assistance": "是不是新认定的救助对象", "payer": "用谁的医保个人账户", "use": "交保费、看病买药还是买别的",
    "place": "在哪里用", "cross_province": "是不是跨省", "child_enrolled": "孩子参保了没有", "proxy": "谁去办",
    "visit_date": "看病的日期", "service_date": "费用发生的日期", "service_year": "费用发生在哪一年",
}  # fmt: skip


def _iso_date(value: object) -> object:
    """Dates come as quoted ISO strings (YYYY-MM-DD), or as dates from our own code; anything else is an error."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value)
    raise ValueError("要写成 YYYY-MM-DD 这样的日期")


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Years = tuple[StrictInt, ...]


def _vocabulary(name: str, allowed: tuple[str, ...], words: Mapping[str, str]) -> Callable[[object], object]:
    """One value of a closed list, or several of them; a shorter word is taken for the listed one it means."""

    def one(value: object) -> str:
        found = words.get(str(value), str(value))
        if found not in allowed:
            raise ValueError(f"“{value}”不在允许的写法里：{'、'.join(allowed)}；有几个就写成列表")
        return found

    def read(value: object) -> object:
        if isinstance(value, list | tuple):
            return tuple(dict.fromkeys(one(v) for v in value)) or None
        return None if value is None else one(value)

    read.__name__ = name
    return read


Category = Annotated[str | tuple[str, ...], BeforeValidator(_vocabulary("category", CATEGORIES, _CATEGORY_WORDS))]
Repair = StrictInt | Years
"""Whole years paid extra to buy off a variable wait: how many, or which."""


class Elsewhere(BaseModel):
    """Enrollment in another place: which scheme, which benefit years."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    province: StrictStr
    city: StrictStr | None = None
    type: Literal["居民医保", "职工医保"] = "居民医保"
    years: Years = ()


class Facts(BaseModel):
    """One child's facts. Every field is optional; None means “not said”."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    birth_date: IsoDate | None = None
    pregnancy_months: StrictInt | None = None
    pregnancy_weeks: StrictInt | None = None
    stage: Literal["新生儿", "学龄前", "幼儿园", "小学", "初中", "高中", "中职", "高职", "大学"] | None = None
    registered_date: IsoDate | None = None
    paid_date: IsoDate | None = None
    paid_years: Years | None = None
    enrolled_years: Years | None = None
    zero_claim_years: Years | None = None
    lapse_years: Years | None = None
    used_bonus_years: Years | None = None
    repair_years: Repair | None = None
    household_region: StrictStr | None = None
    residence_permit: StrictBool | None = None
    school_region: StrictStr | None = None
    transition: Literal["停职工医保", "毕业", "退役", "迁户", "刑满"] | None = None
    transition_date: IsoDate | None = None
    enrolled_at_transition: StrictBool | None = None
    enrolled_elsewhere: tuple[Elsewhere, ...] | None = None
    category: Category | None = None
    recognised_in: StrictStr | None = None
    new_assistance: StrictBool | None = None
    payer: StrictStr | None = None
    use: Literal["premium", "medical", "goods"] | None = None
    place: StrictStr | None = None
    cross_province: StrictBool | None = None
    child_enrolled: StrictBool | None = None
    proxy: StrictStr | None = None
    visit_date: IsoDate | None = None
    service_date: IsoDate | None = None
    service_year: StrictInt | None = None

    @property
    def categories(self) -> tuple[str, ...]:
        """Every category said, as a list; 普通 beside another says nothing."""
        said = self.category if isinstance(self.category, tuple) else (self.category,) if self.category else ()
        return tuple(c for c in said if c != "普通") or said

    @property
    def repaired(self) -> int:
        """How many years were paid extra to shorten a wait."""
        said = self.repair_years
        return len(said) if isinstance(said, tuple) else said or 0


_EMPTY = Facts()
_WORDS = {
    "extra_forbidden": "没有这个事实名",
    "bool_type": "要写 true 或 false",
    "int_type": "要写整数",
    "string_type": "要写成文字",
    "tuple_type": "要写成列表",
}
_DATE = "不是存在的日期，要写成 YYYY-MM-DD"
EARLIEST_PAYMENT = 300
"""Days before birth a child can have been registered and paid for (准新生儿): longer than any pregnancy."""


def read_facts(raw: Mapping[str, Any]) -> Facts:
    """Check what was said and freeze it.

    Raises:
        FactError: unknown name, wrong type, impossible date, or two facts that cannot both be true.
    """
    if not raw:
        return _EMPTY
    try:
        facts = Facts(**raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "facts"
        raise FactError(field, _complaint(first, field)) from error
    _reject_contradictions(facts)
    return facts


def _complaint(error: Any, field: str) -> str:
    """What is wrong with a value, in a sentence that names what would be right."""
    if error["type"] == "literal_error":
        allowed = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").replace(", ", "、")
        part = {"type": "参保的种类"}.get(str(error["loc"][-1]), "")
        return f"{part}“{error['input']}”不在允许的写法里：{allowed}"
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        return f"没有这个事实名，有：{'、'.join(Facts.model_fields)}"
    if error["type"] == "value_error":
        return _DATE if field.endswith("_date") else str(error["ctx"]["error"])
    return _WORDS.get(error["type"], "写法不对")


def _reject_contradictions(facts: Facts) -> None:
    birth = facts.birth_date
    early = birth is not None and facts.registered_date is not None and facts.registered_date <= birth
    for field, before in (("paid_date", early), ("registered_date", True), ("visit_date", False)):
        day = getattr(facts, field)
        if birth is not None and day is not None and (birth - day).days > (EARLIEST_PAYMENT if before else 0):
            hint = "；出生前就登记的（准新生儿），登记日期也说一下" if field == "paid_date" else ""
            raise FactError(field, f"{LABELS[field]}（{day}）早于出生日期（{birth}），请核对哪一个写错了{hint}")
    for field in ("pregnancy_months", "pregnancy_weeks"):
        number = getattr(facts, field)
        highest = 10 if field == "pregnancy_months" else 43
        if number is not None and not 0 < number <= highest:
            raise FactError(field, f"怀孕时间应在 1 到 {highest} 之间")
    for field in ("paid_years", "enrolled_years", "zero_claim_years", "lapse_years", "used_bonus_years"):
        for year in getattr(facts, field) or ():
            if not 1998 <= year <= 2100:
                raise FactError(field, f"{year} 不像一个参保年度")
    if not 0 <= facts.repaired <= 30:
        raise FactError("repair_years", "多交的年数应在 0 到 30 之间")
    both = set(facts.enrolled_years or ()) & set(facts.lapse_years or ())
    if both:
        raise FactError("lapse_years", f"{min(both)} 年既说参保又说断保，请核对")
    claimed = set(facts.zero_claim_years or ()) - set(facts.enrolled_years or ())
    if facts.enrolled_years is not None and claimed:
        raise FactError("zero_claim_years", f"{min(claimed)} 年没有参保，不能算零报销年")
