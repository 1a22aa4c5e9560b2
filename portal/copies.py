"""An answer as plain text to read out, to paste in full, or to send: always with region, year and source.

Only puts together what `policies.answers.compose` made; no word or number of its own, and never an expired rule.
"""

from collections.abc import Collection

from policies.answers import Answer
from policies.library import Library
from policies.year_said import year_said

SMS_ONE, SMS_PART = 70, 67
"""Characters of a Chinese SMS sent alone, and of each part of a longer one."""


def year(answer: Answer, library: Library) -> str:
    """The year an answer speaks for."""
    return year_said(answer.as_json(), library)


def heading(answer: Answer, library: Library) -> str:
    return f"【{answer.region['name']}·{year(answer, library)}】"


def sources(answer: Answer) -> str:
    """The numbers of the cited documents, each once."""
    return "、".join(dict.fromkeys(c.document for c in answer.citations)) or "文件未写明"


def spoken(answer: Answer, library: Library, hedges: Collection[str] = ()) -> str:
    """口播短句: the result, the first reason, and every exception that changes what to do, in one breath.

    Args:
        hedges: limits that hold for every answer of a kind (`policies.wording.common_limits`); nobody reads them out.
    """
    reported = library.phrases["reported"]
    reasons = [line for n, line in enumerate(answer.lines) if n == 0 or not line.startswith(reported)]
    said = "".join((answer.headline, *reasons, *(limit for limit in answer.limits if limit not in hedges)))
    return f"{heading(answer, library)}{said}（依据：{sources(answer)}）"


def full(answer: Answer, library: Library, title: str) -> str:
    """全文: everything the answer says, one part a line."""
    parts = [f"{heading(answer, library)}{title}", answer.headline, *answer.lines]
    if answer.steps:
        parts.append(f"怎么算的：{'；'.join(answer.steps)}")
    parts += [f"· {limit}" for limit in answer.limits]
    parts += [c.line for c in answer.citations]
    if not answer.citations:
        parts.append(f"依据：{sources(answer)}")
    parts += [f"还缺的文件：{'、'.join(answer.missing)}"] if answer.missing else []
    named = answer.refer is not None and answer.refer in "".join(answer.lines)
    parts += [f"拿不准的请拨 {answer.refer} 核实。"] if answer.refer and not named else []
    year_, month, day = (int(part) for part in answer.as_of.split("-"))
    parts.append(f"按{year_}年{month}月{day}日这一天算。")
    return "\n".join(parts)


def message(answer: Answer, library: Library) -> str:
    """短信版: result, reasons and exceptions without the quotations."""
    said = "".join((answer.headline, *answer.lines, *answer.limits))
    refer = f"咨询{answer.refer}。" if answer.refer and answer.refer not in said else ""
    return f"{heading(answer, library)}{said}依据：{sources(answer)}。{refer}"


def parts(text: str) -> int:
    """How many SMS a text takes."""
    return 1 if len(text) <= SMS_ONE else -(-len(text) // SMS_PART)
