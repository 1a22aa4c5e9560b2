"""Enrollment: one question at a time, nothing asked twice, one draft for one start."""

from dataclasses import replace
from typing import Any

from actions.memory import Memory

from actions import enrolling, services
from tests.actions.builders import Bureau, memory, turn


def play(*said: Any, start: Memory | None = None) -> tuple[Memory, list[list[dict[str, Any]]]]:
    now, first = enrolling.start(turn("帮我办参保", "start_enrollment"), start or Memory(), "m-start")
    heard = [first]
    for one in said:
        now, replies = enrolling.hear(one, now)
        heard.append(replies)
    return now, heard


REGION = turn("我在南京", "change_region", region=["320100"])
BIRTH = turn("10月20号生的", birth_date="2026-10-20")


def test_one_question_at_a_time_in_order() -> None:
    now, heard = play(REGION, BIRTH, turn("还没上"))
    asked = [replies[0]["text"] for replies in heard]
    assert ["哪里参保" in asked[0], "哪天出生" in asked[1], "户口" in asked[2], "谁来办" in asked[3]] == [True] * 4
    assert all(len(replies) == 1 for replies in heard)
    assert not enrolling.ready(now)


def test_what_is_known_is_not_asked_again() -> None:
    _, heard = play(start=memory(birth_date="2026-10-20"))
    assert "户口" in heard[0][0]["text"]


def test_short_answers_are_understood() -> None:
    now, _ = play(REGION, BIRTH, turn("没有", "deny"), turn("奶奶"))
    assert not enrolling.ready(now)
    assert enrolling.ready(enrolling.hear(turn("对的"), now)[0])
    assert now.enrollment is not None
    assert (now.enrollment["household_registered"], now.enrollment["proxy"]) == (False, "relative")


def test_an_answer_not_understood_is_asked_again_and_nothing_filled() -> None:
    now, heard = play(REGION, turn("嗯嗯", "affirm"))
    assert "没听明白" in heard[-1][0]["text"]
    assert "birth_date" not in now.facts


def test_stopping_forgets_the_application_and_keeps_the_facts() -> None:
    now, heard = play(REGION, BIRTH, turn("先不办了", "stop"))
    assert now.enrollment is None
    assert now.facts["birth_date"] == "2026-10-20"
    assert "没有提交" in heard[-1][0]["text"]


def test_one_start_makes_one_draft_however_often_it_is_tried() -> None:
    ready, _ = play(REGION, BIRTH, turn("上好了"), turn("爸爸妈妈"))
    bureau: Any = Bureau()
    _, first = enrolling.make_draft(ready, turn("爸爸妈妈"), bureau, "http://here")
    _, second = enrolling.make_draft(ready, turn("爸爸妈妈"), bureau, "http://here")
    assert first == second
    assert len(bureau.drafts) == 1
    assert "http://here/enroll/token-1" in first[0]["text"]
    assert next(iter(bureau.drafts.values()))["region"] == "320100"


def test_when_the_bureau_is_down_nothing_is_lost() -> None:
    ready, _ = play(REGION, BIRTH, turn("上好了"), turn("爸爸妈妈"), turn("确认"))
    down: Any = Bureau(down=True)
    now, replies = enrolling.make_draft(ready, turn("爸爸妈妈"), down, "http://here")
    assert enrolling.ready(now)
    assert "没有重复提交" in replies[0]["text"]
    up: Any = Bureau()
    again, _ = enrolling.hear(turn("继续", "affirm"), now)
    done, replies = enrolling.make_draft(again, turn("继续"), up, "http://here")
    assert done.enrollment is None
    assert len(up.drafts) == 1


def test_a_short_answer_is_heard_whatever_it_was_taken_for() -> None:
    now, _ = play(REGION, BIRTH, turn("上好了"))
    assert enrolling.takes(turn("爸爸妈妈", "out_of_scope"), now)
    assert not enrolling.takes(turn("爷爷奶奶能代办吗", "ask_proxy_enrollment"), now)
    assert not enrolling.takes(turn("今天天气真好", "out_of_scope"), now)
    assert not enrolling.takes(turn("爸爸妈妈", "out_of_scope"), Memory())


