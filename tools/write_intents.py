"""Write the two lists of intents that Rasa reads, from the one vocabulary: python -m tools.write_intents

`bot/domain/intents.yml` and `data/rules/routes.yml` name every label of `dialogue/labels.yml`, a picked option and
doubt. Written by hand they would be two more places to touch for a new intent.
"""

from pathlib import Path

from dialogue.vocabulary import LABELS

ROOT = Path(__file__).resolve().parent.parent
NAMES = (*LABELS, "choose", "unsure")
_DOMAIN = """\
# 由 python -m tools.write_intents 生成，不手改。
# 读句子的组件可能给出的标签：dialogue/labels.yml 里的，加上点选项和没听懂。
version: "3.1"
intents:
{intents}
"""
_ROUTES = """\
# 由 python -m tools.write_intents 生成，不手改。
# 只有一条规则：每句话都由 action_converse 回答，答什么在 dialogue/policy.py 的一张表里。
version: "3.1"
rules:
  - rule: every message
    steps:
      - or:
{intents}
      - action: action_converse
"""
FILES = {
    ROOT / "bot" / "domain" / "intents.yml": _DOMAIN.format(intents="\n".join(f"  - {name}" for name in NAMES)),
    ROOT / "data" / "rules" / "routes.yml": _ROUTES.format(
        intents="\n".join(f"          - intent: {name}" for name in NAMES)
    ),
}


def main() -> None:
    for path, text in FILES.items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
