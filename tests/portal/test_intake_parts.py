"""The intake's parts: guesses, numbers out of a clause's own words, the files, the shapes, going live whole or not."""

import json
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from yaml import CSafeLoader, load

from policies import library, loading
from policies.check import check
from policies.errors import LibraryError
from policies.schema import Force
from policies.templates import TEMPLATES
from portal.errors import PortalBadRequest
from portal.intake import clause_pages, trial
from portal.intake.clause_pages import begun as clause_begun
from portal.intake.clause_pages import further, with_clause
from portal.intake.content import DraftContent, DraftRule, PickedNumber
from portal.intake.files import entry_at, files_of, patch_of, worded
from portal.intake.guesses import document_of, force_of, key_of, place_of, questions_of, sentences
from portal.intake.numbers import NumberUnknown, offers, with_placeholders
from portal.intake.rule_pages import begun, with_rule
from portal.intake.shapes import from_chinese, in_chinese, shapes
from portal.intake.text_pages import described, renamed, settled
from portal.intake.told import read_aloud, told
from portal.intake.trial import put_in_place, try_out
from portal.intake.unheard import unheard
from tests.portal import papers
from tests.portal.builders import TODAY, shelf
from tests.portal.intake_builders import KEY, NEWBORN, PREFIX, WINDOW, WUHU, clause, ready_content

