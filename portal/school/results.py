"""What became of the campaigns, each figure as one table: sent, failed, scanned, asked, by class. Nobody is counted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from common.casebook import ScanCount
from leaflets import FORMS
from policies import places
from policies.library import Library
from portal.clock import beijing
from portal.figures import Row, Table
from portal.school.campaigns import STATES, Campaign, Delivery
from portal.school.groups import ClassGroup
from portal.school.papers import StoredLeaflet


def by_class(groups: Sequence[ClassGroup], deliveries: Iterable[Delivery], scans: Iterable[ScanCount]) -> Table:
    """Every class: accepted by the platform, failed, scanned, asked, unknown, skipped."""
    sent: dict[str, Counter[str]] = {group.id: Counter() for group in groups}
    for one in deliveries:
        if one.group in sent:
            sent[one.group][one.state] += 1
    for scan in scans:
        if scan.tag in sent:
            sent[scan.tag]["asked" if scan.intent else "scanned"] += scan.count
    rows: tuple[Row, ...] = tuple(
        (g.label, *(sent[g.id][s] for s in ("sent", "failed", "scanned", "asked", "unknown", "skipped")))
        for g in groups
    )
    head = ("班级", "接口已接受", "失败", "扫码", "提问", "结果未知", "跳过")
    return Table("by-class", "各班：发送、扫码和提问", head, rows, (1, 2, 3), "还没有班级群。")


def by_campaign(
    campaigns: Sequence[Campaign], names: Mapping[str, str], counts: Mapping[str, Mapping[str, int]]
) -> Table:
    """Every campaign with the results of its groups."""
    rows: list[Row] = []
    for one in campaigns:
        found = counts.get(one.id, {})
        numbers = (found.get(s, 0) for s in ("sent", "failed", "unknown", "skipped", "waiting", "expired"))
        rows.append((f"{names.get(one.sheet, one.sheet)} {beijing(one.made_at):%m-%d}", STATES[one.state], *numbers))
    head = ("宣传单", "状态", "接口已接受", "失败", "结果未知", "跳过", "等待", "过期未发")
    return Table("by-campaign", "各次发送", head, tuple(rows), empty="还没有发送。")


def by_sheet(papers: Sequence[StoredLeaflet], scans: Iterable[ScanCount]) -> Table:
    """Scans and questions of every leaflet, printed or sent; those that carry the same code are one."""
    count: dict[str, Counter[bool]] = {}
    for scan in scans:
        count.setdefault(scan.leaflet, Counter())[scan.intent is not None] += scan.count
    rows = []
    for code, paper in {paper.sheet.scene: paper for paper in papers}.items():
        found = count.get(code.rsplit(".", 1)[1], Counter())
        plan = paper.sheet.plan
        short = f"{plan.stage}{FORMS[plan.form]} {beijing(paper.made_at):%m-%d}"
        rows.append((short, found[False], found[True], f"{places.full_name(plan.region)} {plan.year}年度"))
    head = ("宣传单", "扫码", "提问", "适用")
    return Table("by-sheet", "各份宣传单的扫码和提问", head, tuple(rows), (1, 2), "还没有宣传单。")


def asked(scans: Iterable[ScanCount], library: Library, leaflets: set[str]) -> Table:
    """What was asked after scanning these leaflets, most often first."""
    count: Counter[str] = Counter()
    for scan in scans:
        if scan.intent and scan.leaflet in leaflets:
            count[scan.intent] += scan.count
    titles = library.questions
    rows = tuple((str(titles[i]["title"]) if i in titles else i, n) for i, n in count.most_common(12))
    return Table("asked", "扫码以后问得最多的", ("问题", "次数"), rows, (1,), "还没有人扫码提问。")
