"""The rules of an annual document copied for another year: the structure stays, everything to be read is blank."""

import re
from pathlib import Path

from policies import places
from policies.authoring import AuthoringError
from policies.loading import YamlFile
from policies.schema import Document, Rule

_LONG_LIVED = """{place}的文件长期有效（doc.yml 的 annual_year 是 null），不用抄一年。新来的年度文件这样放：
  1. new-source 收进来，doc.yml 填 annual_year: {year} 和 annual_from；
  2. 原句写进 clauses-{year}.yml，规则写进 rules-{year}.yml，每条都有 version_by: benefit_year 和 benefit_year；
  3. 和长期那份说同一件事的规则，加一行 exception_to: 长期那条规则的编号：这一年说新的，别的年仍说长期的。"""


def new_year(root: Path, region: str, year: int, since: int) -> list[str]:
    """Copy the rules of one benefit year for another with every value blank; returns the new rule ids.

    Blank means not written: until an official fills a value in from the new document, its rule answers nothing. A rule
    without values of its own gets a blank line to take out, so that each rule has been looked at before it answers.

    Raises:
        AuthoringError: there is nothing of that year, or the new year is already there.
    """
    folder = root / "regions" / region
    new = folder / f"rules-{year}.yml"
    if new.exists():
        raise AuthoringError(f"{new.name} 已经有了")
    blocks = [block for path in sorted(folder.glob("rules*.yml")) for block in _blocks(path, root, since)]
    if not blocks:
        raise AuthoringError(_nothing_of(root, region, year, since))
    ids = {rule.id: _renamed(rule.id, year, since) for rule, _ in blocks}
    lines = [f"# {year} 年度：结构照抄 {since} 年度，数值全部留空；没填的不回答。条款换成新文件的编号。"]
    for rule, text in blocks:
        lines += _copied(rule, text, ids, year)
    new.write_text("\n".join(lines) + "\n", "utf-8")
    if YamlFile(new, root).problems:
        new.unlink()
        raise AuthoringError(f"{since} 年度的规则里有 & 和 * 指到了别的规则，抄不过来：请照着手写 {new.name}")
    return list(ids.values())


def _blocks(path: Path, root: Path, since: int) -> list[tuple[Rule, list[str]]]:
    """The rules of that year in one file, each with its lines."""
    parts = re.split(r"^(?=- id: )", path.read_text("utf-8"), flags=re.M)
    texts = {part.split("\n", 1)[0].removeprefix("- id: ").strip(): part.rstrip().split("\n") for part in parts[1:]}
    rules = [rule for _, rule in YamlFile(path, root).read_list(Rule)]
    return [
        (rule, texts[rule.id])
        for rule in rules
        if rule.id in texts and "benefit_year" in rule.params and rule.params["benefit_year"].value == since
    ]


def _nothing_of(root: Path, region: str, year: int, since: int) -> str:
    """Why there is nothing to copy, and what to do."""
    place = places.get(region)
    name = f"{place.name if place else ''}（{region}）"
    documents = [YamlFile(path, root).read_one(Document) for path in sorted(root.glob("sources/*/doc.yml"))]
    own = [document for document in documents if document is not None and document.region == region]
    annual = sorted({str(document.annual_year) for document in own if document.annual_year is not None})
    if own and not annual:
        return _LONG_LIVED.format(place=name, year=year)
    held = f"有的是：{'、'.join(annual)}" if annual else "这里还没有文件"
    return f"{name}没有 {since} 年度的规则可以照抄结构，{held}"


def _renamed(name: str, year: int, since: int) -> str:
    return f"{name.removesuffix(f'.{since}')}.{year}"


def _copied(rule: Rule, text: list[str], ids: dict[str, str], year: int) -> list[str]:
    """One rule under its new name: its values blank, its exceptions to the new year's rules where those are copied."""
    lines, inside = [f"- id: {ids[rule.id]}"], False
    for line in text[1:]:
        inside = line.startswith("  params:") or (inside and line.startswith("   "))
        if line.startswith("  params:"):
            lines += ["  params:", *_blank(rule, year)]
        elif line.startswith("  exception_to: "):
            base = line.removeprefix("  exception_to: ").strip()
            lines.append(f"  exception_to: {ids.get(base, base)}")
        elif not inside and not line.startswith("#"):
            lines.append(line)
    return lines


def _blank(rule: Rule, year: int) -> list[str]:
    own = [name for name in rule.params if name != "benefit_year"]
    lines = [f"    benefit_year: {{value: {year}, assumption: 待填：从{year}年度的文件里抄}}"]
    lines += [f"    {name}: {{value: null, assumption: 待填：从{year}年度的文件里抄}}" for name in own]
    if not own:
        lines.append(f"    looked_at: {{value: null, assumption: 照{year}年度的文件看过话和条款，再删掉这一行}}")
    return lines
