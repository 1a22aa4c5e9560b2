"""An official adds 青岛 and the next 黑龙江 year on a copy: nothing leaks, the linter leads, the answers change."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from policies import authoring, loading
from policies.check import check, write_texts
from policies.decisions import decide
from policies.library import Library, compile_table, freeze, read
from policies.overview import differences, snapshot

TEXT = """青岛市医疗保障局
青医保字〔2026〕5号
关于做好新生儿参加居民医保的通知
一、新生儿凭新万博体育APP官方入口新版APP下载出生医学证明即可办理参保登记。自202611日起，出生60天内办理并缴费的，自出生之日起享受待遇。
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "policies"
    shutil.copytree(loading.ROOT, root, ignore=shutil.ignore_patterns("__pycache__", "*.py", "compiled.json"))
    return root


def library(root: Path) -> Library:
    import json

    return freeze(json.loads(json.dumps(compile_table(read(root)))))


def errors(root: Path) -> list[str]:
    return [str(p) for p in check(root) if p.code.startswith("E")]


def test_qingdao_is_added_without_touching_code(copy: Path, tmp_path: Path) -> None:
    captured = tmp_path / "qd.txt"
    captured.write_text(TEXT, "utf-8")
    before = snapshot(library(copy), date(2026, 11, 22), ["370200", "371000"])
    found = authoring.new_source(
        copy, "qd-2026-05", "370200", "青医保字〔2026〕5号", "关于做好新生儿参加居民医保的通知", captured
    )
    assert {(p.kind, p.line) for p in found} >= {("spam", 4)}
    assert any("E14" in error for error in errors_after_text(copy)), "the advertisement must be seen"

    (copy / "sources/qd-2026-05/fixes.yml").write_text(
        '- {line: 4, before: "凭新万博体育APP官方入口新版APP下载出生医学证明", '
        'after: "凭出生医学证明", kind: spam, note: N-1, '
        "reason: 广告, reviewer: 甲}\n"
        '- {line: 4, before: "202611日起", after: "2026年1月1日起", kind: ocr, note: N-2, reason: 丢字, '
        "reviewer: 甲}\n",
        "utf-8",
    )
    write_texts(copy)
    authoring.new_region(copy, "370200")
    assert errors(copy) == []
    assert decide("ask_newborn_enrollment", {}, "青岛", date(2026, 11, 22), library(copy)).clauses[0] == "CN24-3.4"
    empty = snapshot(library(copy), date(2026, 11, 22), ["370200", "371000"])
    for key in before:  # a paper without rules only makes its own region's papers silent instead of missing
        assert {**before[key], "headline": ""} == {**empty[key], "headline": ""}

    (copy / "regions/370200/clauses.yml").write_text(
        '- {id: QD26-1, doc: qd-2026-05, at: "一", quote: "新生儿凭出生医学证明即可办理参保登记", gist: "新生儿", '
        "force: must,\n"
        "   intents: [ask_newborn_enrollment], from: null, to: null, from_basis: document_year,\n"
        '   verified: {by: 乙, on: "2026-11-01"}}\n',
        "utf-8",
    )
    (copy / "regions/370200/rules.yml").write_text(
        "- id: qd.newborn\n  intents: [ask_newborn_enrollment]\n  template: statement\n  clauses: [QD26-1]\n"
        "  say: {applies: {headline: 青岛凭《出生医学证明》就能给新生儿参保。}}\n",
        "utf-8",
    )
    assert errors(copy) == []
    made = decide("ask_newborn_enrollment", {}, "青岛", date(2026, 11, 22), library(copy))
    assert (made.status, made.certainty, made.clauses) == ("decided", "explicit", ("QD26-1",))
    after = snapshot(library(copy), date(2026, 11, 22), ["370200", "371000"])
    assert [key for key, *_ in differences(empty, after)] == ["370200 ask_newborn_enrollment"]


def errors_after_text(root: Path) -> list[str]:
    write_texts(root)
    return errors(root)


def test_the_next_year_of_heilongjiang_starts_blank_and_leaks_nothing(copy: Path) -> None:
    ids = authoring.new_year(copy, "230000", 2026, 2024)
    assert "hl.premium.2026" in ids
    table = library(copy)
    for intent in table.questions:
        made = decide(intent, {}, "黑龙江", date(2026, 11, 22), table)
        assert "380" not in str(made.values), intent
        if intent == "ask_policy_source":
            continue
        assert not any(clause.startswith("HL23") for clause in made.clauses), intent
    assert decide("ask_premium", {}, "黑龙江", date(2024, 5, 1), table).values["premium"] == 380
    assert any(p.code == "E13" and p.file.endswith("rules-2026.yml") for p in check(copy))
    assert any(p.code == "W4" and p.file.endswith("rules-2026.yml") for p in check(copy))


def test_what_is_already_there_is_not_overwritten(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(authoring.AuthoringError, match="已经有了"):
        authoring.new_region(copy, "320000")
    with pytest.raises(authoring.AuthoringError, match="行政区划代码"):
        authoring.new_region(copy, "999999")
    captured = tmp_path / "x.txt"
    captured.write_text("x", "utf-8")
    with pytest.raises(authoring.AuthoringError, match="已经有了"):
        authoring.new_source(copy, "js-2025-26", "320000", "号", "题", captured)
