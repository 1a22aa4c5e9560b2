"""What an official starts from: a new source with proposed repairs, and a new region."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policies import places, sources
from policies.errors import PolicyError
from policies.loading import YamlFile
from policies.schema import Digest

_AD = re.compile("[\u4e00-\u9fffA-Za-z]{0,12}(?:体育|娱乐|博|彩票)[A-Za-z]*APP[\u4e00-\u9fffA-Za-z]{0,20}下载")
_STUCK = re.compile(r"(?<!\d)(20\d{2})(\d{1,4})日|(?<!\d)11日起|〔(20\d{2})(\d{1,3})号")
_LOOK_ALIKE = re.compile(
    r"\d[OoIl]\d*[年月日天元%号]|(?<![A-Za-z])[OoIl]\d+[年月日天元%号]|〔[^〔〕]{0,6}[】\])）]|[【\[(（][^【】〔〕()（）]{0,6}〕"
)
_OPEN_END = re.compile("[\u4e00-\u9fff]$")


class AuthoringError(PolicyError):
    """The command cannot be carried out; the message says what to change."""


@dataclass(frozen=True)
class Proposal:
    """A repair somebody should look at: line, kind, what stands there, what it may have been."""

    line: int
    kind: str
    before: str
    after: str
    reason: str


def propose(raw: str) -> Iterator[Proposal]:
    """Likely noise in a captured text: advertisements, digits stuck together, letters among digits, traditional
    characters, broken lines."""
    lines = raw.split("\n")
    for number, line in enumerate(lines, 1):
        for found in _AD.finditer(line):
            yield Proposal(number, "spam", found.group(), "", "疑似广告，整串删除后读一遍")
        for found in _STUCK.finditer(line):
            yield Proposal(number, "ocr", found.group(), "", "数字之间可能丢了年、月或括号，对照原件改")
        for found in _LOOK_ALIKE.finditer(line):
            yield Proposal(number, "ocr", found.group(), "", "像是认错的字母或括号，对照原件改")
        soft = "".join(c for c in line if c in "學參繳費醫員貧護據與關開時會對應規險續")
        if soft:
            yield Proposal(number, "traditional", line.strip(), "", f"有繁体字：{soft[:10]}")
        following = next((n for n in range(number, len(lines)) if lines[n].strip()), None)
        if len(line.strip()) > 40 and _OPEN_END.search(line.rstrip()) and following is not None:
            yield Proposal(number, "linebreak", line.strip()[-12:], "", f"句子没有完，可能要和第{following + 1}行拼接")


def new_source(
    root: Path, key: str, region: str, number: str, title: str, text: Path, replaces: str | None = None
) -> list[Proposal]:
    """Store the raw text untouched with an empty list of repairs; returns the repairs to look at.

    `replaces`: the digest this original takes the place of; its facts are offered as clauses to confirm one by one.

    Raises:
        AuthoringError: the key is taken, the region unknown, or there is no such digest of the region.
    """
    if not re.fullmatch("[a-z0-9-]{3,40}", key):
        raise AuthoringError("名字只用小写字母、数字和连字符，例如 qd-2026-01")
    if places.get(region) is None:
        raise AuthoringError(f"没有 {region} 这个行政区划代码")
    folder = root / "sources" / key
    if folder.exists():
        raise AuthoringError(f"{folder.name} 已经有了")
    if not text.is_file():
        raise AuthoringError(f"--text：没有 {text} 这个文件")
    digest = _digest(root, region, replaces) if replaces else None
    folder.mkdir(parents=True)
    if digest is not None:
        _offer(root, key, region, digest)
    (folder / "raw.txt").write_bytes(text.read_bytes())
    raw = (folder / "raw.txt").read_text("utf-8")
    year = re.search("〔(20[0-9]{2})〕", number)
    issued = f'"{digest.issued_on}"' if digest is not None and digest.issued_on else "null"
    issuers = "、".join(digest.issuers).split("、") if digest is not None else []
    (folder / "doc.yml").write_text(
        f"code: {key.upper().replace('-', '')}\nnumber: {number}\ntitle: {title}\n"
        f'issuers: [{", ".join(issuers)}]\nregion: "{region}"\n'
        f'issued_on: {issued}  # 成文日期，写成 "2026-08-20"；文件里没有就留 null\n'
        f"year: {year.group(1) if year else 2026}\n"
        "# 只管一个参保年度的文件：填那一年，和从哪天起收那一年的钱（没写就用成文日期）；长期有效的两行都留 null。\n"
        "annual_year: null\nannual_from: null\ncites: []\nmissing: []\n"
        f"raw_sha256: {sources.sha256(folder / 'raw.txt')}\n",
        "utf-8",
    )
    proposals = list(propose(raw))
    lines = ["# 对 raw.txt 的修复。下面是机器找到的可疑处，逐条看过，属实的去掉 # 并把 after 写对。"]
    for found in proposals:
        lines += [
            f"# - line: {found.line}", f'#   before: "{found.before[:60]}"', f'#   after: "{found.after}"',
            f"#   kind: {found.kind}", "#   note: N-1", f'#   reason: "{found.reason}"', '#   reviewer: ""',
        ]  # fmt: skip
    (folder / "fixes.yml").write_text("\n".join(lines) + "\n", "utf-8")
    return proposals


def _digest(root: Path, region: str, key: str) -> Digest:
    """The digest of a region with this id. Raises AuthoringError when there is none."""
    path = root / "digests" / f"{region}.yml"
    found = YamlFile(path, root).read_list(Digest) if path.exists() else []
    for _, digest in found:
        if digest.id == key:
            return digest
    raise AuthoringError(f"{region} 没有 {key} 这件摘要，有：{'、'.join(d.id for _, d in found) or '（无）'}")


def _offer(root: Path, key: str, region: str, digest: Digest) -> None:
    """Each fact as a clause to confirm, under its own id: rules and cases that name it stay as they are."""
    lines = [
        f"# 摘要 {digest.id} 的事实。照 text.txt 找到原句填进 quote（一字不差），签名，去掉 #。",
        "# 编号不要改：规则和案例都按编号认得它。",
        "# 找不到原句的留着注释，那一条仍按摘要说。",
    ]  # fmt: skip
    for fact in digest.facts:
        force = "internal" if fact.force == "info" else fact.force
        lines += [
            f"# 摘要：{fact.fact}", f"# - id: {fact.id}", f"#   doc: {key}", f'#   at: "{fact.at}"', '#   quote: ""',
            f'#   gist: "{fact.fact}"', f"#   force: {force}", f"#   intents: [{', '.join(fact.intents)}]",
            "#   from: null", f"#   to: {f'{chr(34)}{fact.to}{chr(34)}' if fact.to else 'null'}",
            "#   from_basis: issued_on", '#   verified: {by: "", on: ""}',
        ]  # fmt: skip
    folder = root / "regions" / region
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"clauses-{key}.yml").write_text("\n".join(lines) + "\n", "utf-8")


_EXAMPLES = {
    "clauses.yml": """可引用的条款，照 text.txt 一字不差。编号不和别处重复；问题的名字见 policies/questions.yml。