LIBRARY = shelf().library


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "policies"
    shutil.copytree(loading.ROOT, made, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    return made


def laid_over(root: Path, content: DraftContent) -> list[str]:
    """The linter's errors about the policies with this draft."""
    for path, text in files_of(content, "另一个人", TODAY).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return [f"{p.code} {p.message}" for p in check(root) if p.code.startswith("E")]


def test_the_head_and_the_foot_of_a_paper_say_what_it_is() -> None:
    lines = [papers.TITLE, papers.NUMBER, *papers.BODY, "芜湖市医疗保障局　国家税务总局芜湖市税务局", "2026年8月20日"]
    found = document_of(lines)
    assert (found.number, found.title, found.region) == (papers.NUMBER, papers.TITLE, WUHU)
    assert found.issuers == ("芜湖市医疗保障局", "国家税务总局芜湖市税务局")
    assert (found.issued_on, found.annual_year, found.annual_from) == ("2026-08-20", 2027, "2026-09-01")
    assert key_of(found, []) == KEY
    assert key_of(found, [KEY]) == f"{KEY}-b"
    assert key_of(found.model_copy(update={"region": "420500"}), []) == "yichang-2026-31"
    broken = document_of([papers.TITLE[:30], papers.TITLE[30:], *lines[1:]])
    assert (broken.title, broken.region) == (papers.TITLE, WUHU)
    apart = document_of(["芜湖市医疗保障局文件", "关于做好2027年度参保缴费工作的通知"])
    assert apart.title == "关于做好2027年度参保缴费工作的通知"
    assert document_of(["关于开会的话", "没有文号"]).number == ""


def test_a_sentence_is_placed_weighed_and_asked_about() -> None:
    lines = [line.strip() for line in papers.BODY]
    at = next(n for n, line in enumerate(lines) if NEWBORN in line)
    assert place_of(lines, at) == "三、新生儿参保"
    assert place_of(["二、时间", "（一）集中缴费期为2026年9月15日至12月31日。"], 1) == "二、时间／（一）"
    assert sentences("（一）集中缴费期为三个月。")[0] == "集中缴费期为三个月"
    assert sentences(lines[3])[0] == "2027年度城乡居民基本医疗保险个人缴费标准为每人每年430元"
    assert force_of("原则上以学校为单位") == "principle"
    assert force_of("鼓励使用线上渠道") == "encouraged"
    assert force_of("不得搭车收费") == "must"
    assert {"ask_premium"} <= set(questions_of("个人缴费标准为每人每年430元"))
    assert set(questions_of(NEWBORN)) <= set(LIBRARY.questions)


def test_numbers_are_read_from_the_words_of_the_clauses() -> None:
    basis = [clause(1, WINDOW), clause(2, "个人缴费标准为每人每年430元，低保对象按90%资助"), clause(3, NEWBORN)]
    said, params = with_placeholders("2027年度交430元，2026年9月1日到12月31日。", basis, 2027, {})
    assert said == "{benefit_year}年度交{yuan}元，{day}到{day_b}。"
    assert params["yuan"] == PickedNumber(value=430, clause=f"{PREFIX}-2", reads="准为每人每年430元")
    assert (params["day"].reads, params["day_b"].value) == ("2026年9月1日", "2026-12-31")
    # The same number with another unit is read where that unit stands.
    said, params = with_placeholders("９０％，90天", basis, None, {})
    assert said == "{percent}%，{days}天"
    assert (params["percent"].clause, params["days"].clause) == (f"{PREFIX}-2", f"{PREFIX}-3")
    assert with_placeholders("{coverage_start}起", basis, None, {}) == ("{coverage_start}起", {})
    for wrong in ("交431元", "4.30元", "2026年9月2日", "9月2日", "2025年9月1日"):
        with pytest.raises(NumberUnknown):
            with_placeholders(wrong, basis, None, {})


@pytest.mark.parametrize(
    ("quote", "said"),
    [("每人每年430元", wrong) for wrong in (
        "四百八十元", "㊿元", "廿元", "壹佰元", "五圆", "30元", "43元", "430%", "430万元", "4百元", "430", "0430元",
        "十430元", "430十元", "百分之九", "第430元", "4８0元", "4\u200b8元",
    )]
    + [("出生后90天内，2027年度", wrong) for wrong in (
        "90元", "2027元", "2027", "90%", "90个月", "第90天", "9{x}天", "{x}0天",
    )]
    + [("每人1,430元", "430元"), ("每人1，430元", "430元"), ("每人1 430元", "430元"), ("补1.5万元", "5万元"),
       ("补1.5万元", "15万元"), ("补50万元", "50元"), ("报70.5%", "70%"), ("报70.5%", "5%"), ("报3‰", "3%"),
       ("十五天内", "5天"), ("二十五日前", "5日"), ("二十五日前", "五日"), ("二十五日前", "二十日"), ("五百元", "五元"),
       ("百分之九十五", "百分之九十"), ("一百二十三点五元", "五元"), ("三个月", "3月"), ("三个工作日", "3天"),
       ("百分之七十", "百分之70"), ("5万元", "五万元"), ("5万元", "万元"), ("电话0553", "553")],
)  # fmt: skip
def test_a_number_no_clause_has_is_refused(quote: str, said: str) -> None:
    """A part of a number, one of another unit, one in Chinese numerals: all of these were green once."""
    with pytest.raises(NumberUnknown):
        with_placeholders(said, [clause(1, quote)], 2027, {})


@pytest.mark.parametrize(
    ("quote", "said", "made"),
    [
        ("每人 430 元", "430块", "{yuan}块"), ("满18周岁", "18岁", "{age}岁"), ("补50万元", "50万元", "{number}万元"),
        ("三个月内", "3个月", "{months}个月"), ("报90％", "９０%", "{percent}%"),
        ("拨打12393咨询", "打12393", "打{number}"),
        ("每人四百三十元", "四百三十元", "四百三十元"), ("报百分之九十五", "报百分之九十五", "报百分之九十五"),
        ("没有数", "万一没交，千万别急，第一天一定先问一个人", "万一没交，千万别急，第一天一定先问一个人"),
        ("没有数", "2027年度、2027年", "{benefit_year}年度、{benefit_year}年"),
    ],
)  # fmt: skip
def test_a_number_as_its_clause_has_it_is_taken(quote: str, said: str, made: str) -> None:
    assert with_placeholders(said, [clause(1, quote)], 2027, {})[0] == made


@pytest.mark.parametrize("said", ["每人一年430元", "一年交430元", "2027年度，孩子一年要交430元"])
def test_what_a_paper_calls_each_year_is_said_as_one_year(said: str) -> None:
    assert with_placeholders(said, [clause(1, "每人每年430元")], 2027, {})
    with pytest.raises(NumberUnknown, match="一年"):
        with_placeholders(said, [clause(1, "每人430元")], 2027, {})


@pytest.mark.parametrize(
    "said", ["满一年", "等一年交", "晚一年交", "每人一年后能报", "断了一年", "一年级", "每人一年度"]
)
def test_a_span_of_one_year_is_not_each_year(said: str) -> None:
    with pytest.raises(NumberUnknown):
        with_placeholders(said, [clause(1, "每人每年430元")], 2027, {})


def test_all_numbers_no_clause_has_are_named_at_once() -> None:
    content = ready_content()
    window = content.rules[1].model_copy(update={"says": {"open": "交三次，400元。", "closed": "等70天。"}})
    with pytest.raises(NumberUnknown, match="“400元”“70天”"):
        worded(window, content)
    with pytest.raises(NumberUnknown, match="“二十天”“400元”"):
        with_placeholders("二十天内交400元", [clause(1, "每人430元")], None, {})


SWAPPED = "个人缴费标准为每人每年420元，低保对象由财政资助210元"


def test_each_number_of_a_sentence_stands_beside_the_quote_it_was_found_in() -> None:
    content = ready_content()
    content = content.model_copy(update={
        "clauses": (clause(1, SWAPPED, "ask_premium"), *content.clauses[1:]),
        "rules": (said_rule("每人每年交210元，低保补420元，2027年度。"), *content.rules[1:]),
    })  # fmt: skip
    [line] = told(content)[f"{KEY}.1"]
    assert [(one.said, one.before + one.found + one.behind) for one in line.numbers[1:]] == [
        ("210元", SWAPPED), ("420元", SWAPPED),
    ]  # fmt: skip
    assert [one.found for one in line.numbers] == ["2027年度", "象由财政资助210元", "准为每人每年420元"]
    numerals = content.model_copy(update={"clauses": (clause(1, "补助四百三十元", "ask_premium"),),
                                          "rules": (said_rule("补四百三十元。"),)})  # fmt: skip
    [line] = told(numerals)[f"{KEY}.1"]
    assert [(one.said, one.found) for one in line.numbers] == [("四百三十元", "补助四百三十元")]


def said_rule(words: str) -> DraftRule:
    return DraftRule(id=f"{KEY}.1", shape="statement", intents=("ask_premium",), clauses=(f"{PREFIX}-1",),
                     says={"applies": words})  # fmt: skip


def test_a_line_no_quote_writes_is_marked() -> None:
    """“Paid before birth” is a case of the template; a paper that says nothing of it does not write that line."""
    content = ready_content()
    bare = content.model_copy(update={"rules": content.rules[:2]})
    computed = with_rule(bare, begun(bare, ("ask_waiting_period",), ""), LIBRARY)
    rule = computed.rules[-1]
    lines = {line.label: line.unwritten for line in told(computed)[rule.id]}
    assert len(lines) == len(shapes()["newborn_grace"].says)
    assert "出生前" in lines["出生前就交了"]
    assert lines["按时交了"] == lines["还没出生"] == ""
    written = clause(3, f"{NEWBORN}，出生前登记的，出生即享受", *content.clauses[2].intents)
    computed = computed.model_copy(update={"clauses": (*content.clauses[:2], written, content.clauses[3])})
    lines = {line.label: line.unwritten for line in told(computed)[rule.id]}
    assert lines["出生前就交了"] == ""
    added = content.model_copy(update={"rules": (said_rule("2027年度孩子个人交430元，困难家庭全免。"),)})
    [line] = told(added)[f"{KEY}.1"]
    assert line.unwritten == "选的原句里没有“困难家庭全免”这样的话"
    assert [line.unwritten for rule in content.rules for line in told(content)[rule.id]] == [""] * 8


def test_only_numbers_of_days_can_be_chosen_as_days() -> None:
    quotes = (
        "2027年度每人420元，特困补210元，第1次缴费",
        "出生后90天内、自缴费之日起60日后，每月25日前",
        "三个月内，1个工作日内",
    )
    basis = [clause(number, quote) for number, quote in enumerate(quotes, 1)]
    assert [offer.picked.value for offer in offers(basis, "days")] == [90, 60]


def paper_of(*lines: str) -> DraftContent:
    return ready_content().model_copy(update={"lines": lines, "repairs": (), "clauses": ()})


def quoted(content: DraftContent, words: str, force: Force = "must") -> str:
    taken = clause(1, words, "ask_premium").model_copy(update={"id": "", "force": force})
    return with_clause(content, taken, LIBRARY).clauses[-1].quote


def test_a_quote_has_the_characters_of_the_text_and_no_part_of_a_number() -> None:
    content = paper_of("一、标准", "每人每年 1,430元，报70.5%，二十五日前", "交，百分之70。")
    assert quoted(content, "每人每年1,4 30元") == "每人每年 1,430元"
    assert quoted(content, "二十五日前交") == "二十五日前交"
    for cut in ("430元，报70.5%", "30元，报70.5%", "5%，二十五日前", "五日前交，百分之70", "每人每年1,4",
                "每人每年 1,430元，报70", "70。"):  # fmt: skip
        with pytest.raises(PortalBadRequest):
            quoted(content, cut)
    twice = paper_of("成人交1430元每人。学生交430元每人。")
    assert quoted(twice, "430元每人") == "430元每人"


def test_what_is_soft_in_its_whole_sentence_is_no_must() -> None:
    content = paper_of(
        "二、支持政策", "每人交430元。原则", "上以学校为单位，统一组织参保；按班造册。不得搭车收费；", "鼓励线上缴费。"
    )
    assert quoted(content, "每人交430元") == "每人交430元"
    assert quoted(content, "不得搭车收费") == "不得搭车收费"
    for soft in ("统一组织参保", "按班造册", "以学校为单位"):
        with pytest.raises(PortalBadRequest, match="原则上"):
            quoted(content, soft)
        assert quoted(content, soft, "principle") == soft
    assert clause_begun(paper_of("原则上以学校为单位；按班造册上报。"), "1", LIBRARY).force == "principle"  # type: ignore[union-attr]


def test_a_rule_is_as_certain_as_its_weakest_clause(root: Path) -> None:
    content = ready_content()
    rule = content.rules[0].model_copy(update={"clauses": (f"{PREFIX}-1", f"{PREFIX}-4")})
    weak = content.clauses[3].model_copy(update={"force": "encouraged"})
    content = content.model_copy(update={"clauses": (*content.clauses[:3], weak), "rules": (rule, *content.rules[1:])})
    assert laid_over(root, content) == []
    rules = load((root / f"regions/{WUHU}/rules-{KEY}.yml").read_text("utf-8"), CSafeLoader)
    assert [one.get("certainty") for one in rules] == ["principle", None, None, "principle"]


def test_a_day_without_a_year_takes_the_one_before_it_and_says_so() -> None:
    found = {offer.picked.value: offer.picked for offer in offers(
        [clause(1, "集中缴费期为2026年9月1日至12月31日，特殊的延至次年2月28日")], "date")}  # fmt: skip
    assert sorted(map(str, found)) == ["2026-09-01", "2026-12-31", "2027-02-28"]
    assert found["2026-12-31"].assumption == "年份接前面写的2026年"


def test_the_files_are_what_the_linter_takes(root: Path) -> None:
    assert laid_over(root, ready_content()) == []
    doc = (root / f"sources/{KEY}/doc.yml").read_text("utf-8")
    assert 'annual_from: "2026-09-01"' in doc
    rules = (root / f"regions/{WUHU}/rules-{KEY}.yml").read_text("utf-8")
    assert 'headline: "{benefit_year}年度孩子个人交{yuan}元。"' in rules


def test_whoever_repaired_the_text_cannot_be_its_signer(root: Path) -> None:
    for path, text in files_of(ready_content(), "写稿人", TODAY).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    assert {p.code for p in check(root) if p.code.startswith("E")} == {"E16"}


@pytest.mark.parametrize("name", [name for name in shapes() if name != "statement"])
def test_every_shape_is_a_template_whose_outcomes_have_words(name: str, root: Path) -> None:
    """With the sentences it begins with: no outcome without words (E24), no placeholder unfilled."""
    assert name in TEMPLATES
    waiting = "集中缴费期以外缴费的，自缴费之日起30天后享受待遇"
    content = ready_content()
    content = content.model_copy(update={
        "lines": (*content.lines, waiting), "cases": (), "rules": (),
        "clauses": tuple(c for c in (*content.clauses, clause(5, waiting, "ask_late_payment"))
                         if c.id[-1] in "235"),
    })  # fmt: skip
    about = {"window": 2, "deadline_from_birth": 3, "newborn_grace": 3, "wait_after_payment": 5}[name]
    shape = shapes()[name]
    form = begun(content, content.clauses[0].intents, name)
    wanted = {"window_from": "2026-09-01", "window_to": "2026-12-31", "limit_days": "90", "wait_days": "30"}
    picked = {param: next(offer.code for offer in offered if str(offer.picked.value) == wanted[param])
              for param, offered in form.numbers.items()}  # fmt: skip
    one = replace(form, intents=shape.questions, clauses=(f"{PREFIX}-{about}", f"{PREFIX}-2"), picked=picked)
    content = with_rule(content, one, LIBRARY)
    own = {*worded(content.rules[0], content)[1]}
    assert set(shape.params) <= own
    told = tuple(
        DraftRule(id=f"{KEY}.t{n}", shape="statement", intents=(intent,), clauses=ids, says={"applies": "见原句。"})
        for n, (intent, ids) in enumerate(content.unanswered())
    )
    errors = laid_over(root, content.model_copy(update={"rules": (*content.rules, *told)}))
    assert [error for error in errors if not error.startswith("E10")] == []


def test_a_complaint_finds_its_entry() -> None:
    text = files_of(ready_content(), "另一个人", TODAY)[f"regions/{WUHU}/clauses-{KEY}.yml"]
    lines = text.split("\n")
    third = next(n for n, line in enumerate(lines, 1) if f"- id: {PREFIX}-3" in line)
    assert entry_at(text, third + 2) == 2
    assert entry_at(text, 1) is None


def test_a_place_is_settled_repaired_and_undone() -> None:
    content = DraftContent(lines=("一、交43O元", "低保对象", "有补助。"))
    changed = settled(content, {"act": "words", "line": "1", "before": "43O", "after": "430", "kind": "ocr"}, "甲")
    changed = settled(changed, {"act": "join", "line": "2"}, "甲")
    assert changed.text() == "一、交430元\n低保对象有补助。\n"
    assert settled(changed, {"act": "undo", "repair": "1"}, "甲").text() == "一、交430元\n低保对象\n有补助。\n"
    assert settled(content, {"act": "drop", "line": "1"}, "甲").text() == "低保对象\n有补助。\n"
    with pytest.raises(LibraryError):
        settled(content, {"act": "words", "line": "1", "before": "没有的", "after": "有"}, "甲").text()
    with pytest.raises(PortalBadRequest):
        settled(content, {"act": "join", "line": "3"}, "甲")


def test_a_new_number_of_the_paper_renames_what_begins_with_the_old_one() -> None:
    content = ready_content()
    given = {"number": "芜医保发〔2026〕32号", "title": "标题", "issuers": "芜湖市医疗保障局", "region": "芜湖",
             "issued_on": "2026-08-20"}  # fmt: skip
    paper = described(given, content.document, [], fixed=False)
    changed = renamed(content, paper)
    assert changed.clauses[0].id == "WUHU202632-1"
    assert changed.rules[0].clauses == ("WUHU202632-1",)
    assert changed.rules[1].picked["window_from"].clause == "WUHU202632-2"
    assert changed.rules[0].id.startswith("wuhu-2026-32.")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": ""}, "无文号"), ({"region": "朝阳区"}, "有几个"), ({"region": "蓬莱仙岛"}, "写省、市或区县"),
        ({"issued_on": "去年"}, "不是日期"), ({"annual_year": "27"}, "四位数"),
        ({"annual_year": "2027", "issued_on": ""}, "从哪天起收"),
        ({"annual_year": "2027", "annual_from": "2028-01-01"}, "最后一天"),
        ({"title": "关于2027年缴费的通知"}, "长期有效"),
        ({"annual_year": "2027", "lasting": "1"}, "只留一个"),
    ],
)  # fmt: skip
def test_what_a_paper_lacks_is_said(change: dict[str, str], words: str) -> None:
    given = {"number": "1号", "title": "标题", "issuers": "局", "region": "芜湖", "issued_on": "2026-08-20"} | change
    with pytest.raises(PortalBadRequest, match=words):
        described(given, ready_content().document, [], fixed=False)


