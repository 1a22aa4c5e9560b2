"""The callback over real HTTP: verification, what each kind of message gets, and silence towards everything forged."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest

from common.casebook import Casebook
from gateway.conversations import pseudonym
from gateway.links import LIFE, Links, Shown
from gateway.wechat.settings import read_accounts
from policies.scene import Scene, write
from tests.gateway.builders import SECRET, FakeDialogue, body, card, settings
from tests.gateway.platform import ORIGINAL, TOKEN, FakeApi, Sender, sign, variables, xml
from tests.gateway.running import RedisServer, gateway, settled, until


class Answering(FakeDialogue):
    """A dialogue that answers with a card and two options."""

    async def say(self, sender: str, message_id: str, text: str, metadata: dict[str, Any]) -> Any:
        spoken = await super().say(sender, message_id, text, metadata)
        return type(spoken)([card()], None)


@contextmanager
def started(
    redis: RedisServer, api: FakeApi, dialogue: FakeDialogue | None = None, mode: str = "safe", **changes: str
) -> Iterator[httpx.Client]:
    # As long as the platform waits: a machine that stands still for a second must not turn an answer into a receipt.
    accounts = read_accounts(variables(api.address, mode, **{"WECHAT_PASSIVE_SECONDS": "4.0"} | changes))
    with gateway(settings(redis.url, wechat=accounts), dialogue or FakeDialogue()) as client:
        yield client


def test_without_settings_there_is_no_channel_and_the_web_chat_works(redis: RedisServer) -> None:
    with gateway(settings(redis.url), FakeDialogue()) as client:
        assert client.get("/wechat").status_code == 404
        assert client.post("/wecom").status_code == 404
        assert (
            client.post("/api/chat", json={"conversation": "c", "message_id": "m", "text": "在吗"}).status_code == 200
        )


@pytest.mark.parametrize("path", ["/wechat", "/wechat/"])
def test_url_verification_answers_the_echostr_and_nothing_else(redis: RedisServer, api: FakeApi, path: str) -> None:
    query = {"signature": sign(TOKEN, "1", "2"), "timestamp": "1", "nonce": "2", "echostr": "4375120948345356249"}
    with started(redis, api) as client:
        answer = client.get(path, params=query)
        assert (answer.status_code, answer.content) == (200, b"4375120948345356249")
        assert answer.headers["content-type"].startswith("text/plain")
        for wrong in ({"signature": "0" * 40}, {"nonce": "3"}, {"echostr": ""}, {"signature": ""}):
            refused = client.get(path, params=query | wrong)
            assert (refused.status_code, refused.text) == (403, "forbidden")
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
def test_a_question_is_answered_in_the_request_in_every_mode(redis: RedisServer, api: FakeApi, mode: str) -> None:
    sender = Sender(mode)
    with started(redis, api, mode=mode) as client:
        assert sender.post(client, sender.message("u1", "有等待期吗")) == "答：有等待期吗"
    assert api.sent == []


def test_forged_bodies_reach_nothing_and_learn_nothing(redis: RedisServer, api: FakeApi) -> None:
    dialogue = FakeDialogue()
    sender, other = Sender(), Sender(token="anotherToken")
    plain = Sender("plain")
    with started(redis, api, dialogue, WECHAT_ORIGINAL_ID=ORIGINAL) as client:
        attempts = [
            other.request(sender.message("u1", "伪造")), plain.request(sender.message("u1", "明文")),
            Sender(receiver="wx_another").request(sender.message("u1", "别的号")),
            Sender(key="x" * 43).request(sender.message("u1", "别的密钥")),
            sender.request(sender.message("u1", "别的收件人", ToUserName="gh_other")),
            ({}, "{}"), ({"signature": "x"}, "<xml/>"),
        ]  # fmt: skip
        for query, body in attempts:
            answer = client.post("/wechat", params=query, content=body.encode())
            assert (answer.status_code, answer.text) == (403, "forbidden")
        big = client.post("/wechat", params=sender.request("<xml/>")[0], content=b"x" * 100_000)
        assert big.status_code in (403, 413)
        assert "<" not in big.text
        assert client.put("/wechat").text == ""
    assert dialogue.heard == []


def test_json_bodies_are_refused_cleanly(redis: RedisServer, api: FakeApi) -> None:
    sender = Sender("plain")
    with started(redis, api, mode="plain") as client:
        query, _ = sender.request("<xml/>")
        answer = client.post("/wechat", params=query, json=sender.message("u", "x"))
        assert (answer.status_code, answer.text) == (403, "forbidden")


# What each kind of message gets


def test_subscribing_is_welcomed_with_examples_to_tap(redis: RedisServer, api: FakeApi) -> None:
    dialogue, sender = FakeDialogue(), Sender()
    with started(redis, api, dialogue) as client:
        welcome = sender.post(client, sender.event("u1", "subscribe", ""))
        assert welcome is not None
        assert "自动答复，不是真人" in welcome
        links = re.findall(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&]+)&msgmenuid=(\d+)">', welcome)
        assert [number for _, number in links] == ["1", "2", "3", "4", "5", "6"]
        assert sender.post(client, sender.message("u1", "2")) == f"答：{unquote(links[1][0])}"
    assert [heard.text for heard in dialogue.heard] == ["上学的孩子怎么参保"]


@pytest.mark.parametrize("greeting", [("subscribe", ""), ("CLICK", "help"), ("SCAN", "{}")])
def test_a_greeting_begins_with_the_emergency_notice_once(
    redis: RedisServer, api: FakeApi, tmp_path: Path, greeting: tuple[str, str]
) -> None:
    sender, url, text = Sender(), f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}", "今晚八点到十点系统维护"

    async def announce() -> None:
        book, now = Casebook(url), datetime.now(UTC)
        await book.prepare()
        await book.board().announce(text, "市医保局", now + timedelta(days=2), "主管一", now)
        await book.close()

    asyncio.run(announce())
    accounts = read_accounts(variables(api.address))
    with gateway(settings(redis.url, wechat=accounts, database_url=url), FakeDialogue()) as client:
        until(lambda: text in client.get("/g/nothing").text)  # the board was read
        first = sender.post(client, sender.event("u1", *greeting))
        assert first is not None
        assert first.startswith(f"【公告】{text}（市医保局发布")
        assert "打字问" in first
        settled(redis)
        assert text not in str(sender.post(client, sender.message("u1", "有等待期吗")))
        settled(redis)
        assert text not in str(sender.post(client, sender.event("u1", "CLICK", "help", Again=1)))
        assert text in str(sender.post(client, sender.message("u2", "有等待期吗")))


def test_a_tap_on_an_option_is_a_message(redis: RedisServer, api: FakeApi) -> None:
    sender = Sender()
    with started(redis, api) as client:
        answer = sender.post(client, sender.message("u1", "有等待期吗", bizmsgmenuid="4"))
    assert answer == "答：有等待期吗"


@pytest.mark.parametrize(
    ("kind", "name"), [("image", "图片"), ("video", "视频"), ("shortvideo", "小视频"), ("link", "链接")]
)
def test_what_is_no_words_gets_a_kind_answer(redis: RedisServer, api: FakeApi, kind: str, name: str) -> None:
    dialogue, sender = FakeDialogue(), Sender()
    with started(redis, api, dialogue) as client:
        answer = sender.post(client, sender.message("u1", "", MsgType=kind, MediaId="m", PicUrl="http://127.0.0.1/p"))
    assert answer is not None
    assert answer.startswith(name)
    assert dialogue.heard == []


def test_voice_is_asked_when_it_was_recognised_and_asked_for_in_words_when_not(
    redis: RedisServer, api: FakeApi
) -> None:
    sender = Sender()
    with started(redis, api) as client:
        heard = sender.post(client, sender.message("u1", "", MsgType="voice", Format="amr", Recognition="有等待期吗"))
        assert heard == "我听到的是：“有等待期吗”\n\n答：有等待期吗"
        silent = sender.post(client, sender.message("u1", "", MsgType="voice", Format="amr", Recognition=""))
        assert silent is not None
        assert "请打字" in silent


def test_a_location_sets_the_region_and_its_address_is_kept_nowhere(redis: RedisServer, api: FakeApi) -> None:
    sender = Sender()
    with started(redis, api) as client:
        place = {"MsgType": "location", "Location_X": "31.3", "Location_Y": "120.9", "Scale": "15"}
        label = "江苏省苏州市昆山市前进中路1号3栋"
        assert sender.post(client, sender.message("u1", "", Label=label, **place)) == "答：我在江苏省苏州市昆山市"
        unknown = sender.post(client, sender.message("u1", "", Label="人民路1号", **place))
        assert unknown is not None
        assert "哪个省市" in unknown
    assert "前进中路" not in redis.everything()


@pytest.mark.parametrize(("event", "key"), [("SCAN", "{}"), ("subscribe", "qrscene_{}")])
def test_a_leaflets_code_asks_its_question_for_its_region_and_stage(
    redis: RedisServer, api: FakeApi, event: str, key: str
) -> None:
    dialogue, sender = FakeDialogue(), Sender()
    scene = write(Scene("320583", "小学", "ask_payment_period", "a7f3"))
    with started(redis, api, dialogue) as client:
        answer = sender.post(client, sender.event("u1", event, key.format(scene), Ticket="t"))
    assert answer is not None
    assert "宣传单" in answer
    assert [heard.text for heard in dialogue.heard] == ["我在江苏省苏州市昆山市，孩子是小学，什么时候交、最晚哪天"]


def test_an_unknown_code_gets_the_usual_welcome(redis: RedisServer, api: FakeApi) -> None:
    sender = Sender()
    with started(redis, api) as client:
        for key in ("t1.999999....", "12345", "t9.320000...."):
            answer = sender.post(client, sender.event("u1", "SCAN", key))
            assert answer is not None
            assert "打字问" in answer


def test_menu_buttons_ask_say_or_help_and_views_get_a_receipt(redis: RedisServer, api: FakeApi) -> None:
    sender = Sender()
    with started(redis, api) as client:
        assert sender.post(client, sender.event("u1", "CLICK", "ask:ask_waiting_period")) == "答：有等待期吗"
        assert sender.post(client, sender.event("u2", "CLICK", "say:转人工")) == "答：转人工"
        assert "打字问" in str(sender.post(client, sender.event("u3", "CLICK", "whatever")))
        assert sender.post(client, sender.event("u1", "VIEW", "http://127.0.0.1/")) is None


@pytest.mark.parametrize("event", ["LOCATION", "TEMPLATESENDJOBFINISH", "hologram"])
def test_unknown_events_get_a_receipt(redis: RedisServer, api: FakeApi, event: str) -> None:
    sender = Sender()
    with started(redis, api) as client:
        assert sender.post(client, sender.event("u1", event, Latitude="1")) is None


@pytest.mark.parametrize(
    "fields",
    [{"MsgType": "file"}, {"MsgType": "finder"}, {"MsgType": "hologram"},
     {"Content": "【收到不支持的消息类型，暂无法显示】"}, {"Content": "[收到不支持的消息类型，请在手机上查看]"}],
)  # fmt: skip
def test_kinds_nobody_knows_are_told_like_pictures(redis: RedisServer, api: FakeApi, fields: dict[str, str]) -> None:
    dialogue, sender = FakeDialogue(), Sender()
    with started(redis, api, dialogue) as client:
        answer = str(sender.post(client, sender.message("u1", "x") | fields))
    assert "请打字告诉我" in answer
    assert dialogue.heard == []


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
@pytest.mark.parametrize(
    "odd", ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "&#8;", "&#x0;", "&#x1F;", "&#55357;", "&#xD83D;", "&#99999999;"]
)
def test_characters_that_xml_cannot_hold_are_dropped_and_the_message_is_answered(
    redis: RedisServer, api: FakeApi, mode: str, odd: str
) -> None:
    sender = Sender(mode)
    with started(redis, api, mode=mode) as client:
        written = xml(sender.message("u1", "x")).replace("<![CDATA[x]]>", f"有{odd}等待期{odd}吗")
        assert sender.post(client, written) == "答：有等待期吗"


@pytest.mark.parametrize("text", ["a]]\x00><b>", "a]\x00]><b>", "a]]&#8;><b>", "a]\x01&#8;]><b>", "a]]&#\x008;><b>"])
def test_what_is_dropped_closes_no_cdata(redis: RedisServer, api: FakeApi, text: str) -> None:
    """A parent's words stay words: nobody writes fields of the message by typing them."""
    sender = Sender("plain")
    with started(redis, api, mode="plain") as client:
        answer = str(sender.post(client, sender.message("u1", text)))
    assert answer.startswith("答：a]")
    assert answer.endswith("b>")


