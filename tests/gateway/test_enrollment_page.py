"""The page behind the one-time link, against the real registration service: forms, mistakes, second tries, privacy."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.conversations import pseudonym
from gateway.enrollment_page import CONSENT
from tests.gateway.builders import FakeDialogue, settings
from tests.gateway.running import RedisServer, gateway
from tests.registration import builders
from tests.registration.builders import HandClock, household
from tests.registration.running import Service, service_in_thread

FIELDS = ("child_name", "birth_certificate_number", "guardian_name", "guardian_id_number", "telephone", "relation",
          "household_region")  # fmt: skip


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def bureau(tmp_path: Path, clock: HandClock) -> Iterator[Service]:
    with service_in_thread(tmp_path, clock) as started:
        yield started


@pytest.fixture
def door(redis: RedisServer, bureau: Service) -> Iterator[httpx.Client]:
    given = settings(redis.url, registration_url=bureau.url, registration_token=builders.TOKEN)
    with gateway(given, FakeDialogue()) as client:
        client.timeout = httpx.Timeout(20)
        client.follow_redirects = True
        yield client


def filled(page: httpx.Response, **changes: str) -> dict[str, str]:
    """The form of a page as a careful guardian fills it; what is hidden goes along."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    right = {name: str(value) for name, value in builders.identity("").items() if name in FIELDS}
    return hidden | right | {"consent": CONSENT} | changes


def problem_beside(page: str, field: str) -> str:
    """What stands directly before the field's input."""
    found = re.search(
        rf'<p class="wrong" id="{field}-wrong"><span class="away">错误：</span>([^<]+)</p>\s*'
        rf'<(?:input|select) id="{field}"',
        page,
    )
    assert found, f"nothing beside {field}"
    return found.group(1)


def test_the_form_names_the_application_and_asks_for_a_born_child(door: httpx.Client, bureau: Service) -> None:
    number, token = bureau.start_draft()
    page = door.get(f"/enroll/{token}")
    assert page.status_code == 200
    assert number in page.text
    assert "江苏省南京市" in page.text
    assert "10:00" in page.text  # 09:30 in Beijing and half an hour
    for field in (*FIELDS, "consent"):
        assert f'name="{field}"' in page.text
    assert page.headers["cache-control"] == "no-store"


def test_an_unborn_child_has_no_birth_certificate_to_ask_for(door: httpx.Client, bureau: Service) -> None:
    number, token = bureau.start_draft(birth_date=..., due_month="2027-01")
    page = door.get(f"/enroll/{token}")
    assert 'name="birth_certificate_number"' not in page.text
    form = filled(page, child_name="欧阳大明之子")
    form.pop("birth_certificate_number")
    assert "已提交" in door.post(f"/enroll/{token}", data=form).text
    assert bureau.state(number) == "submitted"


def test_opening_the_link_does_not_use_it_up(door: httpx.Client, bureau: Service) -> None:
    _, token = bureau.start_draft()
    for _ in range(3):
        assert door.get(f"/enroll/{token}").status_code == 200


def test_a_filled_form_is_handed_in_and_what_comes_next_is_said(door: httpx.Client, bureau: Service) -> None:
    number, token = bureau.start_draft()
    done = door.post(f"/enroll/{token}", data=filled(door.get(f"/enroll/{token}")))
    assert done.status_code == 200
    assert number in done.text
    assert "已提交" in done.text
    assert "回到聊天" in done.text
    assert bureau.state(number) == "submitted"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("guardian_id_number", "320106199005171232", "校验位"), ("guardian_id_number", "123", "18 位"),
        ("birth_certificate_number", "12345", "字母"), ("birth_certificate_number", "", "出生医学证明"),
        ("telephone", "123", "手机号"), ("child_name", "", "姓名"), ("guardian_name", "123", "姓名"),
        ("household_region", "", "户籍地"), ("relation", "邻居", "可选"),
    ],
)  # fmt: skip
def test_a_wrong_field_says_beside_it_what_to_do_and_keeps_what_was_typed(
    door: httpx.Client, bureau: Service, field: str, typed: str, words: str
) -> None:
    number, token = bureau.start_draft()
    page = door.post(f"/enroll/{token}", data=filled(door.get(f"/enroll/{token}"), **{field: typed}))
    assert page.status_code == 422
    assert words in problem_beside(page.text, field)
    assert "有 1 处要改" in page.text
    assert re.findall("<[^>]* autofocus[^>]*>", page.text) == re.findall('<div [^>]*id="summary"[^>]*>', page.text)
    assert f'<li><a href="#{field}">' in page.text
    assert "<title>错误：填写参保信息" in page.text
    assert f'value="{builders.CHILD_NAME}"' in page.text or field == "child_name"
    assert bureau.state(number) == "draft"
    repaired = door.post(f"/enroll/{token}", data=filled(page))
    assert "已提交" in repaired.text


