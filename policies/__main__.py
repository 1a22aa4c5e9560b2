"""Command line of the policy room: build, check, decide."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from policies.answers import as_text, compose
from policies.check import check, write_texts
from policies.counting import beijing_today
from policies.decisions import decide
from policies.errors import PolicyError
from policies.library import build, default
from policies.loading import YamlFile, plain


def _decide_one(request: dict[str, Any]) -> dict[str, Any]:
    """One case → the answer as plain data, or `error` with the field that is wrong."""
    try:
        made = decide(
            request["intent"], request.get("facts") or {}, request.get("region", "100000"),
            date.fromisoformat(request["as_of"]),
        )  # fmt: skip
    except PolicyError as error:
        return {"error": {"field": getattr(error, "field", None), "message": str(error)}}
    except (KeyError, TypeError, ValueError) as error:
        field = error.args[0] if isinstance(error, KeyError) else "as_of"
        return {"error": {"field": field, "message": f"{field}：缺少或写法不对（日期写成 YYYY-MM-DD）"}}
    return compose(made).as_json()


def _run_decide(args: argparse.Namespace) -> int:
    if args.batch:
        for case in plain(YamlFile(Path(args.batch)).data) or ():
            print(json.dumps({"id": case.get("id"), **_decide_one(case)}, ensure_ascii=False))
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


def _run_check(_: argparse.Namespace) -> int:
    problems = check()
    for problem in problems:
        print(problem)
    errors = [p for p in problems if p.code.startswith("E")]
    library = default() if not errors else None
    if library is not None:
        print(
            f"条款 {len(library.sentences)} 条，规则 {len(library.rules)} 条，文件 {len(library.sources)} 件：没有错误"
        )
    return 1 if errors else 0


def _run_build(_: argparse.Namespace) -> int:
    write_texts()
    table = build()
    print(f"已生成 compiled.json（{table['stamp']}）")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m policies")
    commands = parser.add_subparsers(required=True)
    commands.add_parser("build", help="生成 compiled.json 和各文件的 text.txt").set_defaults(run=_run_build)
    commands.add_parser("check", help="检查每条条款、参数、规则和案例").set_defaults(run=_run_check)
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