@pytest.mark.parametrize("words", ["2027年度交430元", "２０２７ 年\n度", "二〇二七年度"])
def test_a_paper_that_names_a_year_lasts_only_where_somebody_says_so(words: str) -> None:
    given = {"number": "1号", "title": "标题", "issuers": "局", "region": "芜湖", "issued_on": "2026-08-20"}
    with pytest.raises(PortalBadRequest, match="勾上“长期有效”"):
        described(given, ready_content().document, [], fixed=False, text=words)
    lasting = described(given | {"lasting": "1"}, ready_content().document, [], fixed=False, text=words)
    assert lasting.annual_year is None
    year = given | {"annual_year": "2027", "annual_from": "2027-12-31"}
    assert described(year, ready_content().document, [], fixed=False, text=words).annual_year == 2027


def test_no_line_end_gets_into_a_comment_or_parts_a_patch() -> None:
    given = {"number": "1号\n- id: x", "title": "标\u2028题\x85的", "issuers": "甲\u2029局、乙\n局", "region": "芜湖"}
    paper = described(given, ready_content().document, [], fixed=False)
    assert (paper.number, paper.title, paper.issuers) == ("1号 - id: x", "标 题 的", ("甲 局", "乙 局"))
    assert patch_of({"a": "一\u2028二\x85三\n四"}, lambda _: None).split("\n")[5:] == ["+一\u2028二\x85三", "+四"]


