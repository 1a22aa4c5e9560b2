"""Leave for notices: what the platform's events tell is kept, used in the chat, counted once and forgotten; the page
on which it is given."""

import asyncio
import hashlib
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Away

from common.web.headers import HEADERS
from gateway import app
from gateway.delivery.channel import Address
from gateway.delivery.ledger import Ledger
from gateway.delivery.notices import MOST_LEFT, Notices, SentNotice, user_of
from gateway.wechat import notice_page
from gateway.wechat.js_sdk import HOST, SCRIPT, signature_of
from tests.gateway.builders import FakeDialogue, settings
from tests.gateway.platform import APP_ID, FakeApi, Sender
from tests.gateway.running import RedisServer, gateway, settled
from tests.gateway.test_reminders import ASKS, FORGETS, SUBSCRIBE, TAP, USER, Family, at, family
from tests.gateway.test_turns import Bureau

TEMPLATE, TICKET = "template-of-the-tests", "/cgi-bin/ticket/getticket"
PAGE = "http://127.0.0.1:8080/notices"
INSIDE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"}


@pytest.fixture
def follower(redis: RedisServer, api: FakeApi, tmp_path: Path) -> Iterator[Family]:
    with family(redis, api, tmp_path, "wx") as found:
        yield found


def left(one: Family) -> int:
    """For how many notices there is leave, as the gateway has it."""

    async def read() -> int:
        store = Redis.from_url(one.settings.redis_url, decode_responses=True)
        try:
            user = user_of(one.settings.key_secret, Address("wx", USER))
            return await Notices(store, one.settings.key_secret).left(user, TEMPLATE)
        finally:
            await store.aclose()

    return asyncio.run(read())


def tell(one: Family, fields: dict[str, Any]) -> None:
    """One delivery of an event, which gets a receipt and no words."""
    assert one.sender is not None
    assert one.sender.post(one.client, fields) is None


def test_an_accept_counts_once_however_often_it_is_delivered_and_a_reject_takes_all_back(follower: Family) -> None:
    platform = Sender()
    accepted = platform.answered(USER, (TEMPLATE, "accept"))
    for _ in range(3):
        tell(follower, accepted)
    assert left(follower) == 1
    tell(follower, platform.answered(USER, ("another", "accept"), (TEMPLATE, "accept")))
    assert left(follower) == 2
    tell(follower, platform.answered(USER, ("another", "reject")))
    assert left(follower) == 2
    tell(follower, platform.answered(USER, (TEMPLATE, "reject"), change=True))
    assert left(follower) == 0


def test_a_change_that_says_accept_is_no_leave_and_another_users_is_not_ours(follower: Family) -> None:
    tell(follower, Sender().answered(USER, (TEMPLATE, "accept"), change=True))
    tell(follower, Sender().answered("somebody", (TEMPLATE, "accept")))
    assert left(follower) == 0


def test_what_is_kept_is_bounded_ends_and_names_nobody(follower: Family, redis: RedisServer) -> None:
    for number in range(MOST_LEFT + 3):
        tell(follower, Sender().answered(USER, (TEMPLATE, "accept"), CreateTime=1_700_000_000 + number))
    assert left(follower) == MOST_LEFT
    names = list(redis.client().scan_iter("tb:say:leave:*"))
    assert len(names) == 1
    assert redis.client().ttl(names[0]) > 0
    assert USER not in redis.everything()
    assert TEMPLATE not in redis.everything()


def test_without_leave_the_reply_says_where_it_is_given_and_with_it_nothing(follower: Family) -> None:
    follower.says(ASKS)
    assert PAGE in follower.says(TAP)
    tell(follower, Sender().answered(USER, (TEMPLATE, "accept")))
    assert PAGE not in follower.says(TAP)
    assert "发一条微信服务通知" in follower.says(TAP)


def test_a_notice_that_was_sent_used_its_leave_up(follower: Family) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    tell(follower, Sender().answered(USER, (TEMPLATE, "accept")))
    follower.look(at(follower.planned()))
    assert len(follower.got()) == 1
    assert left(follower) == 0


