"""A parent asks, taps 到时提醒我, the clock moves, the message arrives once on each channel, with the day of the rules
by then; the real dialogue answers, the platforms are the fake ones."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import httpx
import pytest
from icalendar import Calendar
from redis.asyncio import Redis

from actions.server import read_turn
from common.casebook import Casebook, Reminder
from common.storage import NotReachable
from dialogue.bureau import RegistrationClient, Services
from dialogue.context import context_of
from dialogue.policy import respond
from gateway import app
from gateway.conversations import Conversations
from gateway.delivery.channel import Address, PushOutcome, Remind, ReminderNotice
from gateway.delivery.ledger import Ledger
from gateway.dialogue import RasaReply
from gateway.links import Links
from gateway.reminding.planning import BEIJING
from gateway.reminding.sender import Computed, ReminderSender
from gateway.settings import GatewaySettings
from gateway.wechat import messenger as wechat
from gateway.wechat.settings import read_accounts
from gateway.wecom import messenger as wecom_messenger
from gateway.wecom.settings import read_wecom
from policies import loading
from policies.counting import chinese_date
from policies.due_days import DueDay, due_day
from policies.library import Library, compile_table, freeze, read
from tests.dialogue.builders import JIANGSU, day, heard, place
from tests.gateway.builders import FakeDialogue, settings
from tests.gateway.platform import FakeApi, Sender, variables, wecom, wecom_variables
from tests.gateway.running import RedisServer, gateway, settled, until
from tests.gateway.test_turns import Bureau

TODAY = datetime.now(BEIJING).date()
BIRTH = TODAY - timedelta(days=20)
_DUE = due_day({"birth_date": BIRTH.isoformat()}, JIANGSU, TODAY)
assert _DUE is not None
DUE = _DUE.day
TAP, ASKS, SHOWS, FORGETS = "到时提醒我", "什么时候交", "你记得我什么", "都忘掉"
SUBSCRIBE, SEND = "/cgi-bin/message/subscribe/bizsend", "/cgi-bin/message/send"
USER = "u-reminded"
_MEANT = {
    ASKS: heard("ask_payment_period", says=(place("insured", JIANGSU), day("birth", BIRTH.isoformat())), text=ASKS),
    SHOWS: heard("show_memory", text=SHOWS), FORGETS: heard("forget", text=FORGETS),
}  # fmt: skip


class RealDialogue(FakeDialogue):
    """The real rules of the dialogue, with readings instead of the language model."""

    async def say(self, sender: str, message_id: str, text: str, metadata: dict[str, Any]) -> RasaReply:
        await super().say(sender, message_id, text, metadata)
        offered = ((metadata.get("state") or {}).get("context") or {}).get("offered") or []
        picked = offered.index(text) if text in offered else None
        reading = _MEANT.get(text) or heard("out_of_scope", text=text, choice=picked)
        spoken = {"text": text, "metadata": metadata, "entities": [{"entity": "reading", "value": reading.as_json()}]}
        around = Services(cast(RegistrationClient, Bureau()), "https://example.test")
        tracker = cast(Any, SimpleNamespace(latest_message=spoken, sender_id=sender))
        now, replies, _ = respond(*read_turn(tracker, around))
        return RasaReply([reply.as_json() for reply in replies], {**now.as_json(), "context": context_of(now)})


@dataclass
class Family:
    """One parent on one channel, with everything of the service behind it."""

    channel: str
    settings: GatewaySettings
    client: httpx.Client
    api: FakeApi
    count: int = 0
    sender: Sender | None = None

    def says(self, text: str) -> str:
        """The answer, as it is read."""
        if self.sender is not None:
            return str(self.sender.post(self.client, self.sender.message(USER, text)))
        self.count += 1
        body = {"conversation": "chat-of-reminders", "message_id": f"m-{self.count}", "text": text}
        answer = self.client.post("/api/chat", json=body)
        assert answer.status_code == 200, answer.text
        replies = answer.json()["replies"]
        tapped = [option["label"] for reply in replies for option in reply["options"]]
        return "\n".join([*(reply["text"] for reply in replies), *tapped])

    def got(self) -> list[str]:
        """What came unasked: on a messenger its messages, on the web what stands on the page."""
        if self.channel == "web":
            page = self.client.get("/api/chat/chat-of-reminders").json()["messages"]
            return [str(bubble["text"]) for bubble in page if bubble["who"] == "system"]
        path = SUBSCRIBE if self.channel == "wx" else SEND
        bodies = [body for called, body in self.api.calls if called == path and body]
        return [body["text"]["content"] if "text" in body else " ".join(v["value"] for v in body["data"].values())
                for body in bodies]  # fmt: skip

    def look(
        self, at: datetime, computed: Computed = due_day, remind: Remind | None = None, senders: int = 1
    ) -> None:  # fmt: skip
        """So many senders look at the same moment."""
        asyncio.run(self._look(at, computed, remind, senders))

    async def _look(self, at: datetime, computed: Computed, remind: Remind | None, senders: int) -> None:
        store = Redis.from_url(self.settings.redis_url, decode_responses=True)
        books = [Casebook(self.settings.database_url) for _ in range(senders)]
        links = Links(self.settings)
        found = wechat.connect(self.settings, store, links) + wecom_messenger.connect(self.settings, store, links)
        ways = {one.channel.name: remind or one.remind for one in found if one.remind}
        conversations, ledger = Conversations(store, self.settings), Ledger(store, self.settings.key_secret)
        board = books[0].board()
        try:
            await board.reread()
            await asyncio.gather(*(
                ReminderSender(book.reminders(), conversations, ledger, self.settings, ways, board,
                               computed=computed, clock=lambda: at).bring()
                for book in books
            ))  # fmt: skip
        finally:
            for one in found:
                if one.api is not None:
                    await one.api.close()
            for book in books:
                await book.close()
            await store.aclose()

    def switch(self, name: str, on: bool) -> None:
        """As the supervisor does it."""

        async def write() -> None:
            book = Casebook(self.settings.database_url)
            try:
                await book.board().switch(name, on, "主管一", datetime.now(BEIJING))
            finally:
                await book.close()

        asyncio.run(write())

    def kept(self) -> list[Reminder]:
        """All reminders of the database, in every state."""

        async def read() -> list[Reminder]:
            book = Casebook(self.settings.database_url)
            try:
                return [one for number in range(1, 9) if (one := await book.reminders().get(number))]
            finally:
                await book.close()

        return asyncio.run(read())

    def planned(self) -> date:
        """The day of the one reminder."""
        (one,) = self.kept()
        assert (one.state, one.due_day) == ("planned", DUE)
        return one.planned_for


def at(on: date, hour: int = 10) -> datetime:
    return datetime.combine(on, time(hour), BEIJING)


@contextmanager
def family(
    redis: RedisServer, api: FakeApi, folder: Path, channel: str, **changes: str
) -> Iterator[Family]:  # fmt: skip
    # No turn is drawn for the weekly sample, which keeps words on purpose.
    given: dict[str, Any] = {"database_url": f"sqlite+aiosqlite:///{folder / 'book.sqlite3'}", "sample_size": 0}
    sender = None
    if channel == "wx":
        template = {"WECHAT_REMINDER_TEMPLATE": "template-of-the-tests"} | changes
        given["wechat"], sender = read_accounts(variables(api.address, **template)), Sender()
    elif channel == "wecom":
        given["wecom"], sender = read_wecom(wecom_variables(api.address)), wecom()
    chosen = settings(redis.url, **given)
    with gateway(chosen, RealDialogue()) as client:
        yield Family(channel, chosen, client, api, sender=sender)


@pytest.fixture
def quick_board(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that is started after this sees a switch at once."""
    monkeypatch.setattr("common.casebook.board.REREAD", 0.05)


