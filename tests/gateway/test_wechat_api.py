"""The API client: one token for all, bounded renewals, quotas that close, what may be repeated and what not."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from redis.asyncio import Redis

from gateway.turns import BEIJING
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.calls import seconds_of_day_left
from gateway.wechat.failures import ApiErrorCode, CallOutcomeUnknown, NotSent, TokenRefused
from gateway.wechat.settings import read_accounts
from gateway.wecom.api import WecomApi
from gateway.wecom.settings import read_wecom
from tests.gateway.platform import FakeApi, variables, wecom_variables
from tests.gateway.running import RedisServer

SEND = "/cgi-bin/message/custom/send"


def play(redis: RedisServer, api: FakeApi, scenario: Callable[..., Awaitable[Any]], processes: int = 1) -> None:
    """Run a scenario with API clients as so many gateways would have."""

    async def main() -> None:
        [account] = read_accounts(variables(api.address))
        stores = [Redis.from_url(redis.url, decode_responses=True) for _ in range(processes)]
        clients = [OfficialAccountApi(account, store, b"secret-of-the-tests") for store in stores]
        try:
            async with asyncio.timeout(40):
                await scenario(*clients)
        finally:
            for client, store in zip(clients, stores, strict=True):
                await client.close()
                await store.aclose()

    asyncio.run(main())


def test_thirty_calls_of_three_gateways_ask_for_one_token(redis: RedisServer, api: FakeApi) -> None:
    api.faults["/cgi-bin/stable_token"] = [("delay", 0.3)]

    async def scenario(*clients: OfficialAccountApi) -> None:
        await asyncio.gather(*(clients[n % 3].send_text(f"u{n}", "好") for n in range(30)))

    play(redis, api, scenario, 3)
    assert api.token_calls == 1
    assert len(api.sent) == 30


def test_a_token_all_lost_at_once_is_renewed_once(redis: RedisServer, api: FakeApi) -> None:
    async def scenario(*clients: OfficialAccountApi) -> None:
        await clients[0].send_text("u", "一")
        api.lose_tokens()
        await asyncio.gather(*(clients[n % 3].send_text(f"u{n}", "二") for n in range(12)))

    play(redis, api, scenario, 3)
    assert api.token_calls == 2
    assert len(api.sent) == 13


def test_40001_for_ever_is_bounded(redis: RedisServer, api: FakeApi) -> None:
    api.always[SEND] = 40001

    async def scenario(one: OfficialAccountApi) -> None:
        for _ in range(40):
            with pytest.raises(TokenRefused):
                await one.send_text("u", "好")

    play(redis, api, scenario)
    assert api.token_calls <= 5
    assert len(api.calls) - api.token_calls <= 45


def test_chinese_goes_out_as_utf_8(redis: RedisServer, api: FakeApi) -> None:
    async def scenario(one: OfficialAccountApi) -> None:
        await one.send_text("u", "中文👍")

    play(redis, api, scenario)
    assert "中文👍".encode() in api.raw[-1]
    assert b"\\u" not in api.raw[-1]


@pytest.mark.parametrize(("code", "forbidden"), [(45009, True), (45011, True), (45047, False), (40037, False)])
def test_a_used_up_quota_is_not_asked_again(redis: RedisServer, api: FakeApi, code: int, forbidden: bool) -> None:
    api.faults[SEND] = [code]

    async def scenario(one: OfficialAccountApi) -> None:
        with pytest.raises(ApiErrorCode) as refused:
            await one.send_text("u", "一")
        assert refused.value.number == code
        if forbidden:
            with pytest.raises(ApiErrorCode):
                await one.send_text("u", "二")
            await one.create_menu([{"name": "一", "type": "click", "key": "help"}])  # another quota
        else:
            await one.send_text("u", "二")

    play(redis, api, scenario)
    assert [sent.text for sent in api.sent] == ([] if forbidden else ["二"])


def test_a_send_without_an_answer_is_not_repeated_and_a_menu_is(redis: RedisServer, api: FakeApi) -> None:
    api.faults = {SEND: ["cut after", "cut after"], "/cgi-bin/menu/create": ["cut", "cut after"]}

    async def scenario(one: OfficialAccountApi) -> None:
        with pytest.raises(CallOutcomeUnknown):
            await one.send_text("u", "一")
        await one.create_menu([])

    play(redis, api, scenario)
    assert api.texts("u") == ["一"]
    assert [path for path, _ in api.calls].count("/cgi-bin/menu/create") == 2


def test_busy_three_times_is_surely_not_sent(redis: RedisServer, api: FakeApi) -> None:
    api.faults[SEND] = [-1, -1, -1]

    async def scenario(one: OfficialAccountApi) -> None:
        with pytest.raises(NotSent):
            await one.send_text("u", "一")

    play(redis, api, scenario)
    assert api.sent == []


def test_the_ip_the_platform_names_is_kept_and_its_text_is_not(redis: RedisServer, api: FakeApi) -> None:
    api.faults["/cgi-bin/stable_token"] = [40164]

    async def scenario(one: OfficialAccountApi) -> None:
        with pytest.raises(ApiErrorCode) as refused:
            await one.tokens.get()
        assert refused.value.hint == "10.1.2.3"
        assert "fault" not in str(refused.value)

    play(redis, api, scenario)


def test_every_kind_of_message_has_the_platforms_form(redis: RedisServer, api: FakeApi) -> None:
    async def scenario(one: OfficialAccountApi) -> None:
        media = await one.upload("image", "a.png", b"\x89PNG", "image/png")
        await one.send_image("u", media)
        await one.send_news("u", "标题", "描述", "https://tongbao.example", "https://tongbao.example/p.png")
        await one.send_menu("u", "满意吗", {"1": "满意", "2": "不满意"}, "谢谢")
        await one.send_subscription("u", "tpl", {"thing1": "参保"}, "pages/a")
        assert await one.send_template("u", "tpl", {"thing1": "参保"}, "https://tongbao.example") == "7"

    play(redis, api, scenario)
    bodies = [body for path, body in api.calls if isinstance(body, dict)]
    assert bodies == [
        {"touser": "u", "msgtype": "image", "image": {"media_id": "media-1"}},
        {"touser": "u", "msgtype": "news", "news": {"articles": [{
            "title": "标题", "description": "描述", "url": "https://tongbao.example",
            "picurl": "https://tongbao.example/p.png"}]}},
        {"touser": "u", "msgtype": "msgmenu", "msgmenu": {"head_content": "满意吗", "tail_content": "谢谢", "list": [
            {"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}]}},
        {"touser": "u", "template_id": "tpl", "data": {"thing1": {"value": "参保"}}, "page": "pages/a"},
        {"touser": "u", "template_id": "tpl", "data": {"thing1": {"value": "参保"}}, "url": "https://tongbao.example"},
    ]  # fmt: skip


def test_the_day_of_the_quotas_ends_at_midnight_in_beijing() -> None:
    assert seconds_of_day_left(datetime(2026, 11, 22, 23, 59, 0, tzinfo=BEIJING)) == 60


def test_wecom_repeats_an_unknown_send_and_the_platform_drops_the_second(redis: RedisServer, api: FakeApi) -> None:
    api.faults["/cgi-bin/message/send"] = ["cut after", -1, 42001]

    async def main() -> None:
        wecom = read_wecom(wecom_variables(api.address))
        assert wecom is not None
        store = Redis.from_url(redis.url, decode_responses=True)
        client = WecomApi(wecom, store, b"secret-of-the-tests")
        await client.send_text("zhang", "好")
        await client.send_text("zhang", "再")
        await client.close()
        await store.aclose()

    asyncio.run(main())
    assert api.texts("zhang") == ["好", "再"]
    body = api.sent[0].body
    assert (body["enable_duplicate_check"], body["agentid"]) == (1, 1000002)
    assert json.dumps(body)
