"""An official adds 青岛 and the next 黑龙江 year on a copy: nothing leaks, the linter leads, the answers change."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from policies import authoring, loading
from policies.check import check, write_texts
from policies.decisions import decide
from policies.library import Library, compile_table, freeze, read
from policies.new_year import new_year
from policies.overview import differences, snapshot
from tests.policies.written import YUSHU, annual

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
    assert list(differences(before, snapshot(library(copy), date(2026, 11, 22), ["370200", "371000"]))) == []

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
    assert [key for key, *_ in differences(before, after)] == ["370200 ask_newborn_enrollment"]


def errors_after_text(root: Path) -> list[str]:
    write_texts(root)
    return errors(root)


def test_the_next_year_of_heilongjiang_starts_blank_and_leaks_nothing(copy: Path) -> None:
    ids = new_year(copy, "230000", 2026, 2024)
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


def test_every_copied_rule_is_blank_until_it_was_looked_at(copy: Path) -> None:
    ids = new_year(copy, "230000", 2026, 2024)
    lines = [p.message for p in check(copy) if p.code == "W4"]
    assert {"hl.students.2026", "hl.payment.window.2026"} <= set(ids), "one without values of its own, one with some"
    assert {name for name in ids if not any(line.startswith(f"{name}：") for line in lines)} == set()
    assert "&hl_only_year" not in (copy / "regions/230000/rules-2026.yml").read_text("utf-8")


def test_a_document_that_holds_for_years_is_not_copied_but_told_how_to_stand_beside(copy: Path) -> None:
    with pytest.raises(authoring.AuthoringError, match=r"长期有效.*不用抄一年") as refused:
        new_year(copy, "371000", 2027, 2026)
    assert "exception_to" in str(refused.value)
    assert not (copy / "regions/371000/rules-2027.yml").exists()
    with pytest.raises(authoring.AuthoringError, match=r"没有 2020 年度的规则.*有的是：2024"):
        new_year(copy, "230000", 2026, 2020)


def test_a_year_is_copied_from_the_file_of_the_year_before(copy: Path) -> None:
    annual(copy, 2027, 420, opens="2026-09-01", closes="2026-12-31")
    path = copy / "regions" / YUSHU / "rules-2027.yml"
    text = path.read_text("utf-8").replace("  template: window\n", "  template: window\n  exception_to: ys.long\n")
    path.write_text(text, "utf-8")
    assert new_year(copy, YUSHU, 2028, 2027) == ["ys.premium.2028", "ys.window.2028"]
    written = (copy / "regions" / YUSHU / "rules-2028.yml").read_text("utf-8")
    assert "exception_to: ys.long\n" in written, "the rule that holds for years is still its base"
    assert "420" not in written
    assert "2026-09-01" not in written


def test_words_copied_from_the_year_before_are_warned_of(copy: Path) -> None:
    annual(copy, 2027, 420, opens="2026-09-01", closes="2026-12-31")
    annual(copy, 2028, 450, opens="2027-09-01", closes="2027-12-31")
    warned = [p.message.split("：")[0] for p in check(copy) if p.code == "W9"]
    assert warned == ["ys.premium.2028", "ys.window.2028"]
    path = copy / "regions" / YUSHU / "rules-2028.yml"
    path.write_text(path.read_text("utf-8").replace("个人交", "每人交"), "utf-8")
    assert [p.message.split("：")[0] for p in check(copy) if p.code == "W9"] == ["ys.window.2028"]


def test_what_is_already_there_is_not_overwritten(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(authoring.AuthoringError, match="已经有了"):
        authoring.new_region(copy, "320000")
    with pytest.raises(authoring.AuthoringError, match="行政区划代码"):
        authoring.new_region(copy, "999999")
    captured = tmp_path / "x.txt"
    captured.write_text("x", "utf-8")
    with pytest.raises(authoring.AuthoringError, match="已经有了"):
        authoring.new_source(copy, "js-2025-26", "320000", "号", "题", captured)


ORIGINAL = """四川省医疗保障局
关于职工医保个人账户家庭共济的通知
一、职工基本医保个人账户资金，可用于支付近亲属参加城乡居民医保的个人缴费。
"""


def test_an_original_takes_the_place_of_its_digest_under_the_same_ids(copy: Path, tmp_path: Path) -> None:
    captured = tmp_path / "sc.txt"
    captured.write_text(ORIGINAL, "utf-8")
    before = snapshot(library(copy), date(2026, 11, 22), ["510100", "510000", "320000"])
    authoring.new_source(
        copy, "sc-2025-07", "510000", "川医保发〔2025〕7号", "关于职工医保个人账户家庭共济的通知", captured, "SC-FAM"
    )
    offered = copy / "regions/510000/clauses-sc-2025-07.yml"
    assert "# - id: SC-FAM-1" in offered.read_text("utf-8")
    write_texts(copy)
    assert errors(copy) == [], "nothing is confirmed yet: the digest still answers"

    offered.write_text(
        '- {id: SC-FAM-1, doc: sc-2025-07, at: "一", quote: "职工基本医保个人账户资金，可用于支付近亲属", '
        "gist: 近亲属, force: must,\n"
        "   intents: [ask_family_account_payment, ask_family_account_scope], from: null, to: null, "
        'from_basis: document_year, verified: {by: 乙, on: "2026-11-01"}}\n',
        "utf-8",
    )
    assert errors(copy) == []
    made = decide("ask_family_account_payment", {}, "成都", date(2026, 11, 22), library(copy))
    assert (made.certainty, made.clauses) == ("explicit", ("SC-FAM-1",))
    after = snapshot(library(copy), date(2026, 11, 22), ["510100", "510000", "320000"])
    changed = {key.split(" ")[1] for key in before if before[key]["clauses"] != after[key]["clauses"]}
    assert changed == set(), "the same ground under the same id, now a text"
    assert before["510100 ask_family_account_scope"]["certainty"] == "reported"
    assert after["510100 ask_family_account_scope"]["certainty"] == "explicit"
    assert any(p.code == "W6" and "SC-FAM-1" in p.message for p in check(copy))


def test_a_value_read_in_a_digest_must_be_readable_in_its_original(copy: Path, tmp_path: Path) -> None:
    captured = tmp_path / "gb.txt"
    captured.write_text("国务院办公厅\n一、未按规定参保的，设置固定待遇等待期五个月。\n", "utf-8")
    authoring.new_source(copy, "gb-2024-38", "100000", "国办发〔2024〕38号", "意见", captured, "CN-38")
    write_texts(copy)
    (copy / "regions/100000/clauses-gb-2024-38.yml").write_text(
        '- {id: CN-38-W1, doc: gb-2024-38, at: "一", quote: "设置固定待遇等待期五个月", gist: 等待期, force: must,\n'
        "   intents: [ask_waiting_period], from: null, to: null, from_basis: document_year, "
        'verified: {by: 乙, on: "2026-11-01"}}\n',
        "utf-8",
    )
    assert any(p.code == "E5" and "读不出 3" in p.message for p in check(copy))


def test_an_unknown_digest_is_refused_by_name(copy: Path, tmp_path: Path) -> None:
    captured = tmp_path / "x.txt"
    captured.write_text("x", "utf-8")
    with pytest.raises(authoring.AuthoringError, match="SC-FAM"):
        authoring.new_source(copy, "sc-2025-08", "510000", "号", "题", captured, "SC-99")
    assert not (copy / "sources/sc-2025-08").exists()


def test_the_examples_a_new_region_starts_with_pass_the_check(copy: Path, tmp_path: Path) -> None:
    captured = tmp_path / "city.txt"
    captured.write_text("黄山市医疗保障局\n三、缴费标准\n2027年度居民医保个人缴费标准为每人每年430元。\n", "utf-8")
    authoring.new_source(copy, "test-0000-00", "341000", "黄医保发〔2026〕31号", "参保缴费通知", captured)
    document = copy / "sources/test-0000-00/doc.yml"
    filled = document.read_text("utf-8").replace("issued_on: null", 'issued_on: "2026-08-20"')
    filled = filled.replace("annual_year: null\nannual_from: null", 'annual_year: 2027\nannual_from: "2026-09-01"')
    document.write_text(filled, "utf-8")
    folder = authoring.new_region(copy, "341000")
    for path in folder.iterdir():
        first, *example = path.read_text("utf-8").splitlines()
        path.write_text("\n".join([first, *(line.removeprefix("# ") for line in example)]) + "\n", "utf-8")
    write_texts(copy)
    assert errors(copy) == []
    made = decide("ask_premium", {}, "黄山市", date(2026, 11, 27), library(copy))
    assert (made.status, made.certainty, made.clauses) == ("decided", "explicit", ("AB26-3",))
    assert decide("ask_premium", {}, "马鞍山", date(2026, 11, 27), library(copy)).status == "not_in_documents"


def test_letters_among_digits_and_brackets_that_do_not_fit_are_proposed() -> None:
    found = list(authoring.propose("出生9O天内\n皖医保发〔2026】31号\n2026925日起\n黑医保发〔2023〕58号，OA系统，90天"))
    assert [(one.line, one.kind, one.before) for one in found] == [
        (1, "ocr", "9O天"), (2, "ocr", "〔2026】"), (3, "ocr", "2026925日"),
    ]  # fmt: skip
