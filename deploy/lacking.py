"""What a half-done change still lacks: an intent without examples, a fact without a label, a channel without a folder.

`python -m deploy.lacking` prints one line for each and exits with 1; `make test` runs it. The pages in docs/tasks/ say
how to add each of these things. What the policy linter (`python -m policies check`), the linter of training sentences
(`python -m bot.lint`) and the tests of words and metrics find is left to them.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator

from ruamel.yaml import YAML

from bot import lint, turns
from common.web.channels import MESSENGERS
from deploy.stack import ROOT, needed
from dialogue.vocabulary import LABELS as INTENTS
from dialogue.vocabulary import QUESTIONS
from gateway.messenger_settings import known, variables_of
from policies.facts import LABELS, Facts
from policies.library import Library, default
from policies.places import NATION

EXAMPLES = 20
"""Examples an intent must have to be told from the others."""
NOT_HEARD = frozenset(
    {
        "enrolled_at_transition",
        "enrolled_elsewhere",
        "place",
        "repair_years",
        "service_date",
        "service_year",
    }
)
"""Facts the hotline desk types in and the chat does not understand."""


def intents(library: Library) -> Iterator[str]:
    """Places that do not know an intent yet."""
    meant = YAML(typ="safe").load(_text("dialogue", "labels.yml"))
    said = {name for group in meant.values() for name, about in group.items() if about.get("is")}
    domain = set(YAML(typ="safe").load(_text("bot", "domain", "intents.yml"))["intents"])
    routed = set(re.findall(r"intent: (\w+)", _text("data", "rules", "routes.yml")))
    taught = Counter(turns.renamed(one.intent) for one in lint.read())
    taught.update(label for one in turns.read() for label in one.labels)
    for name in INTENTS:
        if name not in domain or name not in routed:
            yield f"intent {name}: not in the files Rasa reads (python -m tools.write_intents)"
        if taught[name] < EXAMPLES:
            yield f"intent {name}: {taught[name]} of {EXAMPLES} examples (data/nlu/)"
        if name not in said:
            yield f"intent {name}: nobody says what it is (dialogue/labels.yml)"
    told = {intent for region, intent in library.told if region != NATION}  # of the nation only rules speak
    answered = {intent for _, intent in library.by_question} | told
    for name in QUESTIONS:
        if name not in library.questions:
            yield f"intent {name}: no title and no wording to tap (policies/questions.yml)"
        if name not in answered:
            yield f"intent {name}: no rule and no fact answers it (policies/regions/, policies/digests/)"
    for name in sorted(library.questions.keys() - set(INTENTS) - turns.RENAMED.keys()):
        yield f"intent {name}: has a title, and nobody understands it (dialogue/labels.yml)"


def facts() -> Iterator[str]:
    """Places that do not know a fact yet."""
    contract = _text("docs", "contracts.md")
    told = ast.walk(ast.parse(_text("dialogue", "facts.py")))
    heard = {str(node.value) for node in told if isinstance(node, ast.Constant)}
    heard |= {name for name in Facts.model_fields if name.startswith("pregnancy_")}  # told by their unit
    for name in Facts.model_fields:
        if name not in LABELS:
            yield f"fact {name}: no label, so the desk cannot show it (LABELS in policies/facts.py)"
        if f"`{name}`" not in contract:
            yield f"fact {name}: not in docs/contracts.md"
        if name not in heard and name not in NOT_HEARD:
            yield f"fact {name}: nobody tells it (dialogue/facts.py, or NOT_HEARD in deploy/lacking.py)"
    for name in sorted(LABELS.keys() - Facts.model_fields.keys()):
        yield f"fact {name}: has a label, and is no fact (policies/facts.py)"


def channels() -> Iterator[str]:
    """Messengers of the list that the gateway cannot start."""
    for channel in MESSENGERS:
        module = ROOT / "gateway" / channel.path.strip("/") / "messenger.py"
        body = ast.parse(module.read_text("utf-8")).body if module.is_file() else []
        made = {node.name for node in body if isinstance(node, ast.FunctionDef)}
        for name in sorted({"connect", "routes"} - made):
            yield f"channel {channel.name}: no {name} in {module.relative_to(ROOT)}"
        read = module.with_name("settings.py")
        if not read.is_file():
            yield f"channel {channel.name}: no {read.relative_to(ROOT)}"
            continue
        settings = known()[channel.name]
        for variable in sorted({name for one in settings.CLASSES for name in variables_of(settings, one)}):
            if needed("rasa", {variable: ""}):
                yield f"channel {channel.name}: every part is given {variable}: it begins with no channel's folder"


def _text(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text("utf-8")


def main() -> int:
    found = [*intents(default()), *facts(), *channels()]
    print("\n".join(found) or "nothing is half done")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