def test_what_cannot_be_written_whole_is_undone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    copy = root.parent / "copy"
    files = files_of(ready_content(), "另一个人", TODAY)
    for path, text in {**files, "compiled.json": "{}"}.items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_text(text, "utf-8")
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "compiled.json":
            raise OSError("no space")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        put_in_place(root, copy, files)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    assert not (root / f"sources/{KEY}").exists()


def test_a_question_begins_with_the_shape_its_clauses_have_the_numbers_for() -> None:
    content = ready_content()
    assert begun(content, ("ask_payment_period",), "").shape.name == "window"
    assert begun(content, ("ask_waiting_period",), "").shape.name == "newborn_grace"
    assert begun(content, ("ask_premium",), "").shape.name == "statement"
    stated = begun(content, ("ask_waiting_period",), "statement")
    assert (stated.who, begun(content, ("ask_premium",), "").who) == ("newborn", "")
    rule = with_rule(content, replace(stated, says={"applies": "从出生当天起能报。"}), LIBRARY).rules[-1]
    assert rule.newborn is True


def test_what_is_computed_for_newborns_leaves_every_other_child_to_the_nation(root: Path) -> None:
    """In Sichuan the nation's cases on waiting show at once when a sentence on newborns is stated for everybody."""
    content = ready_content()
    sichuan = content.model_copy(update={"document": content.document.model_copy(update={"region": "510000"})})
    others = tuple(rule for rule in sichuan.rules if rule.id != f"{KEY}.3")
    bare = sichuan.model_copy(update={"rules": others})
    form = begun(bare, ("ask_waiting_period",), "")
    assert set(form.intents) == set(sichuan.rules[2].intents)  # what one computed rule answers at once
    computed = with_rule(bare, form, LIBRARY)

    def wrong(of: DraftContent) -> set[str]:
        found = try_out(root, files_of(of, "另一个人", TODAY), "510000", [TODAY])
        return {file for file, _, code, _ in found["problems"] if code.startswith("E")}

    assert wrong(sichuan) == {"policies/regions/100000/cases-digest.yml"}
    assert wrong(computed) == {f"policies/regions/510000/rules-{KEY}.yml"}  # its case is still to be written


