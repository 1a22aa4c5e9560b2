"""Command line of the policy room: build, check, decide."""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from policies.answers import as_text, compose
from policies.authoring import new_region, new_source
from policies.check import check, write_texts
from policies.counting import beijing_today
from policies.decisions import decide, find_region
from policies.errors import PolicyError
from policies.library import build, default
from policies.loading import ROOT, plain
from policies.new_year import new_year
from policies.overview import LEGEND, differences, everywhere, gaps, matrix, provinces, snapshot, wanted
from policies.places import full_name


def _decide_one(request: dict[str, Any]) -> dict[str, Any]:
    """One case → the answer as plain data, or `error` with the field that is wrong."""
    try:
        made = decide(
            request["intent"], request.get("facts") or {}, request.get("region", "100000"),
            date.fromisoformat(str(request["as_of"])),
        )  # fmt: skip
    except PolicyError as error:
        return {"error": {"field": getattr(error, "field", None), "message": str(error)}}
    except (KeyError, TypeError, ValueError) as error:
        field = error.args[0] if isinstance(error, KeyError) else "as_of"
        return {"error": {"field": field, "message": f"{field}：缺少或写法不对（日期写成 YYYY-MM-DD）"}}
    return compose(made).as_json()


def _run_decide(args: argparse.Namespace) -> int:
    if args.batch:
        try:
            cases = plain(YAML(typ="safe").load(Path(args.batch).read_text("utf-8"))) or ()
        except (OSError, YAMLError) as error:
            print(f"--batch：读不了 {args.batch}：{type(error).__name__}", file=sys.stderr)
            return 2
        for case in cases:
            one = case if isinstance(case, dict) else {}
            print(json.dumps({"id": one.get("id"), **_decide_one(one)}, ensure_ascii=False))
        return 0
    if not args.intent:
        print("--intent：要么给 --intent，要么给 --batch", file=sys.stderr)
        return 2
    try:
        facts = json.loads(args.facts)
    except json.JSONDecodeError as error:
        print(f"--facts：不是 JSON：{error}", file=sys.stderr)
        return 2
    result = _decide_one({"intent": args.intent, "region": args.region, "as_of": args.as_of, "facts": facts})
    if "error" in result:
        print(result["error"]["message"], file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        made = decide(args.intent, facts, args.region, date.fromisoformat(args.as_of))
        print(f"[{made.status} / {made.certainty}]")
        print(as_text(compose(made)))
    return 0


def _print_matrix(days: Mapping[str, date], rows: list[tuple[str, list[str]]]) -> None:
    print(LEGEND)
    print("\t".join(["问题", *(f"{full_name(r)}（{d}）" for r, d in days.items())]))
    for intent, row in rows:
        print("\t".join([intent, *row]))
    print("合计", "  ".join(f"{cell} {n}" for cell, n in sorted(Counter(c for _, row in rows for c in row).items())))
    silent = Counter(region for _, row in rows for region, cell in zip(days, row, strict=True) if cell == "○")
    print("未写", "  ".join(f"{full_name(region)} {silent[region]}" for region in days), f"共 {sum(silent.values())}")


def _run_wanted(args: argparse.Namespace) -> int:
    asked: dict[tuple[str, str], int] = {}
    if args.asked:
        try:
            with Path(args.asked).open(encoding="utf-8-sig", newline="") as file:
                for row in csv.DictReader(file):
                    key = (row.get("intent") or row.get("heard") or "", row.get("region") or "")
                    asked[key] = asked.get(key, 0) + int(row.get("count") or 1)
        except (OSError, ValueError, csv.Error) as error:
            print(f"--asked：读不了 {args.asked}：{type(error).__name__}", file=sys.stderr)
            return 2
    library = default()
    print("先补这些文件（问的次数、地区、文件、能答什么）")
    for number, one in enumerate(wanted(library, asked, date.fromisoformat(args.as_of))[: args.most], 1):
        titles = "、".join(str(library.questions[intent]["title"]) for intent in one.intents)
        print(f"{number}\t{one.asked}\t{full_name(one.region)}\t{one.document}\t{titles}\t{one.unlocks}")
    return 0


def _run_check(args: argparse.Namespace) -> int:
    problems = check()
    errors = [p for p in problems if p.code.startswith("E")]
    for problem in (
        errors if args.errors else sorted(problems, key=lambda p: p in errors)
    ):  # errors last: they are what the eye should end on
        print(problem)
    library = default() if not errors else None
    if library is not None:
        print(
            f"条款 {len(library.sentences)} 条，摘要 {len(library.facts)} 条，规则 {len(library.rules)} 条，"
            f"文件 {len(library.sources)} 件，只有摘要的文件 {len(library.papers)} 件：没有错误"
        )
    else:
        print(f"{len(errors)} 处要改（E）。先改上面的；案例要等别的错都没有了才查")
    return 1 if errors else 0


def _run_build(_: argparse.Namespace) -> int:
    write_texts()
    table = build()
    print(f"已生成 compiled.json（{table['stamp']}）")
    return 0


def _run_coverage(args: argparse.Namespace) -> int:
    library = default()
    today = date.fromisoformat(args.as_of)
    annual = {s.region: date(s.annual_year, 5, 1) for s in library.sources.values() if s.annual_year}
    days = {region: annual.get(region, today) for region in sorted(library.regions())}
    rows = list(matrix(library, days))
    _print_matrix(days, rows)
    later = {region: today for region in days if region in annual}
    print(f"\n年度文件的地区按 {today} 问（原件只管别的年度，靠摘要和国家的规定）")
    _print_matrix(later, list(matrix(library, later)))
    print(f"\n各省（{today}）：每省 {len(library.questions)} 个问题\t本地\t引国家\t冲突\t未写")
    for name, count in provinces(library, today):
        print("\t".join([name, *(str(count[kind]) for kind in ("本地", "→国", "✕", "○"))]))
    print("\n缺口（补齐前相应的问题只能转热线）")
    for region, missing in gaps(library):
        print(f"{region}\t{missing}")
    return 0


def _run_preview(args: argparse.Namespace) -> int:
    named = [find_region(name) for name in args.region]
    places_shown = sorted({*named, *everywhere(default())}) if args.save else named
    found = snapshot(default(), date.fromisoformat(args.as_of), places_shown)
    if args.save:
        Path(args.save).write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
        print(f"存到 {args.save}，改完文件后用 diff 比较")
        return 0
    for key, answer in found.items():
        print(f"{key}  [{answer['status']}/{answer['certainty']}]  {answer['headline']}")
    return 0


def _run_diff(args: argparse.Namespace) -> int:
    before = json.loads(Path(args.saved).read_text("utf-8"))
    regions = sorted({key.split(" ")[0] for key in before})
    after = snapshot(default(), date.fromisoformat(args.as_of), regions)
    changes = list(differences(before, after))
    for key, old, new in changes:
        print(f"{key}\n  原：{old}\n  现：{new}")
    print(f"{len(changes)} 条回答有变化")
    return 0


def _run_new(args: argparse.Namespace) -> int:
    root, adcode = Path(args.root), find_region(args.region)
    if args.what == "source":
        found = new_source(root, args.key, adcode, args.number, args.title, Path(args.text), args.replaces)
        for one in found:
            print(f"第{one.line}行 {one.kind}：{one.before[:40]} —— {one.reason}")
        print(f"原文已存好，{len(found)} 处可疑写进了 fixes.yml（都先注释着），逐条核对后运行 build 和 check")
        if args.replaces:
            print(f"摘要 {args.replaces} 的事实逐条列在 regions/{adcode}/clauses-{args.key}.yml：找到原句，去掉 #")
    elif args.what == "region":
        print(f"{new_region(root, adcode)} 已建好，照文件里的例子填；模板和例子见 docs/policies.md")
    else:
        ids = new_year(root, adcode, args.year, args.since)
        print(f"{len(ids)} 条规则抄好了结构，数值全部留空；没填的不回答")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m policies")
    commands = parser.add_subparsers(required=True)
    coverage = commands.add_parser("coverage", help="问题 × 地区的覆盖矩阵和缺口")
    coverage.add_argument("--as-of", default=beijing_today().isoformat())
    coverage.set_defaults(run=_run_coverage)
    first = commands.add_parser("wanted", help="先补哪些文件：按大家问的次数排")
    first.add_argument(
        "--asked", metavar="CSV", help="python -m common.casebook export-questions 写的表；不给就按还没写明的问题数排"
    )
    first.add_argument("--as-of", default=beijing_today().isoformat())
    first.add_argument("--most", type=int, default=20)
    first.set_defaults(run=_run_wanted)
    preview = commands.add_parser("preview", help="某一天各题怎么答；--save 存下来供 diff 比较")
    preview.add_argument("--as-of", default=beijing_today().isoformat())
    preview.add_argument(
        "--region",
        nargs="+",
        default=["国家", "江苏", "威海", "黑龙江"],
        help="存的时候是另加的：各省和有文件的地方都存",
    )
    preview.add_argument("--save", metavar="文件")
    preview.set_defaults(run=_run_preview)
    diff = commands.add_parser("diff", help="和存下来的 preview 比，哪些回答变了")
    diff.add_argument("saved")
    diff.add_argument("--as-of", default=beijing_today().isoformat())
    diff.set_defaults(run=_run_diff)
    source = commands.add_parser("new-source", help="收一份新文件：原样存下，列出可疑处")
    source.add_argument("key", help="例如 qd-2026-01")
    for name in ("--region", "--number", "--title", "--text"):
        source.add_argument(name, required=True)
    source.add_argument("--replaces", metavar="摘要编号", help="这份原件替换哪件摘要，例如 CN-38")
    source.set_defaults(run=_run_new, what="source")
    region = commands.add_parser("new-region", help="开一个新地区")
    region.add_argument("region", help="行政区划代码")
    region.set_defaults(run=_run_new, what="region")
    year = commands.add_parser("new-year", help="年度文件换年：抄结构，数值全部留空")
    year.add_argument("region")
    year.add_argument("year", type=int)
    year.add_argument("--from", dest="since", type=int, required=True)
    year.set_defaults(run=_run_new, what="year")
    for one in (source, region, year):
        one.add_argument("--root", default=str(ROOT), help=argparse.SUPPRESS)
    commands.add_parser("build", help="生成 compiled.json 和各文件的 text.txt").set_defaults(run=_run_build)
    checked = commands.add_parser("check", help="检查每条条款、参数、规则和案例")
    checked.add_argument("--errors", action="store_true", help="只列要改的（E），不列提醒（W）")
    checked.set_defaults(run=_run_check)
    one = commands.add_parser("decide", help="回答一个问题，或用 --batch 回答一批")
    one.add_argument("--intent")
    one.add_argument("--region", default="100000", help="行政区划代码或地名")
    one.add_argument("--as-of", default=beijing_today().isoformat())
    one.add_argument("--facts", default="{}", help="JSON")
    one.add_argument("--json", action="store_true")
    one.add_argument("--batch", help="YAML 文件：{id, intent, region, as_of, facts} 的列表")
    one.set_defaults(run=_run_decide)
    args = parser.parse_args()
    try:
        return int(args.run(args))
    except PolicyError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