def test_half_a_character_of_a_genuine_message_stops_nothing(redis: RedisServer, api: FakeApi) -> None:
    sender, broken = Sender(), "有等待期吗\udce4"
    with started(redis, api) as client:
        assert sender.post(client, sender.message("u1", broken)) == "答：有等待期吗\ufffd"


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
def test_what_was_signed_long_ago_is_refused_and_a_repetition_is_not(
    redis: RedisServer, api: FakeApi, mode: str
) -> None:
    """In plain text the signature proves no body: one that was caught must not open the door for ever."""
    dialogue, sender = FakeDialogue(), Sender(mode)

    def status(ago: int, text: str) -> int:
        asked, content = sender.request(sender.message("u1", text), ago)
        return client.post("/wechat", params=asked, content=content.encode()).status_code

    with started(redis, api, dialogue, mode=mode) as client:
        assert [status(ago, "旧") for ago in (86_400, 3_600, 900, -900, -86_400)] == [403] * 5
        assert [status(ago, f"问{ago}") for ago in (0, 15, 60, 300, -60)] == [200] * 5
    assert [heard.text for heard in dialogue.heard] == ["问0", "问15", "问60", "问300", "问-60"]


@pytest.mark.parametrize("odd", ["", "x", "-1", "1e9", "٣", "9" * 200, "9" * 300])
def test_a_time_that_is_none_is_refused(redis: RedisServer, api: FakeApi, odd: str) -> None:
    sender = Sender("plain")
    with started(redis, api, mode="plain") as client:
        asked, content = sender.request(sender.message("u1", "问"))
        asked |= {"timestamp": odd, "signature": sign(TOKEN, odd, asked["nonce"])}
        assert client.post("/wechat", params=asked, content=content.encode()).status_code == 403