def test_nothing_goes_live_on_other_policies_than_those_shown(root: Path) -> None:
    files = files_of(ready_content(), "另一个人", TODAY)
    found = try_out(root, files, WUHU, [date(2026, 11, 22)], expected="0000000000000000")
    assert found["live"] == ""
    assert not (root / f"sources/{KEY}").exists()
    regions = {change[0] for change in found["changes"]}
    assert regions == {WUHU}
    assert trial.Trial.from_json(found).errors == ()


def test_a_number_is_put_in_only_where_there_is_no_other_and_comes_from_a_ticked_clause() -> None:
    """Two clauses about waiting, one of them on newborns: a guess between 90 and 60 days would look right."""
    content = ready_content()
    other = clause(5, "未在集中缴费期内缴费的，自缴费之日起60天后享受待遇", "ask_waiting_period")
    content = content.model_copy(update={"clauses": (*content.clauses, other)})
    assert begun(content, ("ask_waiting_period",), "newborn_grace").picked == {}
    one = begun(content, ("ask_birth_expense",), "newborn_grace")
    assert [offer.picked.value for offer in one.numbers["limit_days"]][:1] == [90]
    assert one.picked == {"limit_days": one.numbers["limit_days"][0].code}
    window = begun(content, ("ask_payment_period",), "window")
    assert [code.split("|")[1] for code in window.picked.values()] == ["2026-09-01", "2026-12-31"]
    elsewhere = next(offer.code for offer in one.numbers["limit_days"] if offer.picked.value == 60)
    with pytest.raises(PortalBadRequest, match="把那一条也勾上"):
        with_rule(content, replace(one, picked={"limit_days": elsewhere}), LIBRARY)