@pytest.fixture(params=["web", "wx", "wecom"])
def parent(request: pytest.FixtureRequest, redis: RedisServer, api: FakeApi, tmp_path: Path) -> Iterator[Family]:
    with family(redis, api, tmp_path, request.param) as found:
        yield found


@pytest.fixture
def follower(redis: RedisServer, api: FakeApi, tmp_path: Path) -> Iterator[Family]:
    with family(redis, api, tmp_path, "wx") as found:
        yield found


def test_one_tap_and_it_arrives_once_on_its_day(parent: Family) -> None:
    assert TAP in parent.says(ASKS)
    promised = parent.says(TAP)
    on = parent.planned()
    assert TODAY < on < DUE
    assert f"{chinese_date(on)}提醒您" in promised
    assert "取消提醒" in promised
    parent.look(at(on - timedelta(days=1)))
    parent.look(at(on, 3))
    assert parent.got() == []
    parent.look(at(on), senders=3)
    parent.look(at(on, 12))
    (said,) = parent.got()
    assert chinese_date(DUE) in said
    assert "苏医保发〔2025〕26号" in said
    (one,) = parent.kept()
    assert (one.state, one.facts, one.address) == ("sent", {}, None)


def laws(days: int) -> Library:
    """The policies as they would be with another limit for newborns."""
    table = json.loads(json.dumps(compile_table(read(loading.ROOT))))
    for rule in table["rules"]:
        if "limit_days" in rule["params"]:
            rule["params"]["limit_days"]["value"] = days
    return freeze(table)