def test_several_wrong_fields_are_all_shown_at_once(door: httpx.Client, bureau: Service) -> None:
    _, token = bureau.start_draft()
    form = filled(door.get(f"/enroll/{token}"), guardian_id_number="1", telephone="2", birth_certificate_number="3")
    page = door.post(f"/enroll/{token}", data=form)
    assert "有 3 处要改" in page.text
    for field in ("guardian_id_number", "telephone", "birth_certificate_number"):
        assert problem_beside(page.text, field)


def test_without_consent_nothing_is_sent(door: httpx.Client, bureau: Service) -> None:
    number, token = bureau.start_draft()
    page = door.post(f"/enroll/{token}", data=filled(door.get(f"/enroll/{token}"), consent=""))
    assert page.status_code == 422
    assert "勾选同意" in page.text
    assert f'value="{builders.GUARDIAN_NUMBER}"' in page.text
    assert bureau.state(number) == "draft"


def test_a_child_that_already_has_an_application_is_said_without_its_number(
    door: httpx.Client, bureau: Service
) -> None:
    first = bureau.submitted()
    _, token = bureau.start_draft("k-2")
    page = door.post(f"/enroll/{token}", data=filled(door.get(f"/enroll/{token}")))
    assert page.status_code == 422
    assert "已经有一份申请" in page.text
    assert first not in page.text


def test_sending_the_form_twice_is_one_application(door: httpx.Client, bureau: Service) -> None:
    number, token = bureau.start_draft()
    form = filled(door.get(f"/enroll/{token}"))
    for _ in range(2):
        done = door.post(f"/enroll/{token}", data=form)
        assert done.status_code == 200
        assert number in done.text


def test_when_the_hand_in_is_lost_halfway_sending_the_form_again_finishes_it(
    door: httpx.Client, bureau: Service
) -> None:
    """The identity arrived and used the link up, the submission did not: the second try must not end at “used”."""
    number, token = bureau.start_draft()
    form = filled(door.get(f"/enroll/{token}"))
    assert bureau.give_identity(number, token, consent_version=CONSENT).status == 200
    done = door.post(f"/enroll/{token}", data=form)
    assert done.status_code == 200
    assert "已提交" in done.text
    assert bureau.state(number) == "submitted"


def test_a_used_link_opened_again_says_success_here_and_that_it_was_used_elsewhere(
    door: httpx.Client, bureau: Service
) -> None:
    number, token = bureau.start_draft()
    form = filled(door.get(f"/enroll/{token}"))
    door.post(f"/enroll/{token}", data=form)
    again = door.get(f"/enroll/{token}")
    assert again.status_code == 200
    assert "<h1>已提交</h1>" in again.text
    assert number in again.text
    door.cookies.clear()
    for answer in (
        door.get(f"/enroll/{token}"),
        door.post(f"/enroll/{token}", data=form | {"telephone": "13900000000"}),
    ):
        assert answer.status_code == 410
        assert "已经用过" in answer.text
        assert "不用再填" in answer.text
        assert "回到聊天" in answer.text
        assert number not in answer.text


def test_after_the_form_the_page_says_until_when_to_pay_and_how(door: httpx.Client, bureau: Service) -> None:
    _, token = bureau.start_draft(birth_date="2026-11-20")
    done = door.post(f"/enroll/{token}", data=filled(door.get(f"/enroll/{token}")))
    for words in ("接下来", "2027年2月17日", "交到哪天", "怎么交", "依据：苏医保发〔2025〕26号"):
        assert words in done.text


def test_for_a_child_not_yet_born_the_days_are_counted_from_the_birth(door: httpx.Client, bureau: Service) -> None:
    """Never from today's collection window, which may be over, or another year's, when the child is there."""
    _, token = bureau.start_draft(birth_date=..., due_month="2027-01")
    form = filled(door.get(f"/enroll/{token}"))
    form.pop("birth_certificate_number")
    done = door.post(f"/enroll/{token}", data=form)
    for words in ("已提交", "出生以前", "出生以后，交到哪天", "出生90天内", "说是哪天生的", "落户以后", "怎么交"):
        assert words in done.text
    assert "集中缴费期是" not in done.text