def test_a_rule_is_read_aloud_with_its_numbers_and_rests_first_on_what_is_about_its_question() -> None:
    content = ready_content()
    said = read_aloud(content)
    assert said[f"{KEY}.1"]["applies"] == "2027年度孩子个人交430元。"
    assert said[f"{KEY}.window"]["open"] == (
        "〔交的是哪一年〕年度的集中缴费期是2026年9月1日到2026年12月31日，现在就能交。"
    )
    one = replace(begun(content, ("ask_payment_channel",), "statement"), clauses=(f"{PREFIX}-1", f"{PREFIX}-4"),
                  says={"applies": "在银行柜台交。"})  # fmt: skip
    assert with_rule(content, one, LIBRARY).rules[-1].clauses == (f"{PREFIX}-4", f"{PREFIX}-1")


def test_placeholders_are_words_on_the_page_and_names_in_the_files() -> None:
    content = ready_content()
    form = begun(content, ("ask_payment_period",), "window")
    assert form.says["open"] == "{交的是哪一年}年度的集中缴费期是{第一天}到{最后一天}，现在就能交。"
    rule = with_rule(content, form, LIBRARY).rules[-1]
    assert rule.says == content.rules[1].says
    for shape in shapes().values():
        words = [*shape.values.values()]
        assert len(words) == len(set(words))
        for said in shape.says.values():
            assert not re.search("{[a-z_]+}", in_chinese(said.text, shape))
            assert from_chinese(in_chinese(said.text, shape), shape) == said.text