def test_a_rule_that_changed_is_said_with_both_days(parent: Family) -> None:
    parent.says(ASKS)
    parent.says(TAP)
    on, amended = parent.planned(), laws(120)

    def computed(facts: Mapping[str, Any], region: str, today: date) -> DueDay | None:
        return due_day(facts, region, today, amended)

    parent.look(at(on), computed)
    parent.look(at(on, 12), computed)
    (said,) = parent.got()
    assert "规定变了" in said
    assert chinese_date(BIRTH + timedelta(days=119)) in said
    assert (chinese_date(DUE) in said) or parent.channel == "wx"  # a notice's fields hold one day
    assert [one.state for one in parent.kept()] == ["changed"]


def test_a_rule_that_made_the_day_pass_is_said_too(parent: Family) -> None:
    parent.says(ASKS)
    parent.says(TAP)
    on, amended = parent.planned(), laws(30)
    parent.look(at(on), lambda facts, region, today: due_day(facts, region, today, amended))
    (said,) = parent.got()
    assert "不再" in said
    assert [(one.state, one.reason) for one in parent.kept()] == [("cancelled", "silent")]


def test_where_the_rules_fell_silent_that_is_said_and_the_reminder_ends(parent: Family) -> None:
    parent.says(ASKS)
    parent.says(TAP)
    on = parent.planned()
    parent.look(at(on), lambda *_: None)
    (said,) = parent.got()
    assert "不再" in said
    assert [(one.state, one.reason) for one in parent.kept()] == [("cancelled", "silent")]


def test_after_its_day_nothing_is_said_any_more(parent: Family) -> None:
    parent.says(ASKS)
    parent.says(TAP)
    parent.look(at(DUE + timedelta(days=1)))
    assert parent.got() == []
    assert [(one.state, one.reason) for one in parent.kept()] == [("cancelled", "passed")]


def test_what_stands_is_listed_and_cancelled_in_the_chat(parent: Family) -> None:
    parent.says(ASKS)
    parent.says(TAP)
    on = parent.planned()
    listed = parent.says(SHOWS)
    assert f"{chinese_date(on)}提醒您" in listed
    assert "取消了" in parent.says(f"取消提醒（新生儿参保，{chinese_date(DUE)}）")
    assert "提醒您" not in parent.says(SHOWS)
    parent.look(at(on))
    assert parent.got() == []
    assert [(one.state, one.reason) for one in parent.kept()] == [("cancelled", "by_parent")]


def test_what_is_forgotten_is_not_sent(
    parent: Family, monkeypatch: pytest.MonkeyPatch, redis: RedisServer, api: FakeApi, tmp_path: Path
) -> None:
    monkeypatch.setattr(app, "RegistrationClient", lambda *_, **__: Bureau())
    with family(redis, api, tmp_path, parent.channel) as forgetful:
        forgetful.says(ASKS)
        forgetful.says(TAP)
        on = forgetful.planned()
        assert "忘掉了" in forgetful.says(FORGETS)
        assert forgetful.kept() == []
        forgetful.look(at(on))
        assert forgetful.got() == []


def test_a_parent_who_comes_back_after_everything_was_let_go_still_finds_it(parent: Family, redis: RedisServer) -> None:
    """What a conversation remembers ends before a reminder does."""
    parent.says(ASKS)
    parent.says(TAP)
    for name in redis.client().scan_iter("tb:conv:*"):
        redis.client().delete(name)
    assert f"{chinese_date(parent.planned())}提醒您" in parent.says(SHOWS)