def test_a_child_not_born_yet_is_sent_with_its_due_month() -> None:
    ready, _ = play(REGION, turn("预产期1月8号", birth_date="2027-01-08"), turn("还没上"), turn("我自己"))
    bureau: Any = Bureau()
    enrolling.make_draft(ready, turn("我自己"), bureau, "http://here")
    sent = next(iter(bureau.drafts.values()))
    assert (sent["birth_date"], sent["due_month"]) == (None, "2027-01")


READY = (REGION, BIRTH, turn("上好了"), turn("爸爸妈妈"))


def test_nothing_is_handed_in_before_the_summary_is_confirmed() -> None:
    now, replies = play(*READY)
    assert not enrolling.ready(now)
    for part in ("江苏省南京市", "2026年10月20日出生", "上好了", "爸爸妈妈"):
        assert part in replies[-1][0]["text"]


def test_what_is_wrong_in_the_summary_is_put_right_and_shown_again() -> None:
    now, _ = play(*READY)
    now, replies = enrolling.hear(turn("不对，是10月4号", "deny", date="2026-10-04"), now)
    assert "2026年10月4日出生" in replies[-1]["text"]
    now, replies = enrolling.hear(turn("户口还没上"), now)
    assert "户口：还没上" in replies[-1]["text"]
    now, replies = enrolling.hear(turn("改成奶奶去办"), now)
    assert "亲友代办" in replies[-1]["text"]
    now, replies = enrolling.hear(turn("不对", "deny"), now)
    assert "哪一项不对" in replies[-1]["text"]
    assert not enrolling.ready(now)


def test_the_same_child_again_shows_the_application_there_is() -> None:
    bureau: Any = Bureau()
    now, _ = play(*READY, turn("确认"))
    now, first = enrolling.make_draft(now, turn("确认"), bureau, "http://here")
    again, _ = enrolling.start(turn("帮我办参保"), now, "m-2")
    again, _ = enrolling.hear(turn("上好了"), again)
    again, _ = enrolling.hear(turn("爸爸妈妈"), again)
    again, _ = enrolling.hear(turn("确认"), again)
    _, replies = enrolling.make_draft(again, turn("确认"), bureau, "http://here")
    assert len(bureau.drafts) == 1
    assert "已经有一份申请" in replies[0]["text"]
    assert "token-2" in replies[0]["text"]
    assert "token-1" in first[0]["text"]


def test_a_due_month_is_enough_for_a_child_not_born_yet() -> None:
    bureau: Any = Bureau()
    now, _ = play(REGION, turn("还没生，预产期明年2月", month={"fact": "birth_date", "month": "2027-02"}),
                  turn("还没上"), turn("爸爸妈妈"), turn("确认"))  # fmt: skip
    enrolling.make_draft(now, turn("确认"), bureau, "http://here")
    [draft] = bureau.drafts.values()
    assert (draft["due_month"], draft["birth_date"]) == ("2027-02", None)


def test_a_link_is_made_again_on_request_only_for_what_is_open() -> None:
    bureau: Any = Bureau()
    now, _ = play(*READY, turn("确认"))
    now, _ = enrolling.make_draft(now, turn("确认"), bureau, "http://here")
    assert enrolling.link_again(turn("医保什么时候交"), now, bureau, "http://here") is None
    renewed = enrolling.link_again(turn("链接过期了"), now, bureau, "http://here")
    assert renewed is not None
    assert "token-2" in renewed[0]["text"]
    [number] = bureau.applications
    bureau.moves(number, "submitted", "已提交")
    told = enrolling.link_again(turn("链接打不开了"), now, bureau, "http://here")
    assert told is not None
    assert "已提交" in told[0]["text"]
    household = enrolling.link_again(turn("更新户口信息"), now, bureau, "http://here")
    assert household is not None
    assert "登记户口信息" in household[0]["text"]


def test_a_change_at_the_bureau_is_told_once_with_what_to_do() -> None:
    bureau: Any = Bureau()
    now, _ = play(*READY, turn("确认"))
    now, _ = enrolling.make_draft(now, turn("确认"), bureau, "http://here")
    [number] = bureau.applications
    assert services.news(now, bureau) == (now, [])
    bureau.moves(number, "rejected", "未通过", "出生证明编号不对")
    now, replies = services.news(now, bureau)
    assert "出生证明编号不对" in replies[0]["text"]
    assert services.news(now, bureau) == (now, [])
    bureau.down = True
    assert services.news(replace(now, applications={number: "draft"}), bureau)[1] == []