def test_the_half_behind_a_semicolon_can_be_joined() -> None:
    first = "集中缴费期内缴费的，自2027年1月1日起享受待遇"
    second = "2027年1月缴费的，自缴费次日起享受待遇"
    content = paper_of("二、待遇", f"（一）{first}；{second}。逾期不补；", "另一段。")
    halves = [one for row in clause_pages.pieces(content) for one in row if one.text in (first, second)]
    assert further(content, str(halves[0].number)) == f"{halves[0].number}-{halves[1].number}"
    assert further(content, str(halves[1].number)) == ""  # a full stop
    assert further(content, str(halves[1].number + 1)) == ""  # the next paragraph is no half of it
    taken = clause_begun(content, further(content, str(halves[0].number)), LIBRARY)
    assert taken is not None
    assert taken.quote == f"{first}；{second}"
    assert quoted(content, taken.quote) == taken.quote
    for wrong in ("", "x", "99", "2-1", "1-99", "-", "２"):
        assert further(content, wrong) == ""


def test_an_unknown_placeholder_is_refused() -> None:
    content = ready_content()
    one = begun(content, ("ask_premium",), "statement")
    for words, said in (("{nobody}元", "不认识"), ("交{元", "没有成对")):
        wrong = replace(one, says={"applies": words})
        with pytest.raises(PortalBadRequest, match=said):
            with_rule(content, wrong, LIBRARY)


def test_the_print_changes_with_what_goes_into_the_files() -> None:
    content = ready_content()
    assert content.print() != content.model_copy(update={"cases": ()}).print()
    assert content.print() == content.model_copy(update={"read_from": "别的名字.pdf"}).print()


def test_a_rule_to_which_it_never_comes_is_found_with_the_one_that_answers_instead(root: Path) -> None:
    """The linter refuses two such rules (E25); what is told of them must be right where it does not see them."""
    for path, text in files_of(ready_content(), "另一个人", TODAY).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    rules = root / f"regions/{WUHU}/rules-{KEY}.yml"
    text = rules.read_text("utf-8")
    first = text[text.index("- id: ") :].split("\n- id: ")[0]
    key = first.split("\n")[0].removeprefix("- id: ").strip()
    rules.write_text(f"{text.rstrip()}\n{first.replace(key, f'{key}.again', 1)}\n", "utf-8")
    library_of_both = library.freeze(json.loads(json.dumps(library.build(root))))
    found = dict(unheard(library_of_both, [key, f"{key}.again"], WUHU, [], [date(2026, 11, 22)]))
    assert found == {f"{key}.again": key}