# - id: AB26-3
#   doc: DOC
#   at: "三、缴费标准"
#   quote: "2027年度居民医保个人缴费标准为每人每年430元"
#   gist: "所有儿童：一年交多少"
#   force: must                # 原则上 → principle，鼓励、支持、推进 → encouraged
#   intents: [ask_premium]
#   from: null
#   to: null
#   from_basis: issued_on      # 没有成文日期的写 document_year
#   verified: {by: 姓名, on: "2026-11-27"}
""",
    "rules.yml": """规则。模板的名字和要写的话见 docs/policies.md；话里不写数字，写 {占位符}。
# - id: ab.premium
#   intents: [ask_premium]
#   template: statement
#   version_by: benefit_year   # 只管一个年度的文件每条规则都要这一行和下面的 benefit_year；长期有效的不写
#   params:
#     benefit_year: {value: 2027, clause: AB26-3, reads: 2027年度}
#     amount: {value: 430, clause: AB26-3, reads: 每人每年430元}
#   clauses: [AB26-3]
#   say:
#     applies:
#       headline: "{benefit_year}年度孩子个人交{amount}元。"
""",
    "cases.yml": """公开案例：说了什么、该得什么、该引哪条。用 statement 以外的模板，每条规则至少一个。
# - name: "2027年度交430元"
#   intent: ask_premium
#   as_of: "2026-11-27"
#   facts: {}
#   expect: {"status": "decided", "certainty": "explicit"}
#   cites: [AB26-3]
""",
}


def new_region(root: Path, region: str) -> Path:
    """The three files of a region, with one commented example each; it answers nothing until they are filled in.

    Raises:
        AuthoringError: the region is unknown or already there.
    """
    place = places.get(region)
    if place is None:
        raise AuthoringError(f"没有 {region} 这个行政区划代码")
    folder = root / "regions" / region
    if (folder / "rules.yml").exists():
        raise AuthoringError(f"{place.name}（{region}）已经有了")
    folder.mkdir(parents=True, exist_ok=True)
    papers = [path for path in sorted(root.glob("sources/*/doc.yml")) if f'"{region}"' in path.read_text("utf-8")]
    doc = papers[-1].parent.name if papers else "文件的名字"
    for name, example in _EXAMPLES.items():
        (folder / name).write_text(f"# {place.name}：{example}".replace("DOC", doc), "utf-8")
    return folder