def test_an_identity_number_is_masked_before_anything_is_stored(redis: RedisServer, api: FakeApi) -> None:
    dialogue, sender = FakeDialogue(), Sender()
    with started(redis, api, dialogue) as client:
        answer = sender.post(client, sender.message("u1", "身份证320106199005171231能办吗"))
    assert answer is not None
    assert "已经隐去" in answer
    assert "199005171231" not in redis.everything() + dialogue.heard[0].text


def test_neither_openid_nor_token_stands_in_redis(redis: RedisServer, api: FakeApi) -> None:
    sender = Sender()
    dialogue = FakeDialogue()
    with started(redis, api, dialogue, WECHAT_PASSIVE_SECONDS="0.2") as client:
        dialogue.held = True
        assert sender.post(client, sender.message("oUserOfTheTests", "慢")) is None
        dialogue.held = False
        assert api.waits_for("oUserOfTheTests", 1)
    kept = redis.everything()
    assert "oUserOfTheTests" not in kept
    assert api.current not in kept


# Options, numbers, the link


def test_an_answer_offers_links_and_numbers_and_a_number_sends_what_the_link_would(
    redis: RedisServer, api: FakeApi
) -> None:
    dialogue, sender = Answering(), Sender()
    with started(redis, api, dialogue) as client:
        answer = sender.post(client, sender.message("u1", "什么时候交"))
        assert answer is not None
        assert '1. <a href="weixin://bizmsgmenu?msgmenucontent=我在江苏省&msgmenuid=1">江苏</a>' in answer
        for said in ("2", "２", "第二个", "二", "2."):
            sender.post(client, sender.message("u1", said))
        sender.post(client, sender.message("u1", "3"))
    texts = [heard.text for heard in dialogue.heard]
    assert texts[1:] == ["我在黑龙江省"] * 5 + ["3"]


