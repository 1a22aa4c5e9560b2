"""An invented place with its papers, written into a copy of the policies: what is tested with it depends on no data."""

from datetime import date
from pathlib import Path

from policies import sources

YUSHU = "632700"
"""A place of which nobody has brought a document."""


def paper(root: Path, key: str, text: str, *, year: int | None, opens: str | None, issued: str) -> None:
    """A document of the place with its sentences under the ids KEY-1, KEY-2, …; no rule speaks them yet."""
    folder = root / "sources" / key
    folder.mkdir(parents=True)
    (folder / "raw.txt").write_text(text, "utf-8")
    (folder / "fixes.yml").write_text("", "utf-8")
    (folder / "doc.yml").write_text(
        f"code: {key.upper().replace('-', '')}\nnumber: 玉医保发〔{issued[:4]}〕{key[-2:]}号\ntitle: 缴费通知\n"
        f'issuers: [玉树州医疗保障局]\nregion: "{YUSHU}"\nissued_on: "{issued}"\nyear: {issued[:4]}\n'
        f"annual_year: {year or 'null'}\nannual_from: {quoted(opens)}\ncites: []\nmissing: []\n"
        f"raw_sha256: {sources.sha256(folder / 'raw.txt')}\n",
        "utf-8",
    )
    (folder / "text.txt").write_text(text, "utf-8")


def quoted(text: str | None) -> str:
    return f'"{text}"' if text else "null"


def clause(key: str, number: int, quote: str, intents: str) -> str:
    """One binding sentence."""
    return (
        f'- {{id: {key}-{number}, doc: {key}, at: "一", quote: "{quote}", gist: 话, force: must,\n'
        f"   intents: [{intents}],\n"
        '   from: null, to: null, from_basis: issued_on, verified: {by: 乙, on: "2026-11-01"}}\n'
    )


def write(root: Path, name: str, text: str) -> None:
    """A file of the place."""
    path = root / "regions" / YUSHU / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def annual(root: Path, year: int, amount: int, *, opens: str, closes: str, more: str = "") -> None:
    """The notice of one benefit year: what is paid, and when; `more` is further rules."""
    key, first, last = f"yushu-{year}", chinese(opens), chinese(closes)
    paid, window = f"{year}年度个人缴费{amount}元", f"{year}年度从{first}到{last}缴费"
    paper(root, key, f"玉树州医疗保障局\n{paid}。\n{window}。\n", year=year, opens=opens, issued=opens)
    write(
        root, f"clauses-{year}.yml", clause(key, 1, paid, "ask_premium") + clause(key, 2, window, "ask_payment_period")
    )
    of_year = f"    benefit_year: {{value: {year}, clause: {key}-1, reads: {year}年度}}\n"
    write(root, f"rules-{year}.yml", (
        f"- id: ys.premium.{year}\n  intents: [ask_premium]\n  template: statement\n  version_by: benefit_year\n"
        f"  params:\n{of_year}    amount: {{value: {amount}, clause: {key}-1, reads: {amount}元}}\n"
        f"  clauses: [{key}-1]\n  say: {{applies: {{headline: '{{benefit_year}}年度个人交{{amount}}元。'}}}}\n"
        f"- id: ys.window.{year}\n  intents: [ask_payment_period]\n  template: window\n  version_by: benefit_year\n"
        f"  params:\n{of_year}"
        f'    window_from: {{value: "{opens}", clause: {key}-2, reads: {first}}}\n'
        f'    window_to: {{value: "{closes}", clause: {key}-2, reads: {last}}}\n  clauses: [{key}-2]\n'
        f"  say:\n{said('open', 'before', 'closed', 'paid_inside', 'paid_outside')}{more}"
    ))  # fmt: skip
    case = (
        f"- {{name: 缴费期, intent: ask_payment_period, as_of: '{opens}', facts: {{paid_years: [{year}]}},\n"
        f"   expect: {{status: decided, window_from: '{opens}', window_to: '{closes}'}}, cites: [{key}-2]}}\n"
    )
    write(root, f"cases-{year}.yml", case)


def said(*keys: str) -> str:
    """The same words for every outcome of a window."""
    return "".join(f"    {key}: {{headline: '{{for_year}}年度{{window_from}}到{{window_to}}。'}}\n" for key in keys)


def chinese(day: str) -> str:
    """2027-09-01 as a document writes it."""
    year, month, number = day.split("-")
    return f"{year}年{int(month)}月{int(number)}日"


def date_of(day: str) -> date:
    return date.fromisoformat(day)