class Died(BaseException):
    """The process of the sender ends here."""


def test_a_sender_that_dies_before_its_call_leaves_it_unsent_for_ever(follower: Family) -> None:
    """Nobody can tell this from a death after the call."""
    follower.says(ASKS)
    follower.says(TAP)
    on = follower.planned()

    async def dies(address: Address, notice: ReminderNotice) -> PushOutcome:
        raise Died

    with pytest.raises(Died):
        follower.look(at(on), remind=dies)
    assert [one.state for one in follower.kept()] == ["sending"]
    follower.look(at(on, 11))
    follower.look(at(on, 12))
    assert follower.got() == []
    assert [(one.state, one.reason) for one in follower.kept()] == [("unknown", "sender_gone")]


def test_a_call_without_an_answer_is_not_made_again(follower: Family) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    on = follower.planned()
    follower.api.always[SUBSCRIBE] = "cut after"
    for hour in (10, 11, 12):
        follower.look(at(on, hour))
    assert len(follower.got()) == 1
    assert [(one.state, one.reason) for one in follower.kept()] == [("unknown", "unknown")]


@pytest.mark.parametrize("code", [43101, 43004, 40037])
def test_what_the_platform_refuses_is_said_with_the_next_message_and_only_there(
    follower: Family, code: int, redis: RedisServer
) -> None:
    """No grant, no follower, no such template: surely not sent."""
    follower.says(ASKS)
    follower.says(TAP)
    on = follower.planned()
    follower.api.always[SUBSCRIBE] = code
    for hour in (10, 11):
        follower.look(at(on, hour))
    assert [one.state for one in follower.kept()] == ["refused"]
    assert sum(called == SUBSCRIBE for called, _ in follower.api.calls) == 1
    settled(redis)
    assert chinese_date(DUE) in follower.says("在吗")
    assert "【提醒】" not in follower.says("还在吗")


def test_a_used_up_quota_is_waited_for_and_then_it_comes_once(follower: Family, redis: RedisServer) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    on = follower.planned()
    follower.api.faults[SUBSCRIBE] = [45009]
    follower.look(at(on, 10))
    follower.look(at(on, 10) + timedelta(minutes=1))
    assert [(one.state, one.reason) for one in follower.kept()] == [("planned", "stopped")]
    assert follower.got() == []
    for name in redis.client().scan_iter("tb:closed:*"):
        redis.client().delete(name)  # midnight: the platform counts anew
    for hour in (10, 11, 12):
        follower.look(at(on + timedelta(days=1), hour))
    assert len(follower.got()) == 1
    assert [one.state for one in follower.kept()] == ["sent"]


def test_a_quota_that_stays_used_up_is_named_and_nothing_is_sent_after_the_day(follower: Family) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    follower.api.always[SUBSCRIBE] = 45009
    follower.look(at(follower.planned()))
    follower.look(at(DUE + timedelta(days=1)))
    assert [(one.state, one.reason) for one in follower.kept()] == [("refused", "stopped")]
    assert follower.got() == []


@pytest.mark.parametrize("off", ["reminding", "channel"])
def test_switched_off_it_waits_and_comes_once_it_is_switched_on_again(parent: Family, off: str) -> None:
    parent.says(ASKS)
    parent.says(TAP)
    on, name = parent.planned(), parent.channel if off == "channel" else off
    parent.switch(name, False)
    for hour in (10, 11):
        parent.look(at(on, hour))
    assert parent.got() == []
    assert [(one.state, one.reason) for one in parent.kept()] == [("planned", "switched_off")]
    parent.switch(name, True)
    for hour in (12, 13):
        parent.look(at(on, hour))
    assert len(parent.got()) == 1
    assert [one.state for one in parent.kept()] == ["sent"]


def test_switched_off_until_its_day_is_over_it_ends_with_that_reason_and_is_never_sent(parent: Family) -> None:
    parent.says(ASKS)
    parent.says(TAP)
    parent.switch("reminding", False)
    parent.look(at(parent.planned()))
    parent.look(at(DUE + timedelta(days=1)))
    assert [(one.state, one.reason) for one in parent.kept()] == [("refused", "switched_off")]
    parent.switch("reminding", True)
    parent.look(at(DUE + timedelta(days=2)))
    assert parent.got() == []


