"""The linter of what a rule gives its template: E26 a value is lacking, E27 a word nobody can say."""

from collections.abc import Iterable, Iterator
from typing import Any

from policies.facts import CATEGORIES, STAGES, Facts
from policies.loading import Problem, YamlFile
from policies.schema import Rule, StagedLine
from policies.templates.required import IN_A_WINDOW, lacking

_GROUPS = ("whole_groups", "part_groups")
_WORDS = {"stage": STAGES, "category": CATEGORIES}


def check_params(rule: Rule, file: YamlFile, index: int) -> Iterator[Problem]:
    """Everything wrong with the values, the conditions and the children a rule names."""
    missing = lacking(rule.template, rule.version_by, rule.params)
    if missing:
        hint = "，每年同样的写 season_from、season_to" if rule.template in IN_A_WINDOW else ""
        said = f"{rule.id}：模板 {rule.template} 的 params 里还要写 {'、'.join(missing)}{hint}"
        yield file.problem(file.line_of(index, "params"), "E26", f"{said}（意思见 docs/policies.md 的表）")
    for name in _GROUPS:
        if name in rule.params:
            line = file.line_of(index, "params", name)
            yield from _unknown(rule, name, rule.params[name].value, CATEGORIES, file, line)
    for name, wanted in rule.when.items():
        line = file.line_of(index, "when", name)
        yield from _unknown(rule, "when", name, Facts.model_fields, file, line)
        if name in _WORDS:
            yield from _unknown(rule, f"when.{name}", wanted, _WORDS[name], file, line)
    after = rule.params["after"].value if "after" in rule.params else ()
    for key, names in (("asks", rule.asks), ("after", after)):
        yield from _unknown(rule, key, names, Facts.model_fields, file, file.line_of(index, key))
    stages = [*rule.stages]
    for say in rule.say.values():
        stages += [stage for line in (*say.plain, *say.lines) if isinstance(line, StagedLine) for stage in line.stages]
    yield from _unknown(rule, "stages", tuple(stages), STAGES, file, file.line_of(index, "stages"))


def _unknown(rule: Rule, name: str, said: Any, known: Iterable[str], file: YamlFile, line: int) -> Iterator[Problem]:
    words = said if isinstance(said, tuple) else (said,)
    for word in dict.fromkeys(words):
        if isinstance(word, str) and word not in known:
            hint = f"没有“{word}”这个说法，只能写：{'、'.join(known)}"
            yield file.problem(line, "E27", f"{rule.id}：{name} 里{hint}")
