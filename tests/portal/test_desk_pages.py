"""The desk over HTTP, as a browser without JavaScript and as htmx use it: search, facts, region, notes, the end."""

import html
import re
from pathlib import Path

import pytest

from tests.gateway.running import RedisServer
from tests.portal.builders import NUMBER, HandClock, Told, day, parsed, place
from tests.portal.running import Person, Portal


def shown(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def headline(page: str) -> str:
    found = re.search(r'class="headline">(.*?)</p>', page, re.S)
    assert found, page[:500]
    return shown(found[1])


@pytest.fixture
def agent(desk: Portal) -> Person:
    return desk.person("3021", region="320100")


def test_without_javascript_the_search_comes_back_as_a_page_with_buttons(agent: Person) -> None:
    page = agent.post("/desk/search", q="duanbao", region="320100").text
    assert page.startswith("<!doctype html>")
    first = page.index('value="ask_lapse_penalty"')
    assert 'tabindex="-1"' not in page[first - 200 : first + 200]
    assert agent.post("/desk/open", open="ask_lapse_penalty", q="duanbao").status_code == 303
    assert "断保有什么影响" in agent.get("/desk").text


def test_htmx_gets_only_the_list(agent: Person) -> None:
    page = agent.search("断保", "320100")
    assert "<!doctype" not in page
    assert page.index("ask_lapse_penalty") < page.index("ask_late_payment")


def test_the_sentence_of_the_sketch_fills_region_date_and_question(agent: Person, told: Told) -> None:
    told.answer = parsed("ask_payment_period", place("insured", "320100"), day("birth", "2026-10-20"))
    sentence = "南京 2026-10-20 出生 什么时候前要办"
    page = agent.search(sentence)
    assert "按整句理解：江苏省南京市 · 孩子的出生日期 2026-10-20" in shown(page)
    agent.post("/desk/open", open="heard", q=sentence)
    page = agent.get("/desk").text
    assert "2027年1月17日" in headline(page)
    assert 'id="f-birth_date" name="birth_date" value="2026-10-20"' in page
    assert '<b id="region">江苏省南京市</b>' in page
    assert "第90天是2027年1月17日" in shown(page)


def test_the_model_is_asked_once_a_sentence_rests_and_not_at_every_key(agent: Person, told: Told) -> None:
    told.answer = parsed("ask_refund")
    typing = agent.post("/desk/search", partial=True, q="交重了能退吗", region="320100").text
    assert told.asked == []
    assert 'data-more="1"' in typing
    assert 'data-more="1"' not in agent.search("交重了能退吗")
    assert [one["text"] for one in told.asked] == ["交重了能退吗"]


def test_when_the_model_is_away_the_same_sentence_still_finds_entries(agent: Person, told: Told) -> None:
    told.answer = None
    page = agent.search("南京 2026-10-20 出生 什么时候前要办")
    assert 'value="ask_payment_period"' in page
    answer = agent.post("/desk/open", open="heard", q="什么时候前要办呢")
    assert "语言模型这会儿用不了" in answer.text


def test_a_sentence_that_contradicts_what_is_known_opens_its_answer_and_the_field_says_so(
    agent: Person, told: Told
) -> None:
    agent.post("/desk/open", open="ask_refund", q="")
    agent.post("/desk/facts", partial=True, birth_date="2026-03-01")
    agent.post("/desk/open", open="ask_payment_period", q="")
    agent.post("/desk/facts", partial=True, paid_date="2026-04-01")
    told.answer = parsed("ask_waiting_period", place("insured", "320100"), day("birth", "2026-10-20"))
    answer = agent.post("/desk/open", partial=True, open="heard", q="孩子10月20号生的有等待期吗")
    assert answer.status_code == 200
    assert "有没有等待期" in answer.text
    assert 'id="w-paid_date"' in answer.text
    assert "早于出生日期" in shown(answer.text)
    assert 'name="birth_date" value="2026-10-20"' in answer.text
    assert 'id="w-paid_date"' not in agent.post("/desk/facts", partial=True, paid_date="11月1号").text


def test_a_day_without_a_year_is_shown_as_it_was_understood(agent: Person) -> None:
    agent.post("/desk/open", open="ask_payment_period", q="")
    page = agent.post("/desk/facts", partial=True, birth_date="10月20号").text
    assert 'name="birth_date" value="2026-10-20"' in page
    assert "2027年1月17日" in headline(page)


def test_a_fact_recomputes_in_place_and_marks_what_changed(agent: Person) -> None:
    agent.post("/desk/open", open="ask_payment_period", q="")
    first = agent.post("/desk/facts", partial=True, birth_date="2026-10-20").text
    assert "<mark>" in first
    second = agent.post("/desk/facts", partial=True, birth_date="2026-10-21").text
    assert "<mark>2027年1月18日</mark>" in second
    assert 'data-say="已重新计算：最稳妥在2027年1月18日前' in second
    same = agent.post("/desk/facts", partial=True, birth_date="2026-10-21").text
    assert headline(same) == headline(second)


def test_a_wrong_date_is_said_at_its_field_and_the_answer_does_not_use_it(agent: Person) -> None:
    agent.post("/desk/open", open="ask_payment_period", q="")
    page = agent.post("/desk/facts", partial=True, birth_date="2026-02-30").text
    assert 'value="2026-02-30"' in page
    assert "没有这一天" in page
    assert "2026年2月30日" not in page


def test_another_region_changes_answer_and_source_and_one_key_goes_back(agent: Person) -> None:
    agent.post("/desk/save", partial=True, notes="家长着急")
    agent.post("/desk/open", open="ask_critical_illness_cap", q="")
    here = agent.get("/desk").text
    there = agent.post("/desk/region", partial=True, where="heilongjiang").text
    assert "苏医保发〔2025〕26号" in shown(here)
    assert "苏医保发" not in shown(there)
    assert '<b id="region">黑龙江省</b>' in there
    back = agent.post("/desk/region/back", partial=True).text
    assert headline(back) == headline(here)
    assert "家长着急" in agent.get("/desk").text


def test_an_ambiguous_or_unknown_place_changes_nothing(agent: Person) -> None:
    agent.post("/desk/open", open="ask_premium", q="")
    several = agent.post("/desk/region", partial=True, where="通州").text
    assert "有重名" in several
    assert "北京市通州区" in several
    assert "江苏省南通市通州区" in several
    assert '<b id="region">江苏省南京市</b>' in several
    assert "没有找到“火星”" in agent.post("/desk/region", where="火星").text


def test_a_new_call_begins_in_the_agents_own_region_and_without_one_in_the_nation(desk: Portal) -> None:
    assert '<b id="region">江苏省南京市</b>' in desk.person("3021", region="320100").get("/desk").text
    assert '<b id="region">全国</b>' in desk.person("3022").get("/desk").text


def test_notes_survive_the_browser_and_the_process(agent: Person, desk: Portal) -> None:
    agent.post("/desk/open", open="ask_payment_period", q="xse")
    agent.post("/desk/facts", partial=True, birth_date="2026-10-20")
    saved = agent.post("/desk/save", partial=True, notes="家长说周五来", outcome="callback").text
    assert "草稿已存 12:02" in saved
    other = desk.stranger()
    other.login("3021")
    page = other.get("/desk").text
    assert ">家长说周五来</textarea>" in page
    assert 'value="callback" checked' in page
    assert 'value="2026-10-20"' in page


def test_identity_numbers_are_masked_before_anything_is_stored_or_sent(
    agent: Person, desk: Portal, redis: RedisServer, told: Told
) -> None:
    told.answer = parsed("ask_refund")
    agent.search(f"身份证 {NUMBER} 交重了能退吗")
    agent.post("/desk/open", open="ask_refund", q=NUMBER)
    saved = agent.post("/desk/save", partial=True, notes=f"家长证件 {NUMBER}，电话 13812345678").text
    assert "已隐去" in saved
    agent.post("/desk/not-found", partial=True, q=f"{NUMBER} 怎么查")
    agent.post("/desk/link", partial=True, link=NUMBER, notes="")
    database = desk.parts.settings.database_url.split("///")[1]
    kept = b"".join(Path(f"{database}{end}").read_bytes() for end in ("", "-wal"))
    assert NUMBER.encode() not in kept
    assert b"13812345678" not in kept
    assert NUMBER not in redis.everything()
    assert told.asked
    assert NUMBER not in str(told.asked)


def test_ending_a_call_keeps_its_record_and_clears_the_desk(agent: Person, desk: Portal, clock: HandClock) -> None:
    agent.post("/desk/open", open="ask_payment_period", q="xse")
    clock.forward(minutes=2)
    assert agent.post("/desk/end", notes="说清楚了", outcome="answered").headers["location"] == "/desk?done=1"
    page = agent.get("/desk?done=1").text
    assert "上一个通话已记录" in page
    assert "说清楚了" not in page
    calls = desk.do(lambda: desk.parts.calls.since(clock.moment.replace(hour=0)))
    assert [(c.notes, c.outcome, c.ended_at is not None, c.intent) for c in calls] == [
        ("说清楚了", "answered", True, "ask_payment_period")
    ]
    assert ("3021", "call_ended", f"{calls[0].id} answered") in desk.audit()
    assert agent.post("/desk/end", notes="", outcome="answered").headers["location"] == "/desk"
    assert len(desk.do(lambda: desk.parts.calls.since(clock.moment.replace(hour=0)))) == 1


def test_a_call_without_an_outcome_is_not_ended(agent: Person) -> None:
    answer = agent.post("/desk/end", notes="还没说完")
    assert answer.status_code == 400
    assert "先选结果" in answer.text
    assert "还没说完" in agent.get("/desk").text
    assert agent.post("/desk/save", outcome="偷懒", notes="").status_code == 400


def test_what_nobody_found_reaches_the_supervisors_list_once(agent: Person, desk: Portal) -> None:
    for _ in range(2):
        answer = agent.post("/desk/not-found", partial=True, q="宠物医保")
    assert "已经记过" in answer.text
    agent.post("/desk/not-found", partial=True, q="量子医保", by_itself="1")
    kept = desk.do(lambda: desk.parts.casebook.questions())
    assert [(q.kind, q.text, q.reason, q.region) for q in kept] == [
        ("not_found", "量子医保", "搜索没有结果", "320100"), ("not_found", "宠物医保", "坐席记为未解决", "320100"),
    ]  # fmt: skip
    assert "先在搜索框写下" in agent.post("/desk/not-found", partial=True, q="").text


def test_without_javascript_a_search_that_finds_nothing_is_kept_too(agent: Person, desk: Portal) -> None:
    page = agent.post("/desk/search", q="量子纠缠", region="320100").text
    assert "没有找到“量子纠缠”" in page
    assert [q.text for q in desk.do(lambda: desk.parts.casebook.questions())] == ["量子纠缠"]


def test_a_number_that_does_not_exist_is_not_linked(agent: Person, desk: Portal) -> None:
    answer = agent.post("/desk/link", partial=True, link="RG261122000001", notes="")
    assert "没有 RG261122000001" in answer.text
    assert desk.do(lambda: desk.parts.calls.current("3021")).link is None  # type: ignore[union-attr]


def test_a_number_is_kept_when_the_bureau_is_away(agent: Person, desk: Portal) -> None:
    answer = agent.post("/desk/link", partial=True, link="tb20261122abcdef", notes="")
    assert "暂时连不上" in answer.text
    assert desk.do(lambda: desk.parts.calls.current("3021")).link == "TB20261122ABCDEF"  # type: ignore[union-attr]


def test_the_answer_told_is_kept_with_the_policy_version(agent: Person, desk: Portal) -> None:
    agent.post("/desk/open", open="ask_payment_period", q="")
    first = desk.do(lambda: desk.parts.calls.current("3021"))
    agent.post("/desk/facts", partial=True, birth_date="2026-10-20")
    second = desk.do(lambda: desk.parts.calls.current("3021"))
    assert first
    assert second
    assert first.stamp == second.stamp == desk.parts.shelf.library.stamp
    assert first.print != second.print


def test_hostile_text_is_shown_as_text(agent: Person) -> None:
    evil = "<script>alert(1)</script>\"'>"
    assert "<script>alert" not in agent.search(evil)
    agent.post("/desk/save", partial=True, notes=f"</textarea>{evil}")
    page = agent.get("/desk").text
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;" in page


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/desk/open", {"open": "no_such_question"}), ("/desk/search", {"q": "x", "region": "zz"}), ("/desk/facts", {})],
)
def test_a_request_no_page_sends_is_refused_in_words(agent: Person, path: str, fields: dict[str, str]) -> None:
    answer = agent.post(path, **fields)
    assert answer.status_code == 400
    assert "没有看懂" in answer.text


def test_an_expired_clause_is_found_struck_through_and_without_its_words(agent: Person) -> None:
    page = agent.search("力争到2024年底 95%以上新生儿在出生当年参保", "320000")
    assert "<s>苏医保函〔2024〕60号" in page
    assert "已失效，勿引用" in page
    assert "95%以上新生儿在出生当年参保</span>" not in page
    source = agent.get("/sources/js-2024-60?clause=JS24-1").text
    assert "已失效，勿引用" in source


def test_a_source_opens_at_the_sentence_with_issuer_number_and_date(agent: Person) -> None:
    page = agent.get("/sources/js-2025-26?clause=JS25-2.4.1").text
    assert "<mark>新生儿出生90天内(含90天)" in page
    assert 'id="here"' in page
    for words in ("苏医保发〔2025〕26号", "江苏省医疗保障局", "2025年6月30日", "二、完善政策措施／4"):
        assert words in shown(page)
    assert agent.get("/sources/js-2025-26/text").text.startswith("索")
    for path in ("/sources/nothing", "/sources/js-2025-26?clause=HL23-1.1.1", "/sources/js-2025-26?clause=x"):
        assert agent.get(path).status_code == 404
