"""Write `tests/bot/date_oracle.tsv`: what JioNLP, a reader of Chinese time expressions by others, takes days to be.

Run by hand, in an environment made for it alone (JioNLP weighs 270 MB, so no test installs it):
`uv run --no-project --with jionlp python tools/date_oracle.py`. `tests/bot/test_date_oracle.py` compares.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import jionlp

OUT = Path(__file__).parents[1] / "tests" / "bot" / "date_oracle.tsv"
TODAY = ("2024-02-29", "2025-06-15", "2026-01-03", "2026-11-22")
"""Leap day, the middle of a year, its first days, its last months."""
_DAYS = ("1", "9", "15", "28", "30")
EXPRESSIONS = (
    *(
        f"{year}{month}月{day}{sign}"
        for year, month, day, sign in itertools.product(
            ("2025年", "去年", "今年", "明年", "前年"), ("1", "2", "7", "12"), ("1", "15", "28"), ("日", "号")
        )
    ),
    *(f"{month}{day}号" for month, day in itertools.product(("上个月", "这个月", "下个月", "上月", "本月"), _DAYS[:4])),
    *(
        f"{year}农历{month}{day}"
        for year, month, day in itertools.product(
            ("2025年", "2024年"), ("正月", "二月", "八月", "冬月", "腊月"), ("初一", "初八", "十五", "廿三")
        )
    ),
    *(["大前天", "前天", "昨天", "今天", "明天", "后天", "大后天", "大大前天"]),
    *(f"{week}{day}" for week, day in itertools.product(("上周", "下周", "上星期", "这周", "下下周"), "一三五日")),
    *(f"{count}天{side}" for count, side in itertools.product(("3", "十", "45", "一百"), ("前", "后"))),
    *(
        f"{year}{feast}"
        for year, feast in itertools.product(
            ("2025年", "去年"),
            (
                "元旦",
                "春节",
                "元宵节",
                "三八妇女节",
                "清明",
                "劳动节",
                "儿童节",
                "端午节",
                "七夕",
                "中秋节",
                "国庆节",
                "重阳节",
                "冬至",
                "除夕",
            ),
        )
    ),
    *(f"{year}年{month}月" for year, month in itertools.product(("2024", "2025"), ("1", "6", "11"))),
    *(
        [
            "二〇二五年八月三日",
            "二零二五年十月二十号",
            "2025-3-8",
            "2025/11/30",
            "2025.4.6",
            "20250915",
            "25年3月12号",
            "二五年六月一号",
            "2025年2月29日",
        ]
    ),
)


def told(expression: str, today: str) -> str:
    """The day (“2025-10-20”) or month (“2025-10”) JioNLP understands; “-” when it does not."""
    year, month, day = map(int, today.split("-"))
    try:
        first, last = jionlp.parse_time(expression, time_base={"year": year, "month": month, "day": day})["time"]
    except (ValueError, TypeError, KeyError, IndexError):
        return "-"
    first, last = first[:10], last[:10]
    if first == last:
        return str(first)
    return str(first[:7]) if first[:7] == last[:7] and first.endswith("-01") else "-"


def main() -> int:
    """Write every expression as of every day."""
    rows = [f"{today}\t{one}\t{told(one, today)}" for one in dict.fromkeys(EXPRESSIONS) for today in TODAY]
    OUT.write_text("as_of\texpression\tday\n" + "\n".join(rows) + "\n", "utf-8")
    print(f"{len(rows)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
