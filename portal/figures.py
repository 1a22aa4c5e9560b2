"""The supervisor's figures, each as one table: the page, the chart and the spreadsheet are all drawn from it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from common.casebook import Handled, OpenQuestion, ThumbCount
from common.storage.talk_counts import TalksOfDay
from common.web.channels import CHANNELS, label_of
from policies.library import Library
from policies.overview import matrix
from portal.calls import OUTCOMES, Call, Lookup
from portal.clock import beijing
from portal.labels import title
from portal.search.entries import expired
from portal.templates import KINDS, moment, place_name
from portal.versions import changed_since
from portal.waiting_questions import QuestionGroup

CHANNEL_NAMES = tuple(channel.name for channel in CHANNELS)
DAYS = 14
"""Days the daily figures look back, today included."""
SOON = 30
"""Days before its end at which a document is shown as expiring."""


Row = tuple[str | int, ...]


@dataclass(frozen=True)
class Table:
    """One figure. `bars`: the columns a chart draws, against the first column; none: a table only.

    `rate`: the column of percentages drawn on one scale from 0 to 100, with a line at `goal`.
    """

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    bars: tuple[int, ...] = ()
    empty: str = "还没有记录。"
    rate: int | None = None
    goal: int | None = None


def by_hour(calls: Iterable[Call], today: date) -> Table:
    """Calls begun today, by the hour of Beijing; from 8 to 18, and wherever there was one."""
    count = Counter(beijing(c.began_at).hour for c in calls if beijing(c.began_at).date() == today)
    hours = range(min([8, *count]), max([18, *count]) + 1)
    return Table(
        "calls-by-hour", "今天各小时的通话", ("时段", "通话"), tuple((f"{h}时", count[h]) for h in hours), (1,)
    )


def by_day(calls: Iterable[Call], today: date) -> Table:
    """Calls of the last days with their outcomes; calls still open count in the first column only."""
    days = last_days(today)
    found: dict[date, Counter[str]] = {day: Counter() for day in days}
    for call in calls:
        day = beijing(call.began_at).date()
        if day in found:
            found[day].update(["all"] if call.ended_at is None else ["all", call.outcome or ""])
    rows: list[Row] = [(f"{d.month}-{d.day}", found[d]["all"], *(found[d][o] for o in OUTCOMES)) for d in days]
    return Table("calls-by-day", f"近 {DAYS} 天的通话", ("日期", "通话", *OUTCOMES.values()), tuple(rows), (1,))


def top_questions(lookups: Iterable[Lookup], library: Library) -> Table:
    """In how many calls each question was opened, and how often the documents had no answer."""
    calls: dict[str, set[str]] = {}
    silent: dict[str, set[str]] = {}
    for one in lookups:
        calls.setdefault(one.intent, set()).add(one.call)
        if one.status in ("not_in_documents", "conflict"):
            silent.setdefault(one.intent, set()).add(one.call)
    ordered = sorted(calls.items(), key=lambda item: (-len(item[1]), item[0]))[:12]
    rows = tuple((title(i, library), len(found), len(silent.get(i, ()))) for i, found in ordered)
    return Table("top-questions", "近 7 天问得最多的", ("问题", "通话", "其中文件没写明"), rows, (1, 2))


def unanswered(groups: Sequence[QuestionGroup]) -> Table:
    """What was asked and not answered well: one line a question and place, the most frequent first."""
    rows = tuple(
        (group.name, place_name(group.region) if group.region else "没说", len(group.asked),
         "、".join(f"{KINDS[kind]} {count}" for kind, count in group.kinds),
         " / ".join(dict.fromkeys(one.text for one in group.asked)),
         "、".join(dict.fromkeys(one.reason for one in group.asked if one.reason)), moment(group.asked[0].at))
        for group in groups
    )  # fmt: skip
    return Table("unanswered", "没答好的问题", ("问的是", "地区", "次数", "来源", "原话", "说明", "最近一次"), rows,
                 empty="没有待处理的问题。")  # fmt: skip


def silent_cells(lookups: Iterable[Lookup], questions: Iterable[OpenQuestion], library: Library) -> Table:
    """Which question of which place was asked most without a document that answers it, at the desk and in chats."""
    count: Counter[tuple[str, str]] = Counter()
    for one in lookups:
        if one.status in ("not_in_documents", "conflict"):
            count[one.intent, one.region] += 1
    for asked in questions:
        if asked.kind == "unanswered" and asked.intent and asked.region:
            count[asked.intent, asked.region] += 1
    rows: tuple[Row, ...] = tuple(
        (title(intent, library), place_name(region), number)
        for (intent, region), number in sorted(count.items(), key=lambda item: (-item[1], item[0]))[:12]
    )
    return Table("silent-cells", "问得多而文件没写的", ("问题", "地区", "次数"), rows, (2,))


def last_days(today: date) -> list[date]:
    """The days the daily figures look at, the oldest first."""
    return [today - timedelta(days=n) for n in range(DAYS - 1, -1, -1)]


def talks_by_day(talks: Iterable[TalksOfDay], cases: Iterable[Handled], today: date) -> Table:
    """Talks with the assistant by day and how many of them needed no person."""
    days = last_days(today)
    by_channel: dict[tuple[date, str], int] = {}
    messages: Counter[date] = Counter()
    for one in talks:
        by_channel[one.day, one.channel] = one.talks
        messages[one.day] += one.messages
    handed = Counter(beijing(case.opened_at).date() for case in cases)
    rows: list[Row] = []
    for day in days:
        each = [by_channel.get((day, channel), 0) for channel in CHANNEL_NAMES]
        alone = f"{max(0, sum(each) - handed[day]) * 100 // sum(each)}%" if sum(each) else "—"
        rows.append((f"{day.month}-{day.day}", sum(each), handed[day], *each, messages[day], alone))
    head = ("日期", "聊天", "转人工", *map(label_of, CHANNEL_NAMES), "消息", "没用人工的")
    return Table("talks-by-day", f"近 {DAYS} 天的聊天", head, tuple(rows), (1, 2))


def handed_over(cases: Iterable[Handled], today: date) -> Table:
    """Chats handed to a person by day: how many, how many were answered, and the usual minutes to the first answer
    and to the end."""
    days = last_days(today)
    found: dict[date, list[Handled]] = {day: [] for day in days}
    for case in cases:
        found.get(beijing(case.opened_at).date(), []).append(case)
    rows: list[Row] = []
    for day, those in found.items():
        answered = [(one.answered_at - one.opened_at).total_seconds() / 60 for one in those if one.answered_at]
        ended = [(one.closed_at - one.opened_at).total_seconds() / 60 for one in those if one.closed_at]
        rows.append((f"{day.month}-{day.day}", len(those), len(answered), _usual(answered), _usual(ended)))
    return Table("handed-over", f"近 {DAYS} 天转人工的聊天",
                 ("日期", "转来", "有人回了", "到第一句回复的分钟（中位）", "到结束的分钟（中位）"),
                 tuple(rows), (1, 2))  # fmt: skip


def _usual(minutes: Sequence[float]) -> str | int:
    return round(median(minutes)) if minutes else "—"


def unanswered_kinds(questions: Sequence[OpenQuestion]) -> Table:
    """How many questions wait, by where they came from."""
    count: Counter[str] = Counter(q.kind for q in questions)
    rows = tuple((word, count[kind]) for kind, word in KINDS.items())
    return Table("unanswered-kinds", "待处理的问题按来源", ("来源", "条数"), rows, (1,))


def thumbs(counts: Iterable[ThumbCount], library: Library) -> Table:
    """How parents took the answers to each question, the least liked first."""
    up: Counter[str] = Counter()
    down: Counter[str] = Counter()
    for one in counts:
        up[one.intent or ""] += one.up
        down[one.intent or ""] += one.down
    ordered = sorted(set(up) | set(down), key=lambda i: (-down[i], -up[i], i))[:12]
    rows = tuple((title(i, library), up[i], down[i]) for i in ordered)
    return Table("thumbs", "近 14 天家长的评价", ("问题", "有帮助", "没解决"), rows, (1, 2))


def documents(library: Library, today: date) -> Table:
    """Documents that ran out or will within a month, sentences likewise, and what is missing."""
    rows: list[Row] = []
    for source in library.sources.values():
        place = place_name(source.region)
        if source.annual_year is not None:
            end = date(source.annual_year, 12, 31)
            left = (end - today).days
            if left < 0:
                rows.append((place, source.number, "已过年度", f"只管 {source.annual_year} 年度，要换新年度的文件"))
            elif left <= SOON:
                rows.append((place, source.number, "快到期", f"{end.isoformat()} 止，还有 {left} 天"))
        rows += [(place, source.number, "缺", missing) for missing in source.missing]
    for sentence in library.sentences.values():
        source = library.sources[sentence.doc]
        if sentence.until is None:
            continue
        left = (sentence.until - today).days
        if expired(sentence, library, today):
            rows.append((place_name(source.region), source.number, "条款已失效", f"{sentence.at}：{sentence.until}"))
        elif left <= SOON:
            rows.append((place_name(source.region), source.number, "条款快到期", f"{sentence.at}：还有 {left} 天"))
    return Table("documents", "到期和缺少的文件", ("地区", "文件", "情况", "说明"), tuple(rows), empty="没有。")


def coverage(library: Library, today: date) -> Table:
    """Which questions each region's documents answer, asked today without facts."""
    regions = dict.fromkeys(sorted(library.regions()), today)
    rows: list[Row] = [(title(intent, library), *signs) for intent, signs in matrix(library, regions)]
    return Table("coverage", "各地覆盖情况", ("问题", *(place_name(r) for r in regions)), tuple(rows))


def changed_answers(calls: Iterable[Call], library: Library) -> Table:
    """Ended calls whose answer would be another one now, because the policies changed since: to be called back."""
    rows = []
    for call in calls:
        if not call.intent or not call.print or call.stamp == library.stamp or call.ended_at is None:
            continue
        day = beijing(call.began_at).date()
        if changed_since(call.print, call.intent, call.facts, call.region, day, library):
            rows.append((moment(call.began_at), call.agent, title(call.intent, library), place_name(call.region),
                         call.link or ""))  # fmt: skip
    return Table("changed-answers", "答复之后政策有变的通话", ("时间", "坐席", "问题", "地区", "关联"), tuple(rows),
                 empty="没有：近 14 天答复过的，按现在的政策版本答出来都一样。")  # fmt: skip