def test_every_form_is_answered_by_a_redirect_to_the_page(door: httpx.Client, bureau: Service) -> None:
    """Going back in the browser then never asks to send a form again."""
    _, token = bureau.start_draft()
    form = filled(door.get(f"/enroll/{token}"))
    for data in (form | {"telephone": "1"}, form | {"consent": ""}, form, form | {"child_name": "别的名字"}):
        answer = door.post(f"/enroll/{token}", data=data, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/enroll/{token}")


def test_an_expired_link_says_so_on_both_ways(door: httpx.Client, bureau: Service, clock: HandClock) -> None:
    _, token = bureau.start_draft()
    form = filled(door.get(f"/enroll/{token}"))
    clock.turn(minutes=31)
    for answer in (door.get(f"/enroll/{token}"), door.post(f"/enroll/{token}", data=form)):
        assert answer.status_code == 410
        assert "过期" in answer.text
        assert "再给我发一次链接" in answer.text


def test_what_was_typed_outlives_its_link_and_the_next_link_of_the_application_goes_on(
    door: httpx.Client, bureau: Service, clock: HandClock
) -> None:
    number, token = bureau.start_draft()
    form = filled(door.get(f"/enroll/{token}"))
    clock.turn(minutes=31)
    ended = door.post(f"/enroll/{token}", data=form)
    assert "没有丢" in ended.text
    fresh = bureau.client().fresh_link(number, "c-1")
    page = door.get(f"/enroll/{fresh.link_token}")
    assert page.status_code == 200
    assert "带过来了" in page.text
    for value in (builders.CHILD_NAME, builders.GUARDIAN_NUMBER, builders.TELEPHONE):
        assert f'value="{value}"' in page.text
    assert " checked" not in page.text
    assert "已提交" in door.post(f"/enroll/{fresh.link_token}", data=filled(page)).text
    _, other = bureau.start_draft("k-2")
    assert builders.CHILD_NAME not in door.get(f"/enroll/{other}").text


def test_another_applications_link_never_shows_what_was_typed_for_this_one(door: httpx.Client, bureau: Service) -> None:
    _, token = bureau.start_draft()
    door.post(f"/enroll/{token}", data=filled(door.get(f"/enroll/{token}"), telephone="1"))
    _, other = bureau.start_draft("k-2")
    assert builders.GUARDIAN_NUMBER not in door.get(f"/enroll/{other}").text


def test_what_was_typed_lies_sealed_in_the_browser(door: httpx.Client, bureau: Service) -> None:
    _, token = bureau.start_draft()
    door.post(f"/enroll/{token}", data=filled(door.get(f"/enroll/{token}"), telephone="1"))
    kept = next(cookie for cookie in door.cookies.jar if cookie.name == "typed")
    assert kept.path == "/enroll"
    assert kept.has_nonstandard_attr("HttpOnly")
    for value in builders.identity_values():
        assert value not in str(kept.value)
    door.post(f"/enroll/{token}", data=filled(door.get(f"/enroll/{token}")))
    assert all(cookie.name != "typed" for cookie in door.cookies.jar)


def test_the_longest_form_still_comes_back(door: httpx.Client, bureau: Service) -> None:
    _, token = bureau.start_draft()
    long = {name: "赵" * 60 for name in FIELDS if name != "relation"}
    page = door.post(f"/enroll/{token}", data=filled(door.get(f"/enroll/{token}"), **long))
    assert page.text.count("赵" * 60) == len(long)
    assert "要改" in page.text


def test_the_chat_it_was_begun_in_asks_for_another_link_at_once(
    door: httpx.Client, bureau: Service, clock: HandClock
) -> None:
    door.get("/")
    chat = str(door.cookies["chat"])
    number, token = bureau.start_draft(conversation=pseudonym(settings().key_secret, chat))
    form = filled(door.get(f"/enroll/{token}"))
    clock.turn(minutes=31)
    ended = door.post(f"/enroll/{token}", data=form)
    assert 'action="/enroll/again"' in ended.text
    page = door.post("/enroll/again")
    assert page.status_code == 200
    assert number in page.text
    assert f'value="{builders.GUARDIAN_NUMBER}"' in page.text
    assert token not in str(page.url)


def test_nobody_elses_browser_gets_another_link(door: httpx.Client, bureau: Service, clock: HandClock) -> None:
    _, token = bureau.start_draft(conversation="c-1")
    door.get("/")
    clock.turn(minutes=31)
    assert "/enroll/again" not in door.get(f"/enroll/{token}").text
    assert "没有没办完的申请" in door.post("/enroll/again").text


def test_the_chat_shows_what_was_handed_in_and_offers_it_no_more(bureau: Service, redis: RedisServer) -> None:
    reply = {"text": "", "answer": None, "options": []}
    talk = FakeDialogue(marks=reply)
    given = settings(redis.url, registration_url=bureau.url, registration_token=builders.TOKEN)
    with gateway(given, talk) as door:
        door.timeout, door.follow_redirects = httpx.Timeout(20), True
        door.get("/")
        chat = str(door.cookies["chat"])
        number, token = bureau.start_draft(conversation=pseudonym(given.key_secret, chat))
        reply["text"] = f"请点链接填写：\nhttp://127.0.0.1:8080/enroll/{token}"
        talk.marks = reply
        assert "去填证件信息" in door.post(f"/c/{chat}", data={"text": "确认"}).text
        form = filled(door.get(f"/enroll/{token}"))
        for _ in range(2):
            door.post(f"/enroll/{token}", data=form)
        page = door.get(f"/c/{chat}").text
    assert page.count(f"提交了参保申请：受理号 {number}") == 1
    assert "去填证件信息" not in page
    assert "已经填好" in page


@pytest.mark.parametrize("token", ["no-such-token", "a" * 43, "%E9%93%BE%E6%8E%A5", "a" * 300])
def test_a_link_nobody_made_is_refused(door: httpx.Client, token: str) -> None:
    answer = door.get(f"/enroll/{token}")
    assert answer.status_code == 410
    assert "链接不存在" in answer.text


def test_after_the_household_register_name_and_number_are_added(door: httpx.Client, bureau: Service) -> None:
    number = bureau.submitted()
    link = bureau.client().fresh_link(number, "c-1", "household_update")
    page = door.get(f"/enroll/{link.link_token}")
    assert page.status_code == 200
    assert "更新户口信息" in page.text
    assert "guardian_id_number" not in page.text
    hidden = dict(re.findall(r'name="(purpose|number|region|until)" value="([^"]*)"', page.text))
    given = {**hidden, "child_name": "欧阳小明", "child_id_number": "1", "household_region": "江苏省南京市鼓楼区"}
    refused = door.post(f"/enroll/{link.link_token}", data=given)
    assert refused.status_code == 422
    assert "有 1 处要改" in refused.text
    right = {**given, "child_id_number": household("")["child_id_number"]}
    done = door.post(f"/enroll/{link.link_token}", data=right)
    assert "户口信息已更新" in done.text
    assert bureau.client().get(number).household_registered
    assert "户口信息已更新" in door.get(f"/enroll/{link.link_token}").text


def test_a_form_for_another_application_is_refused(door: httpx.Client, bureau: Service) -> None:
    number, token = bureau.start_draft()
    other, _ = bureau.start_draft("k-2")
    form = filled(door.get(f"/enroll/{token}"), number=other)
    page = door.post(f"/enroll/{token}", data=form).text
    assert builders.GUARDIAN_NUMBER not in page
    assert "<h1>已提交</h1>" not in page
    assert (bureau.state(number), bureau.state(other)) == ("draft", "draft")


def test_when_the_bureau_is_away_the_form_keeps_what_was_typed(redis: RedisServer) -> None:
    form = filled(
        httpx.Response(200, text=""), number="TB20261122ACDEFG", region="江苏省南京市", until="10:00", unborn="0"
    )
    with gateway(settings(redis.url), FakeDialogue()) as door:
        door.follow_redirects = True
        opened = door.get("/enroll/some-token")
        sent = door.post("/enroll/some-token", data=form)
    assert opened.status_code == 503
    assert "联系不上" in opened.text
    assert sent.status_code == 503
    assert "没有丢" in sent.text
    assert f'value="{builders.GUARDIAN_NUMBER}"' in sent.text
    assert "TB20261122ACDEFG" in sent.text


def test_what_is_typed_on_the_page_is_in_no_log_and_no_redis_key(
    door: httpx.Client, bureau: Service, redis: RedisServer, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    _, token = bureau.start_draft()
    page = door.get(f"/enroll/{token}")
    door.post(f"/enroll/{token}", data=filled(page, telephone="123"))
    door.post(f"/enroll/{token}", data=filled(page, consent=""))
    door.post(f"/enroll/{token}", data=filled(page))
    door.post(f"/enroll/{token}", data=filled(page, child_name="别的名字"))
    left = caplog.text + redis.everything() + "".join(capfd.readouterr())
    for value in builders.identity_values():
        assert value not in left


def test_what_is_typed_is_shown_back_as_text(door: httpx.Client, bureau: Service) -> None:
    _, token = bureau.start_draft()
    attack = '"><script>alert(1)</script>'
    page = door.post(f"/enroll/{token}", data=filled(door.get(f"/enroll/{token}"), child_name=attack, region=attack))
    assert page.status_code == 422
    assert "<script>alert" not in page.text
