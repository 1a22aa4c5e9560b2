"""Enrollment: one question at a time, nothing asked twice, one draft for one start."""

from typing import Any

from actions import enrolling
from actions.memory import Memory
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
    assert enrolling.ready(now)
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
    ready, _ = play(REGION, BIRTH, turn("上好了"), turn("爸爸妈妈"))
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
