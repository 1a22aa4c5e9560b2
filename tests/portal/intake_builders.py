"""A draft as an official leaves it before the check: the made-up paper of Wuhu with its clauses, rules and one case."""

from portal.intake.content import (
    DraftCase,
    DraftClause,
    DraftContent,
    DraftDocument,
    DraftRule,
    PickedNumber,
    Repair,
)
from portal.intake.shapes import shapes
from tests.portal import papers

KEY, PREFIX, WUHU = "wuhu-2026-31", "WUHU202631", "340200"
HALF = 30
"""Characters of the first line of the title, which the page broke."""
NEWBORN = "新生儿出生后90天内由监护人办理参保登记并缴费的，自出生之日起享受医保待遇"
WINDOW = "2027年度集中参保缴费期为2026年9月1日至2026年12月31日"


def clause(number: int, quote: str, *intents: str) -> DraftClause:
    return DraftClause(id=f"{PREFIX}-{number}", at="一", quote=quote, gist=quote[:20], force="must", intents=intents)


def said(number: int, intents: tuple[str, ...], words: str, newborn: bool | None = None) -> DraftRule:
    return DraftRule(id=f"{KEY}.{number}", shape="statement", intents=intents, clauses=(f"{PREFIX}-{number}",),
                     newborn=newborn, says={"applies": words})  # fmt: skip


def day(value: str, reads: str) -> PickedNumber:
    return PickedNumber(value=value, clause=f"{PREFIX}-2", reads=reads)


def ready_content() -> DraftContent:
    """Text with one repair, four clauses, rules for all they are about, a case at the edge of what is computed."""
    window = DraftRule(
        id=f"{KEY}.window", shape="window", intents=("ask_payment_period",), clauses=(f"{PREFIX}-2", f"{PREFIX}-3"),
        picked={"window_from": day("2026-09-01", "2026年9月1日"), "window_to": day("2026-12-31", "2026年12月31日")},
        says={key: one.text for key, one in shapes()["window"].says.items()},
    )  # fmt: skip
    newborn = ("ask_waiting_period", "ask_coverage_start", "ask_birth_expense")
    case = DraftCase(
        name="集中缴费期", intent="ask_payment_period", as_of="2026-11-22", facts={"stage": "小学"},
        expect={"status": "decided", "window": ["2026-09-01", "2026-12-31"], "in_window": True}, cites=(f"{PREFIX}-2",),
    )  # fmt: skip
    return DraftContent(
        read_from="通知.pdf",
        lines=(papers.TITLE[:HALF], papers.TITLE[HALF:], papers.NUMBER, *(line.strip() for line in papers.BODY)),
        repairs=(Repair(line=1, how="join", kind="linebreak", reason="一句话断成两行，接上", by="写稿人"),),
        document=DraftDocument(
            key=KEY, number=papers.NUMBER, title=papers.TITLE, region=WUHU, issuers=("芜湖市医疗保障局",),
            issued_on="2026-08-20", annual_year=2027, annual_from="2026-09-01",
        ),
        clauses=(
            clause(1, "2027年度城乡居民基本医疗保险个人缴费标准为每人每年430元", "ask_premium"),
            clause(2, WINDOW, "ask_payment_period"), clause(3, NEWBORN, *newborn),
            clause(4, "参保人可以通过微信城市服务、银行柜台或者办税服务厅缴纳保险费", "ask_payment_channel"),
        ),
        rules=(
            said(1, ("ask_premium",), "2027年度孩子个人交430元。"), window,
            said(3, newborn, "孩子出生后90天内参保缴费，从出生当天起能报。", True),
            said(4, ("ask_payment_channel",), "在微信城市服务、银行柜台或者办税服务厅交。"),
        ),
        cases=(case,),
    )  # fmt: skip
