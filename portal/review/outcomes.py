"""What comes of it, for the figures page: how often we are right, who needed no person, why others did, thumbs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from common.casebook import Handled, SampledTurn, ThumbCount
from common.storage.talk_counts import TalksOfDay
from portal.figures import DAYS, Row, Table
from portal.review.agreement import result_of, share, wilson
from portal.review.words import week_name

WEEKS = 8
"""Weeks of the sample that are shown."""


def accuracy(samples: Mapping[str, Sequence[SampledTurn]]) -> Table:
    """The accuracy in service by week, with its interval and how far the two judges agree; the newest week first."""
    rows: list[Row] = []
    for week, turns in samples.items():
        found = result_of(turns)
        kappa = "—" if found.kappa is None else f"{found.kappa:.2f}"
        rows.append((week_name(week), found.drawn, found.judged, found.right, share(found.accuracy),
                     _between(found.right, found.judged), found.wrong, share(found.agreement), kappa))  # fmt: skip
    head = ("周", "抽了", "两位都判了", "都判对", "答对的", "95% 区间", "有人判错", "两位一致", "kappa")
    return Table("accuracy", "答得对不对（每周抽样）", head, tuple(rows), empty="还没有抽样；一周过完才有。")


def outcomes(
    talks: Iterable[TalksOfDay], cases: Sequence[Handled], thumbs: Iterable[ThumbCount], called: Mapping[str, int]
) -> Table:
    """Talks that needed no person, how parents took the answers, and who would have called (`called`: how many were
    asked and what they said), over the days of the figures."""
    all_talks, handed = sum(day.talks for day in talks), len(cases)
    given = list(thumbs)
    up, down = sum(one.up for one in given), sum(one.down for one in given)
    yes, no = called.get("yes", 0), called.get("no", 0)
    rows: tuple[Row, ...] = (
        ("聊天", all_talks, "", ""),
        _part("没用人工的", max(0, all_talks - handed), all_talks),
        _part("转人工的", min(handed, all_talks), all_talks),
        ("评价", up + down, "", ""),
        _part("有帮助", up, up + down),
        _part("没解决", down, up + down),
        ("问过“本来会打电话吗”", called.get("asked", 0), "", ""),
        _part("答了的", yes + no, called.get("asked", 0)),
        _part("本来会打电话的", yes, yes + no),
    )
    return Table("outcomes", f"近 {DAYS} 天的结果", ("看什么", "个数", "占", "95% 区间"), rows)


def handover_reasons(cases: Iterable[Handled]) -> Table:
    """Why talks were handed to a person, the most frequent first."""
    rows: tuple[Row, ...] = tuple(Counter(case.reason or "没写" for case in cases).most_common(12))
    return Table("handover-reasons", f"近 {DAYS} 天为什么转人工", ("原因", "会话"), rows, (1,))


def _part(name: str, some: int, of: int) -> Row:
    return (name, some, share(some / of if of else None), _between(some, of))


def _between(some: int, of: int) -> str:
    low, high = wilson(some, of)
    return f"{share(low)} 到 {share(high)}" if of else "—"