def grounds(answer: str) -> str:
    """Where a link of a message leads."""
    return urlsplit(re.findall(r'<a href="(http[^"]+)">完整依据</a>', answer)[0]).path


def test_the_link_shows_that_one_answer_and_nothing_else(redis: RedisServer, api: FakeApi) -> None:
    sender = Sender()
    with started(redis, api, Answering()) as client:
        first = grounds(str(sender.post(client, sender.message("oUser1", "什么时候交"))))
        second = grounds(str(sender.post(client, sender.message("oUser1", "孩子的事第二句"))))
        assert "oUser1" not in first
        page = client.get(first)
        assert page.status_code == 200
        assert "苏医保发〔2025〕26号" in page.text
        assert "新生儿出生90天内" in page.text
        assert "什么时候交" not in page.text  # what the parent asked is the parent's
        assert "第二句" not in page.text + client.get(second).text
        assert "<form" not in page.text
        assert "<script" not in page.text
        assert "set-cookie" not in page.headers
        assert client.post(first, data={"text": "那在黑龙江呢", "message_id": "p1"}).status_code == 405
        assert client.get(first[:-2] + "AA").status_code == 404
        assert client.get(f"/c/{first.removeprefix('/g/')}").status_code == 404


def test_a_messengers_conversation_opens_by_nothing(redis: RedisServer, api: FakeApi) -> None:
    """Not by its id over the API or the page, read or written, and not with a cookie one makes oneself."""
    dialogue, sender = Answering(), Sender()
    with started(redis, api, dialogue) as client:
        sender.post(client, sender.message("oUser1", "什么时候交"))
        user = pseudonym(SECRET.encode(), "user\x1fwx\x1foUser1")
        conversation = f"wx-{user}"
        key = pseudonym(SECRET.encode(), conversation)
        assert dialogue.heard[0].metadata["conversation"] == key  # it is the one
        client.cookies.set("chat", conversation)
        seen = [
            client.get(f"/api/chat/{conversation}"), client.get(f"/c/{conversation}"),
            client.get(f"/c/{conversation}/news"),
            client.post("/api/chat", json=body(conversation=conversation)),
            client.post(f"/c/{conversation}", data={"text": "我说", "message_id": "p1"}),
            client.post(f"/c/{conversation}/thumb", data={"bubble": "b-1-0", "value": "up"}),
        ]  # fmt: skip
        assert [answer.status_code for answer in seen] == [404] * 6
        assert not any("什么时候交" in answer.text for answer in seen)
        assert "微信" in seen[0].json()["error"]["message"]
        own = client.get("/").headers["location"]
        assert conversation not in own
    assert [heard.text for heard in dialogue.heard] == ["什么时候交"]


