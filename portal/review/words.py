"""What the review desk says: Chinese names of roles, polarities, sources, states, findings and verdicts."""

from datetime import date

from common.casebook.reviews import Finding, ReviewState, Source
from common.casebook.sampling import Verdict

SOURCES: dict[Source, str] = {"misunderstood": "没听明白", "refused": "当作不归我们管", "thumb_down": "家长点了没解决"}
STATES: dict[ReviewState, str] = {"new": "没复核的", "reviewed": "复核过的", "exported": "已导出的"}
FINDINGS: dict[Finding, str] = {
    "read_as": "应当读成", "not_ours": "不归我们管", "read_well": "读得对，答得不好",
    "no_use": "不用教（有人名、没意义）",
}  # fmt: skip
VERDICTS: dict[Verdict, str] = {"right": "对", "partly": "部分对", "wrong": "错"}
ROLES = {
    "birth": "出生日", "due": "预产期", "paid": "缴费日", "deducted": "扣款日", "registered": "登记日",
    "changed": "变动日", "visit": "看病日", "discharge": "出院日", "hukou": "落户日", "asked": "问到的日子",
    "other": "别的日子", "insured": "参保地", "household": "户籍地", "school": "上学的地方", "visited": "看病的地方",
    "account": "账户所在地", "former": "原来的地方", "recognised": "认定的地方", "elsewhere": "别的地方",
    "paid_years": "交了的年度", "enrolled_years": "参保的年度", "lapse_years": "断保的年度",
    "zero_claim_years": "没报销的年度", "claimed_years": "报销过的年度", "used_bonus_years": "用过奖励的年度",
    "asked_year": "问到的年度", "other_year": "别的年度", "payer": "谁出钱", "proxy": "谁去办", "about": "说的是谁",
    "stranger": "别人", "stage": "学段", "category": "困难身份", "change": "身份变动", "permit": "居住证",
    "age": "年龄", "pregnant": "怀孕",
}  # fmt: skip
"""What a mention is: role → its name on the page."""
POLARITIES = {"neg": "否认", "ask": "在问", "plan": "打算", "supp": "假设"}


def week_name(week: str) -> str:
    """An ISO week by its days: 2026-W47 is 2026年11月16日到11月22日."""
    year, number = int(week[:4]), int(week[6:])
    monday, sunday = date.fromisocalendar(year, number, 1), date.fromisocalendar(year, number, 7)
    return f"{monday.year}年{monday.month}月{monday.day}日到{sunday.month}月{sunday.day}日"