def test_switched_off_it_is_neither_offered_nor_taken_and_can_still_be_cancelled(
    quick_board: None, parent: Family
) -> None:
    parent.says(ASKS)
    parent.says(TAP)
    parent.switch("reminding", False)
    until(lambda: "暂时停用" in parent.says("到时候提醒我一下"))
    assert TAP not in parent.says(ASKS)
    assert len(parent.kept()) == 1
    assert "取消了" in parent.says("取消提醒")
    assert [one.state for one in parent.kept()] == ["cancelled"]


def test_a_sender_that_starts_brings_nothing_before_it_has_read_the_board(redis: RedisServer, tmp_path: Path) -> None:
    """A restart while the switch is off must not let one through."""
    looked: list[str] = []

    class Reads:
        off: ClassVar[dict[str, Any]] = {}

        async def reread(self) -> None:
            looked.append("board")
            if len(looked) == 1:
                raise NotReachable

    class Looks:
        async def abandon(self, *_: Any) -> int:
            looked.append("book")
            raise asyncio.CancelledError

    async def run(monkey: pytest.MonkeyPatch) -> None:
        monkey.setattr("gateway.reminding.sender.EVERY", 0.0)
        chosen = settings(redis.url)
        sender = ReminderSender(cast(Any, Looks()), cast(Any, None), cast(Any, None), chosen, {}, cast(Any, Reads()))
        with suppress(asyncio.CancelledError):
            await sender.keep_bringing()

    with pytest.MonkeyPatch.context() as monkey:
        asyncio.run(run(monkey))
    assert looked == ["board", "board", "book"]


def test_without_a_template_an_official_account_offers_nothing(
    redis: RedisServer, api: FakeApi, tmp_path: Path
) -> None:
    with family(redis, api, tmp_path, "wx", WECHAT_REMINDER_TEMPLATE="") as found:
        assert TAP not in found.says(ASKS)
        found.says(TAP)
        assert found.kept() == []


def test_the_notice_has_the_templates_fields_within_their_length(follower: Family) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    follower.look(at(follower.planned()))
    (body,) = [body for called, body in follower.api.calls if called == SUBSCRIBE]
    assert body["template_id"] == "template-of-the-tests"
    assert {name: value["value"] for name, value in body["data"].items()} == {
        "thing1": "给新生儿参保缴费", "date2": chinese_date(DUE), "thing3": "苏医保发〔2025〕26号",
    }  # fmt: skip


def test_no_openid_and_nothing_typed_stands_in_the_database(follower: Family, tmp_path: Path) -> None:
    follower.says(ASKS)
    follower.says(TAP)
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert BIRTH.isoformat().encode() in written
    assert USER.encode() not in written
    assert ASKS.encode() not in written


def test_the_calendar_file_has_the_right_day_and_goes_with_its_reminder(
    redis: RedisServer, api: FakeApi, tmp_path: Path
) -> None:
    with family(redis, api, tmp_path, "web") as found:
        found.says(ASKS)
        link = re.search(r"/r/\S+\.ics", found.says(TAP))
        assert link
        answer = found.client.get(link.group())
        assert answer.headers["content-type"].startswith("text/calendar")
        event: Any
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert event["DTSTART"].dt == DUE
        assert event["DTEND"].dt == DUE + timedelta(days=1)
        assert event["DTSTART"].params["VALUE"] == "DATE"
        assert chinese_date(DUE) in str(event["SUMMARY"])
        (alarm,) = event.walk("VALARM")
        assert at(DUE, 0) + alarm["TRIGGER"].dt == at(found.planned(), 9)
        assert f'href="{link.group()}"' in found.client.get("/c/chat-of-reminders").text
        sealed = link.group()
        changed = sealed[:10] + ("A" if sealed[10] != "A" else "B") + sealed[11:]  # the last letter may say nothing
        for other in ("/r/1.ics", changed, "/r/x"):
            assert found.client.get(other).status_code == 404
        found.says("取消提醒")
        assert found.client.get(link.group()).status_code == 404


def test_the_same_tap_again_is_the_same_reminder(parent: Family) -> None:
    parent.says(ASKS)
    parent.says(TAP)
    parent.says(TAP)
    parent.planned()