def test_a_link_ends_after_a_week_and_covers_its_answer_only() -> None:
    links = Links(settings())
    name = urlsplit(links.to("wx-" + "0" * 32, "b-ab-", now=1_000_000)).path.removeprefix("/g/")
    shown = links.shown(name, now=1_000_000 + LIFE - 1)
    assert shown == Shown("wx-" + "0" * 32, "b-ab-")
    assert [shown.covers(one) for one in ("b-ab-0", "b-ab-12", "b-abc-0", "u-ab", "s-1")] == [True, True, *[False] * 3]
    assert [Shown("c", "s-1").covers(one) for one in ("s-1", "s-12")] == [True, False]
    assert links.shown(name, now=1_000_000 + LIFE + 1) is None
    assert links.shown("x" * 5000) is None
    assert parse_qs(name) == {}


def test_an_answer_that_was_forgotten_is_said_to_be_gone(redis: RedisServer, api: FakeApi) -> None:
    sender = Sender()
    with started(redis, api, Answering()) as client:
        link = grounds(str(sender.post(client, sender.message("oUser1", "什么时候交"))))
        for name in redis.client().scan_iter("tb:history:*"):
            redis.client().delete(name)
        gone = client.get(link)
        assert gone.status_code == 404
        assert "不在了" in gone.text


# Several accounts


def test_each_account_has_its_route_its_keys_and_its_region(redis: RedisServer, api: FakeApi) -> None:
    dialogue = FakeDialogue()
    more = {
        "WECHAT_ACCOUNTS": "weihai", "WECHAT_WEIHAI_TOKEN": "tokenOfWeihai", "WECHAT_WEIHAI_APP_ID": "wxweihai00000000",
        "WECHAT_WEIHAI_MODE": "plain", "WECHAT_WEIHAI_REGION": "371000", "WECHAT_REGION": "320000",
    }  # fmt: skip
    first, second = Sender(), Sender("plain", token="tokenOfWeihai", path="/wechat/weihai")
    with started(redis, api, dialogue, **more) as client:
        assert first.post(client, first.message("u1", "一")) == "答：一"
        assert second.post(client, second.message("u1", "二")) == "答：二"
        crossed = second.request(second.message("u1", "三"))
        assert client.post("/wechat", params=crossed[0], content=crossed[1].encode()).status_code == 403
    assert [heard.metadata["state"]["region"] for heard in dialogue.heard] == ["320000", "371000"]
    assert len({heard.metadata["conversation"] for heard in dialogue.heard}) == 2


def test_what_a_parent_said_of_the_region_outlives_the_accounts_default(redis: RedisServer, api: FakeApi) -> None:
    dialogue, sender = FakeDialogue(state={"region": "230000"}), Sender()
    with started(redis, api, dialogue, WECHAT_REGION="320000") as client:
        for text in "一二三四五六七":
            sender.post(client, sender.message("u1", f"{text}句"))
    regions = [heard.metadata["state"]["region"] for heard in dialogue.heard]
    assert regions == ["320000", *["230000"] * 6]


def test_a_plain_text_with_cdata_end_comes_back_whole(redis: RedisServer, api: FakeApi) -> None:
    sender = Sender()
    with started(redis, api) as client:
        body = sender.message("u1", "x")
        tricky = xml(body).replace("<![CDATA[x]]>", "a]]&gt;&lt;b&gt;<![CDATA[c]]>")
        assert sender.post(client, tricky) == "答：a]]>＜b>c"
