"""The page of the weekly sample: two people with made-up judgments, the real formulas, and who sees what when."""

import html
import re
from datetime import timedelta

import pytest

from common.casebook import AnsweredTurn
from common.casebook.sampling import week_of
from portal.review.sample_pages import PER_PAGE
from tests.portal.builders import NOON, HandClock
from tests.portal.running import Person, Portal

WEEK = week_of(NOON)
TURNS = 12


@pytest.fixture
def sample(desk: Portal, clock: HandClock) -> list[int]:
    """Twelve answered turns of last week, by rank."""
    drawing = desk.parts.sample
    for n in range(TURNS):
        turn = AnsweredTurn(f"secret{n:02}:m-1", NOON, f"第{n}句", {"labels": ["ask_premium"], "facts": {"birth_date":
                            "2026-10-20"}}, "320100", "ask_premium", "decided", f"答第{n}句：400元")  # fmt: skip
        desk.do(lambda turn=turn: drawing.offer(turn))  # type: ignore[misc]
    clock.forward(days=7)
    return [one.id for one in desk.do(lambda: drawing.drawn([WEEK]))[WEEK]]


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def judge(person: Person, numbers: list[int], verdict: str) -> None:
    for number in numbers:
        assert person.post(f"/review/sample/{number}", verdict=verdict, week=WEEK).status_code == 303


def test_two_people_judge_alone_and_then_see_accuracy_interval_and_agreement(desk: Portal, sample: list[int]) -> None:
    one, other = desk.person("主管一", "supervisor"), desk.person("主管二", "supervisor")
    first = one.get("/review/sample").text
    assert first.count("<article") == PER_PAGE
    assert "孩子的出生日期：2026年10月20日" in text_of(first)
    assert "secret" not in first
    judge(one, sample, "right")
    done = text_of(one.get("/review/sample").text)
    assert "您判了 12 / 12" in done
    assert "您都判完了" in done
    assert "答对的" not in done
    unseen = text_of(other.get(f"/review/sample?week={WEEK}&show=all").text)
    assert "判： 对" not in unseen
    assert "主管一" not in unseen

    judge(other, sample[:9], "right")
    judge(other, sample[9:11], "partly")
    both = text_of(other.get(f"/review/sample?week={WEEK}&show=all").text)
    assert "两位都判了 11 / 12" in both
    assert "答对的 82% （9 条两位都判对；95% 区间 52% 到 95%）" in both  # Wilson of 9 in 11
    assert "有人判错的 0 条" in both
    assert "两位一致 82%，kappa 0.00" in both  # one of them said right to everything: no better than chance
    assert "主管一判： 对" in both
    judge(other, sample[11:], "wrong")
    last = text_of(one.get("/review/sample?show=all").text)
    assert "答对的 75% （9 条两位都判对；95% 区间 47% 到 91%）" in last
    assert "有人判错的 1 条" in last
    assert ("主管二", "turn_judged", str(sample[11])) in desk.audit()
    assert not any(word in subject for _, what, subject in desk.audit() if what == "turn_judged"
                   for word in ("right", "partly", "wrong"))  # fmt: skip


def test_the_third_sees_and_does_not_judge_and_what_both_judged_stands(desk: Portal, sample: list[int]) -> None:
    one, other, third = (desk.person(f"主管{n}", "supervisor") for n in "一二三")
    judge(one, sample[:2], "right")
    judge(one, sample[:1], "partly")  # may be changed while alone
    judge(other, sample[:1], "partly")
    page = third.get("/review/sample?show=all").text
    assert "由另外两位在判" in page
    assert f'action="/review/sample/{sample[1]}"' not in page
    refused = third.post(f"/review/sample/{sample[1]}", verdict="right")
    assert refused.status_code == 400
    assert one.post(f"/review/sample/{sample[0]}", verdict="right").status_code == 400
    assert f'action="/review/sample/{sample[0]}"' not in one.get("/review/sample?show=all").text


def test_a_running_week_nothing_at_all_and_no_verdict(desk: Portal, clock: HandClock) -> None:
    head = desk.person("主管一", "supervisor")
    assert "下周一才抽出来" in head.get("/review/sample").text
    turn = AnsweredTurn("k:m", NOON, "交多少", None, None, "ask_premium", "decided", "400元")
    desk.do(lambda: desk.parts.sample.offer(turn))
    [one] = desk.do(lambda: desk.parts.sample.drawn([WEEK]))[WEEK]
    assert "下周一才抽出来" in head.get("/review/sample").text
    assert head.post(f"/review/sample/{one.id}", verdict="right").status_code == 404
    clock.moment += timedelta(days=7)
    assert "没说地区" in head.get("/review/sample?week=nothing&page=99").text
    assert head.post(f"/review/sample/{one.id}", verdict="good").status_code == 400
    assert head.post("/review/sample/99999", verdict="right").status_code == 404


@pytest.mark.parametrize(("name", "role"), [("3021", "agent"), ("王老师", "school")])
def test_nobody_else_may(desk: Portal, sample: list[int], name: str, role: str) -> None:
    other = desk.person(name, role, school="光华小学" if role == "school" else None)
    assert other.get("/review/sample").status_code == 403
    assert other.post(f"/review/sample/{sample[0]}", verdict="right").status_code == 403


def test_a_place_is_given_up_or_freed_and_another_person_judges(desk: Portal, sample: list[int]) -> None:
    one, other, third = (desk.person(f"主管{n}", "supervisor") for n in "一二三")
    judge(one, sample[:2], "right")
    judge(other, sample[:2], "wrong")
    assert third.post("/review/sample/leave", week=WEEK, judge="主管一").status_code == 400
    assert "不判这一周了" in one.get("/review/sample").text
    assert "不判这一周了" not in third.get("/review/sample").text
    assert one.post("/review/sample/leave", week=WEEK, judge="主管一").status_code == 303
    assert ("主管一", "sample_left", f"{WEEK} 主管一 2 条") in desk.audit()
    judge(third, sample[:1], "wrong")
    assert "两位都判了 1 / 12" in text_of(third.get("/review/sample").text)

    desk.do(lambda: desk.parts.accounts.set_disabled("主管二", True))
    assert "账号 主管二 停用了" in one.get("/review/sample").text
    assert one.post("/review/sample/leave", week=WEEK, judge="主管二").status_code == 303
    judge(one, sample[:1], "wrong")
    page = text_of(one.get("/review/sample?show=all").text)
    assert "两位都判了 1 / 12" in page
    assert "主管二" not in page
