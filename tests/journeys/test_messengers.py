"""The really started product behind /wechat in each mode and behind /wecom: a question in, the answer out."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from deploy.stack import Stack
from policies.scene import Scene, write
from tests.gateway.platform import SENDERS, FakeApi, Sender

pytestmark = pytest.mark.stack


@pytest.fixture
def api(messengers: FakeApi) -> FakeApi:
    return messengers


@pytest.fixture
def door(stack: Stack) -> Iterator[httpx.Client]:
    """A caller without cookies."""
    with httpx.Client(base_url=stack.address, trust_env=False, timeout=60) as client:
        yield client


def ask(door: httpx.Client, api: FakeApi, sender: Sender, user: str, fields: dict[str, Any]) -> str:
    """The answer, passive or pushed."""
    before = len(api.texts(user))
    said = sender.post(door, fields)
    return said if said is not None else api.waits_for(user, before + 1)[before]


@pytest.mark.parametrize("channel", sorted(SENDERS))
def test_a_real_question_gets_its_computed_cited_chinese_answer(door: httpx.Client, api: FakeApi, channel: str) -> None:
    sender, user = SENDERS[channel], f"o-{channel}"
    text = ask(
        door, api, sender, user, sender.message(user, "我在江苏，宝宝2025年7月10号生的，8月1号交的费，有没有等待期")
    )
    assert text.startswith("没有等待期，从出生当天（2025年7月10日）起就能报销。")
    assert "苏医保发〔2025〕26号" in text
    assert "第22天" in text
    if channel != "wecom":
        assert "weixin://bizmsgmenu" in text
    link = re.search(r'<a href="([^"]+)">完整依据</a>', text)
    assert link
    page = door.get(urlsplit(link.group(1)).path)
    assert "没有等待期" in page.text


@pytest.mark.parametrize("channel", ["safe", "wecom"])
def test_a_number_answers_the_offered_choice(door: httpx.Client, api: FakeApi, channel: str) -> None:
    sender, user = SENDERS[channel], f"n-{channel}"
    first = ask(door, api, sender, user, sender.message(user, "什么时候交医保"))
    assert "您在哪个省市" in first
    assert "1. " in first
    second = ask(door, api, sender, user, sender.message(user, "1"))
    assert "江苏" in second
    assert "依据" in second


def test_a_leaflets_code_is_answered_for_its_region(door: httpx.Client, api: FakeApi) -> None:
    sender = SENDERS["safe"]
    scene = write(Scene("320500", "小学", "ask_payment_period"))
    text = ask(door, api, sender, "o-scan", sender.event("o-scan", "subscribe", f"qrscene_{scene}"))
    assert "宣传单" in text
    assert "苏医保发" in text
    link = re.search(r'<a href="([^"]+)">完整依据</a>', text)
    assert link
    assert "江苏省苏州市" in door.get(urlsplit(link.group(1)).path).text


def test_every_starter_of_the_welcome_is_understood(door: httpx.Client, api: FakeApi) -> None:
    sender = SENDERS["plain"]
    welcome = ask(door, api, sender, "o-new", sender.event("o-new", "subscribe", ""))
    for number, words in enumerate(re.findall(r"msgmenucontent=([^&]+)&", welcome)):
        user = f"o-new-{number}"
        said = ask(door, api, sender, user, sender.message(user, unquote(words), bizmsgmenuid=str(number + 1)))
        assert "没太听明白" not in said


def test_the_logs_hold_neither_words_nor_users(stack: Stack) -> None:
    logs = {path.name: path.read_text("utf-8", "replace") for path in (stack.folder / "log").glob("gateway*.log")}
    assert logs
    for log in logs.values():
        assert not any(secret in log for secret in ("o-safe", "n-wecom", "等待期", "token-")), log
