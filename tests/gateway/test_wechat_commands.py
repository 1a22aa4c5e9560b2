"""The commands: the self-test names what is wrong, the menu is checked before it is pushed, the local chat chats."""

import asyncio
import io
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.settings import GatewaySettings
from gateway.wechat.check import check
from gateway.wechat.menu import MenuError, read_menu
from gateway.wechat.settings import OfficialAccount, read_accounts
from gateway.wechat.simulate import chat
from tests.gateway.builders import FakeDialogue, Slow, settings
from tests.gateway.platform import FakeApi, variables
from tests.gateway.running import RedisServer, free_port, gateway, until

TOKEN_CALL = "/cgi-bin/stable_token"


def findings(given: GatewaySettings, account: OfficialAccount) -> dict[str, tuple[bool | None, str]]:
    async def collect() -> dict[str, tuple[bool | None, str]]:
        return {finding.what: (finding.ok, finding.said) async for finding in check(given, account)}

    return asyncio.run(collect())


def world(
    redis: RedisServer, api: FakeApi, client: httpx.Client | None, **changes: str
) -> tuple[GatewaySettings, OfficialAccount]:
    [account] = read_accounts(variables(api.address, **changes))
    public = str(client.base_url).rstrip("/") if client else "http://127.0.0.1:1"
    return settings(redis.url, public_url=public, wechat=(account,)), account


def test_a_right_account_passes_everything(redis: RedisServer, api: FakeApi) -> None:
    accounts = read_accounts(variables(api.address))
    with gateway(settings(redis.url, wechat=accounts), FakeDialogue()) as client:
        found = findings(*world(redis, api, client))
    assert {what: ok for what, (ok, _) in found.items()} == {
        "加解密": True, "Redis": True, "AppID、AppSecret、IP 白名单": True, "服务器地址": True, "菜单": True,
    }  # fmt: skip
    assert "80 和 443" in found["服务器地址"][1]


@pytest.mark.parametrize(("code", "words"), [(40125, "AppSecret 不对"), (40013, "AppID"), (40164, "10.1.2.3")])
def test_what_the_platform_refuses_is_named(redis: RedisServer, api: FakeApi, code: int, words: str) -> None:
    api.always[TOKEN_CALL] = code
    ok, said = findings(*world(redis, api, None))["AppID、AppSecret、IP 白名单"]
    assert ok is False
    assert words in said
    assert str(code) in said


def test_a_gateway_with_another_token_or_none_is_told_apart_from_one_that_is_not_there(
    redis: RedisServer, api: FakeApi
) -> None:
    accounts = read_accounts(variables(api.address, WECHAT_TOKEN="tokenOfSomebody"))
    with gateway(settings(redis.url, wechat=accounts), FakeDialogue()) as client:
        assert "WECHAT_TOKEN" in findings(*world(redis, api, client))["服务器地址"][1]
    with gateway(settings(redis.url), FakeDialogue()) as client:
        assert "没有公众号入口" in findings(*world(redis, api, client))["服务器地址"][1]
    assert "打不开" in findings(*world(redis, api, None))["服务器地址"][1]


def test_without_redis_or_api_it_says_so(api: FakeApi) -> None:
    [account] = read_accounts(variables("http://127.0.0.1:1"))
    found = findings(settings(wechat=(account,), public_url="http://127.0.0.1:1"), account)
    assert found["Redis"][0] is False
    assert "WECHAT_API_BASE" in found["接口地址"][1]


def test_the_menu_of_the_repository_is_within_the_limits_and_goes_out_as_it_stands(
    redis: RedisServer, api: FakeApi
) -> None:
    from gateway.wechat.commands import _push_menu

    given, account = world(redis, api, None)
    assert asyncio.run(_push_menu(given, account)) == 0
    [pushed] = [body for path, body in api.calls if path == "/cgi-bin/menu/create"]
    assert pushed == {"button": read_menu()}
    assert {"name": "有没有等待期", "type": "click", "key": "ask:ask_waiting_period"} in pushed["button"][1][
        "sub_button"
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {name: 一二三四五六, help: true}", "最多 16 字节"),
        ("- {name: 一, help: true}\n" * 4, "1 到 3 个"),
        ("- name: 一\n  sub: [" + ", ".join(["{name: 二, help: true}"] * 6) + "]", "1 到 5 个"),
        ("- name: 一\n  sub: [{name: 二, sub: [{name: 三, help: true}]}]", "只能有一层"),
        ("- {name: 一, ask: ask_nothing}", "不是已有的问题"),
        ("- {name: 一, url: ftp://x}", "http"),
        ("- {name: 一}", "中的一个"),
        ("- {name: 一, say: " + "长" * 50 + "}", "最多 128 字节"),
        ("[", "读不出来"),
    ],
)  # fmt: skip
def test_a_menu_the_platform_would_refuse_is_not_pushed(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "menu.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(MenuError, match=words):
        read_menu(path)


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
def test_the_local_chat_shows_passive_and_pushed_answers(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    port, said, dialogue = free_port(), list[str](), Slow()
    accounts = read_accounts(variables(f"http://127.0.0.1:{port}", mode, WECHAT_PASSIVE_SECONDS="0.4"))

    class Lines(io.StringIO):
        def readline(self, *_: Any) -> str:
            line = super().readline()
            if line.startswith("/退出"):
                dialogue.go()
                until(lambda: any("童保（客服消息）" in words for words in said))
            return line

    monkeypatch.setattr("sys.stdin", Lines("/关注\n有等待期吗\n/重发\n慢\n/退出\n"))
    with gateway(settings(redis.url, wechat=accounts), dialogue) as client:
        asyncio.run(chat(accounts[0], str(client.base_url), port, said.append))
    shown = "\n".join(said)
    assert "1. [新生儿参保]" in shown
    assert "答：有等待期吗" in shown
    assert shown.count("答：有等待期吗") == 1
    assert "童保（客服消息）\n答：慢" in shown
