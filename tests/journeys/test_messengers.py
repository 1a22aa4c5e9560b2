"""The really started product behind /wechat in each mode and behind /wecom: a question in, the answer out."""

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from policies.scene import Scene, write
from tests.gateway.platform import FakeApi, Sender, fake_api, variables, wecom, wecom_variables

pytestmark = pytest.mark.stack
SENDERS = {
    "safe": Sender("safe"),
    "compat": Sender("compat", token="tokenOfCompat", receiver="wxcompat00000000", path="/wechat/compat"),
    "plain": Sender("plain", token="tokenOfPlain", receiver="wxplain000000000", path="/wechat/plain"),
    "wecom": wecom(),
}


@pytest.fixture(scope="module")
def api() -> Iterator[FakeApi]:
    with fake_api() as found:
        yield found


@pytest.fixture(scope="module")
def door(api: FakeApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A stack of its own with one account in each mode; only the environment says so, as with `make run`."""
    from deploy.stack import Ports, Stack

    safe = variables(api.address)
    named = {
        f"WECHAT_{name.upper()}_{what}": value
        for name in ("compat", "plain")
        for what, value in (
            ("TOKEN", SENDERS[name].token), ("APP_ID", SENDERS[name].receiver), ("AES_KEY", SENDERS[name].key),
            ("APP_SECRET", "secretOfAnother"), ("MODE", name),
        )
    }  # fmt: skip
    extra = {
        **safe, **wecom_variables(api.address), **named, "WECHAT_ACCOUNTS": "compat,plain",
        "WECHAT_PASSIVE_SECONDS": "4.0", "TONGBAO_DEMO_CLOCK": "1",
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("messengers")
    stack = Stack(folder=folder, ports=Ports.free(), extra=extra, say=lambda line: None)
    stack.start()
    try:
        stack.wait_ready(180)
        with httpx.Client(base_url=stack.address, trust_env=False) as client:
            client.headers["X-Log"] = str(folder / "log")
            yield client
    finally:
        stack.stop()


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
    door.cookies.clear()


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
    door.cookies.clear()


def test_every_starter_of_the_welcome_is_understood(door: httpx.Client, api: FakeApi) -> None:
    sender = SENDERS["plain"]
    welcome = ask(door, api, sender, "o-new", sender.event("o-new", "subscribe", ""))
    for number, words in enumerate(re.findall(r"msgmenucontent=([^&]+)&", welcome)):
        user = f"o-new-{number}"
        said = ask(door, api, sender, user, sender.message(user, unquote(words), bizmsgmenuid=str(number + 1)))
        assert "没太听明白" not in said


def test_the_logs_hold_neither_words_nor_users(door: httpx.Client) -> None:
    from pathlib import Path

    time.sleep(0.2)
    logs = {path.name: path.read_text("utf-8", "replace") for path in Path(door.headers["X-Log"]).glob("gateway*.log")}
    assert logs
    for log in logs.values():
        assert not any(secret in log for secret in ("o-safe", "n-wecom", "等待期", "token-")), log