def test_the_platform_knows_better_that_there_is_no_leave(follower: Family) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    for number in range(3):
        tell(follower, Sender().answered(USER, (TEMPLATE, "accept"), CreateTime=1_700_000_000 + number))
    follower.api.always[SUBSCRIBE] = 43101
    follower.look(at(follower.planned()))
    assert left(follower) == 0


def test_a_notice_that_did_not_arrive_comes_with_the_next_message_once(follower: Family, redis: RedisServer) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    follower.look(at(follower.planned()))
    assert [one.state for one in follower.kept()] == ["sent"]
    failed = Sender().reported(USER, TEMPLATE, 43101)
    for _ in range(2):
        tell(follower, failed)
    assert [(one.state, one.reason) for one in follower.kept()] == [("refused", "not_delivered")]
    settled(redis)
    assert "【提醒】" in follower.says("在吗")
    assert "【提醒】" not in follower.says("还在吗")


def test_words_of_a_failed_notice_are_never_between_two_places(
    follower: Family, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store goes away just as the words are kept: they still stand where they were."""
    follower.says(ASKS)
    follower.says(TAP)
    follower.look(at(follower.planned()))

    async def away(*_: object, **__: object) -> None:
        raise Away

    waiting = next(name for name in redis.client().scan_iter("tb:say:notice:*"))
    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "keep", away)
        tell(follower, Sender().reported(USER, TEMPLATE, 43101))
    assert redis.client().exists(waiting)


def test_one_that_arrived_stays_sent_and_a_later_report_means_no_other(follower: Family, redis: RedisServer) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    follower.look(at(follower.planned()))
    tell(follower, Sender().reported(USER, TEMPLATE, 0))
    tell(follower, Sender().reported(USER, TEMPLATE, 43101))
    assert [one.state for one in follower.kept()] == ["sent"]
    settled(redis)
    assert "【提醒】" not in follower.says("在吗")


def test_a_report_settles_what_a_call_without_an_answer_left_open(follower: Family, redis: RedisServer) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    follower.api.always[SUBSCRIBE] = "cut after"
    follower.look(at(follower.planned()))
    assert [one.state for one in follower.kept()] == ["unknown"]
    tell(follower, Sender().reported(USER, TEMPLATE, 0))
    assert [one.state for one in follower.kept()] == ["sent"]


def test_a_report_of_another_template_means_nothing(follower: Family) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    follower.look(at(follower.planned()))
    tell(follower, Sender().reported(USER, "another", 43101))
    assert [one.state for one in follower.kept()] == ["sent"]


def test_no_second_notice_goes_out_before_the_first_is_reported(redis: RedisServer) -> None:
    """Reports do not say which notice they mean."""

    async def run() -> None:
        store = Redis.from_url(redis.url, decode_responses=True)
        known = Notices(store, b"secret-of-the-tests-0001")
        assert await known.begin("u", SentNotice(1, "一"))
        assert not await known.begin("u", SentNotice(2, "二"))
        assert await known.begin("u", SentNotice(1, "一"))
        assert (await known.reported("u") or SentNotice(0, "")).reminder == 1
        assert await known.begin("u", SentNotice(2, "二"))
        await store.aclose()

    asyncio.run(run())
    assert "二" not in redis.everything()


def test_of_two_that_begin_in_the_same_moment_one_waits(redis: RedisServer) -> None:
    async def begin() -> list[bool]:
        store = Redis.from_url(redis.url, decode_responses=True)
        try:
            notices = Notices(store, b"k" * 32)
            return await asyncio.gather(*(notices.begin("both", SentNotice(one, "到日子了")) for one in (1, 2)))
        finally:
            await store.aclose()

    assert sorted(asyncio.run(begin())) == [False, True]


def test_forgetting_forgets_the_leave_too(
    redis: RedisServer, api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "RegistrationClient", lambda *_, **__: Bureau())
    with family(redis, api, tmp_path, "wx") as forgetful:
        forgetful.says(ASKS)
        tell(forgetful, Sender().answered(USER, (TEMPLATE, "accept")))
        assert left(forgetful) == 1
        assert "忘掉了" in forgetful.says(FORGETS)
        assert left(forgetful) == 0
        tell(forgetful, Sender().answered(USER, (TEMPLATE, "accept"), CreateTime=1_700_000_000))
        tell(forgetful, Sender().event(USER, "unsubscribe"))
        assert left(forgetful) == 0


# The page


def shown(one: Family, path: str = "/notices", **headers: str) -> Any:
    return one.client.get(path, headers=INSIDE | headers)


def test_the_signature_is_that_of_the_platforms_example() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    signed = signature_of(ticket, "Wm3WZYTPz0wzccnW", "1414587457", "http://mp.weixin.qq.com?params=value")
    assert signed == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


@pytest.mark.parametrize("query", ["", "?from=singlemessage&isappinstalled=0"])
def test_inside_wechat_the_page_has_the_component_signed_for_its_own_address(follower: Family, query: str) -> None:
    answer = shown(follower, f"/notices{query}")
    assert answer.status_code == 200
    told = dict(re.findall(r'data-(\w+)="([^"]*)"', answer.text))
    joined = (
        f"jsapi_ticket={follower.api.ticket}&noncestr={told['nonce']}&timestamp={told['timestamp']}&url={PAGE}{query}"
    )
    assert told["signature"] == hashlib.sha1(joined.encode()).hexdigest()
    assert told["app"] == APP_ID
    assert f'<wx-open-subscribe template="{TEMPLATE}"' in answer.text
    assert f'src="{SCRIPT}"' in answer.text
    assert follower.api.ticket not in answer.text


def test_only_the_scripts_host_is_added_to_what_a_page_may_load(follower: Family) -> None:
    def rules(policy: str) -> set[str]:
        return {rule.strip() for rule in policy.split(";")}

    own = rules(shown(follower).headers["content-security-policy"])
    every = rules(HEADERS["Content-Security-Policy"])
    assert own - every == {f"script-src 'self' {HOST}", "frame-src https://*.qq.com webcompt:"}
    assert every - own == {"script-src 'self'"}


def test_outside_wechat_it_says_how_to_open_it_there_and_asks_the_platform_nothing(follower: Family) -> None:
    answer = follower.client.get("/notices")
    assert answer.status_code == 200
    assert PAGE in unescape(answer.text)
    assert "文件传输助手" in answer.text
    assert "<script" not in answer.text
    assert 'class="large"' in answer.text
    assert all(path != TICKET for path, _ in follower.api.calls)


def test_the_ticket_is_fetched_once_for_all_and_kept_sealed(follower: Family, redis: RedisServer) -> None:
    for _ in range(3):
        assert shown(follower).status_code == 200
    assert [query for path, query in follower.api.calls if path == TICKET] == [["jsapi"]]
    assert follower.api.ticket not in redis.everything()
    name = f"tb:token:{APP_ID}:ticket"
    assert 0 < redis.client().ttl(name) <= 7200 - 300
    redis.client().delete(name)  # its end
    assert shown(follower).status_code == 200
    assert sum(path == TICKET for path, _ in follower.api.calls) == 2


def test_a_token_that_ended_is_renewed_once_for_the_ticket(follower: Family, redis: RedisServer) -> None:
    shown(follower)
    redis.client().delete(f"tb:token:{APP_ID}:ticket")
    follower.api.lose_tokens()
    follower.api.faults[TICKET] = [42001]
    assert shown(follower).status_code == 200
    assert follower.api.token_calls == 2


@pytest.mark.parametrize("fault", [48001, "cut", ("delay", 2.0)])
def test_without_a_ticket_the_page_says_so_in_words(
    follower: Family, fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_page, "PATIENCE", 1.0)
    follower.api.always[TICKET] = fault
    answer = shown(follower)
    assert answer.status_code == 503
    assert "现在连不上微信" in answer.text
    assert "<script" not in answer.text


def test_a_query_without_end_is_not_signed(follower: Family) -> None:
    answer = shown(follower, f"/notices?a={'x' * 600}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/notices")


def test_without_a_template_there_is_no_page(redis: RedisServer, api: FakeApi, tmp_path: Path) -> None:
    with family(redis, api, tmp_path, "wx", WECHAT_REMINDER_TEMPLATE="") as found:
        assert shown(found).status_code == 404
        tell(found, Sender().answered(USER, (TEMPLATE, "accept")))
        tell(found, Sender().reported(USER, TEMPLATE, 43101))
    with gateway(settings(redis.url), FakeDialogue()) as client:
        assert client.get("/notices", headers=INSIDE).status_code == 404
