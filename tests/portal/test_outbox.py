"""The outbox: each group once, whatever crashes; retries with back-off; quiet, expiry, pause; stages in order."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from common.casebook import Casebook
from common.storage import Database
from common.wecom_robot import Key
from leaflets import SchoolWords, compose_sheet
from policies.counting import BEIJING
from policies.library import default
from portal.errors import PortalBadRequest, RoleRefused
from portal.school.campaigns import Campaign, Campaigns, Wish
from portal.school.groups import Groups
from portal.school.outbox import MOST_ATTEMPTS, Outbox, pause_after
from portal.school.papers import StoredLeaflets
from portal.school.roster import Class
from portal.school.safe import Safe
from portal.school.sender import CHANGED, RobotConnection, Sender, pace
from portal.tables import PortalBase
from tests.gateway.running import RedisServer
from tests.leaflets.builders import plan, reworded
from tests.portal.school_builders import Platform, key, platform, rows

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
SCHOOL = "光华小学"


class World:
    """A school with its groups, a campaign, a clock, and senders that can die anywhere."""

    def __init__(self, folder: Path, redis: RedisServer, address: str, timeout: float = 60) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'school.sqlite3'}", PortalBase.metadata, "portal")
        self.safe = Safe("data-key-of-the-tests")
        self.groups, self.campaigns = Groups(self.database, self.safe), Campaigns(self.database)
        self.papers, self.outbox = StoredLeaflets(self.database), Outbox(self.database, lease=60)
        self.store: Any = Redis.from_url(redis.url, decode_responses=True)
        self.book = Casebook(f"sqlite+aiosqlite:///{folder / 'book.sqlite3'}")
        self.board = self.book.board()
        self.line = RobotConnection(address, timeout, pace(self.store, 0.2))
        self.now = MONDAY

    def sender(self, outbox: Outbox | None = None) -> Sender:
        return Sender(self.database, outbox or self.outbox, self.safe, self.line, lambda: self.now, self.board)

    async def prepare(self, count: int = 4, **changes: Any) -> Campaign:
        """An approved campaign to so many groups."""
        await self.database.prepare()
        classes = tuple(Class(n, g, c, name, Key(key(n)), 45) for n, (g, c, name, _, _) in enumerate(rows(count)))
        await self.groups.take(SCHOOL, classes, self.now)
        sheet = compose_sheet(plan(), default(), "https://yibao.example.cn", SchoolWords(signature=SCHOOL))
        paper = await self.papers.keep(SCHOOL, "wang", sheet, default(), self.now)
        groups = await self.groups.of(SCHOOL)
        wish = Wish(
            paper.id, "text", [g.id for g in groups], True, self.now, self.now + timedelta(days=3), "20:00", "08:00"
        )
        made = await self.campaigns.draft(SCHOOL, "wang", replace(wish, **changes), self.now)
        await self.campaigns.tested(made.id, SCHOOL, "wang", groups[0].id, "", True, self.now)
        await self.campaigns.submit(made.id, SCHOOL, "wang", self.now)
        return await self.campaigns.decide(made.id, None, "zhao", self.now, approve=True)

    async def states(self, name: str) -> list[str]:
        return [d.state for d in await self.campaigns.deliveries(name)]

    async def run(self, rounds: int = 30, sender: Sender | None = None, step: float = 0.0) -> None:
        """Rounds of a sender; the clock goes on by `step` seconds after each."""
        one = sender or self.sender()
        for _ in range(rounds):
            await one.once()
            self.now += timedelta(seconds=step)


Work = Callable[[World], Awaitable[None]]


@pytest.fixture
def fake() -> Iterator[Platform]:
    with platform() as started:
        yield started


@pytest.fixture
def run(tmp_path: Path, redis: RedisServer, fake: Platform) -> Callable[[Work], None]:
    def go(work: Work) -> None:
        async def all_of_it() -> None:
            world = World(tmp_path, redis, fake.address)
            try:
                await work(world)
            finally:
                await world.database.close()
                await world.book.close()
                await world.store.aclose()

        asyncio.run(all_of_it())

    return go


def test_every_group_gets_it_once_and_the_campaign_is_done(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(9)
        await world.run(8)
        assert set(await world.states(made.id)) == {"sent"}
        assert (await world.campaigns.get(made.id, None)).state == "done"
        assert fake.shown() == {key(n): 1 for n in range(9)}
        log = [line.what for line in await world.campaigns.log(made.id)]
        assert log.count("sent") == 9
        assert log[-1] == "done"

    run(work)


def test_each_group_has_its_own_link_and_the_leaflets_words(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        await world.prepare(3)
        await world.run(4)
        texts = {body["text"]["content"] for _, _, body in fake.taken}
        tags = {group.id for group in await world.groups.of(SCHOOL)}
        assert {text.split("?g=")[1].split("\n")[0] for text in texts} == tags
        assert all("断保有什么影响" in text for text in texts)

    run(work)


@pytest.mark.parametrize("kind", ["markdown", "image", "news"])
def test_every_kind_of_message_goes_out(kind: str, run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(1, kind=kind)
        await world.run(3)
        assert await world.states(made.id) == ["sent"]
        assert [body["msgtype"] for _, _, body in fake.taken] == [kind]

    run(work)


def test_45009_is_tried_again_later_with_growing_pauses(run: Any, fake: Platform) -> None:
    fake.plan = lambda robot, nth: 45009 if nth <= 2 else 0

    async def work(world: World) -> None:
        made = await world.prepare(1)
        await world.run(1)
        (first,) = await world.campaigns.deliveries(made.id)
        assert (first.state, first.attempts) == ("waiting", 1)
        assert "45009" in (first.reason or "")
        assert 30 <= (first.not_before - world.now).total_seconds() <= 38
        await world.run(40, step=10)
        (last,) = await world.campaigns.deliveries(made.id)
        assert (last.state, last.attempts) == ("sent", 3)
        assert fake.shown() == {key(0): 1}

    run(work)


def test_the_pauses_double_up_to_a_quarter_of_an_hour() -> None:
    assert all(30 * 2 ** (n - 1) <= pause_after(n) <= 30 * 2 ** (n - 1) * 1.25 for n in range(1, 5))
    assert pause_after(20) <= 900 * 1.25


def test_a_connection_cut_after_the_request_is_unknown_and_never_sent_again(run: Any, fake: Platform) -> None:
    fake.plan = lambda robot, nth: "cut" if robot == key(0) else "hang" if robot == key(1) else 0

    async def work(world: World) -> None:
        made = await world.prepare(3)
        world.line = RobotConnection(fake.address, 3.0, world.line.pace)
        await world.run(40, step=60)
        assert sorted(await world.states(made.id)) == ["sent", "unknown", "unknown"]
        assert fake.shown() == {key(n): 1 for n in range(3)}
        unknown = [d for d in await world.campaigns.deliveries(made.id) if d.state == "unknown"]
        assert all("群里可能已经有" in (d.reason or "") for d in unknown)

    run(work)


def test_without_a_connection_it_is_tried_again(tmp_path: Path, redis: RedisServer) -> None:
    async def work() -> None:
        world = World(tmp_path, redis, "http://127.0.0.1:9")
        made = await world.prepare(1)
        await world.run(1)
        assert await world.states(made.id) == ["waiting"]
        with platform() as fake:
            world.line = RobotConnection(fake.address, 60, world.line.pace)
            world.now += timedelta(minutes=5)
            await world.run(2)
            assert await world.states(made.id) == ["sent"]
        await world.database.close()
        await world.store.aclose()

    asyncio.run(work())


def test_what_never_works_ends_with_a_reason(run: Any, fake: Platform) -> None:
    fake.plan = lambda robot, nth: 45009

    async def work(world: World) -> None:
        made = await world.prepare(1)
        await world.run(80, step=60)
        (one,) = await world.campaigns.deliveries(made.id)
        assert (one.state, one.attempts) == ("failed", MOST_ATTEMPTS)
        assert "试了 6 次" in (one.reason or "")
        assert (await world.campaigns.get(made.id, None)).state == "done"

    run(work)


@pytest.mark.parametrize(("code", "says"), [(93000, "移出群聊"), (40058, "40058")])
def test_a_permanent_error_stops_at_once_with_its_reason(code: int, says: str, run: Any, fake: Platform) -> None:
    fake.plan = lambda robot, nth: code

    async def work(world: World) -> None:
        made = await world.prepare(1)
        await world.run(5, step=60)
        (one,) = await world.campaigns.deliveries(made.id)
        assert (one.state, one.attempts) == ("failed", 1)
        assert says in (one.reason or "")
        paused = (await world.groups.of(SCHOOL))[0].paused
        assert bool(paused) == (code == 93000)

    run(work)


def test_stages_go_in_order_and_a_failed_stage_stops_the_next(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(21)
        await world.run(8)
        order = [robot for _, robot, _ in fake.taken]
        grades = [int(robot[:8]) // 7 for robot in order]
        assert grades == sorted(grades)
        fake.plan = lambda robot, nth: 40058
        world.now += timedelta(hours=1)
        other = await world.campaigns.draft(SCHOOL, "wang", Wish(
            made.sheet, "text", [g.id for g in await world.groups.of(SCHOOL)], True, world.now,
            world.now + timedelta(days=1), "20:00", "08:00"), world.now)  # fmt: skip
        await world.campaigns.tested(
            other.id, SCHOOL, "wang", (await world.groups.of(SCHOOL))[0].id, "", True, world.now
        )
        await world.campaigns.submit(other.id, SCHOOL, "wang", world.now)
        await world.campaigns.decide(other.id, None, "zhao", world.now, approve=True)
        await world.run(8)
        halted = await world.campaigns.get(other.id, None)
        assert halted.state == "paused"
        assert "第 1 批有 7 个群失败" in (halted.reason or "")
        assert (await world.states(other.id)).count("waiting") == 14

    run(work)


def test_a_sender_killed_before_sending_leaves_the_group_to_another(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(2)
        assert len(await world.outbox.claim(world.now, 8)) == 2
        await world.run(3)
        assert await world.states(made.id) == ["claimed", "claimed"]
        world.now += timedelta(seconds=61)
        await world.run(3)
        assert await world.states(made.id) == ["sent", "sent"]
        assert fake.shown() == {key(0): 1, key(1): 1}
        assert [line.what for line in await world.campaigns.log(made.id)].count("interrupted") == 2

    run(work)


def test_a_sender_killed_while_sending_leaves_the_group_unknown_until_a_person_looked(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(2)
        claims = await world.outbox.claim(world.now, 8)
        assert all([await world.outbox.begin(claim, world.now) for claim in claims])
        world.now += timedelta(seconds=61)
        await world.run(3)
        assert await world.states(made.id) == ["unknown", "unknown"]
        assert fake.taken == []
        first, second = await world.campaigns.deliveries(made.id)
        await world.campaigns.settle(made.id, SCHOOL, first.id, "wang", world.now, "there")
        await world.campaigns.settle(made.id, SCHOOL, second.id, "wang", world.now, "again")
        with pytest.raises(PortalBadRequest):
            await world.campaigns.settle(made.id, SCHOOL, first.id, "wang", world.now, "again")
        await world.run(3)
        assert await world.states(made.id) == ["sent", "sent"]
        assert fake.shown() == {key(1): 1}

    run(work)


def test_an_old_sender_cannot_send_what_another_has_taken_over(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        await world.prepare(1)
        (old,) = await world.outbox.claim(world.now, 8)
        world.now += timedelta(seconds=61)
        await world.outbox.recover(world.now)
        (new,) = await world.outbox.claim(world.now, 8)
        assert not await world.outbox.begin(old, world.now)
        assert await world.outbox.begin(new, world.now)
        assert not await world.outbox.begin(new, world.now)

    run(work)


def test_many_senders_at_once_send_each_group_once(run: Any, fake: Platform) -> None:
    fake.delay = 0.01

    async def work(world: World) -> None:
        made = await world.prepare(28, staged=False)
        await asyncio.gather(*(world.run(8, world.sender()) for _ in range(4)))
        await world.run(3)
        assert set(await world.states(made.id)) == {"sent"}
        assert max(fake.shown().values()) == 1

    run(work)


def test_at_night_and_on_holidays_nothing_goes_out_and_the_page_knows_when(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        world.now = datetime(2026, 11, 20, 21, 0, tzinfo=BEIJING)
        made = await world.prepare(1)
        assert made.not_before == MONDAY.replace(hour=8)
        await world.run(2)
        assert fake.taken == []
        world.now = MONDAY.replace(hour=8)
        await world.run(2)
        assert await world.states(made.id) == ["sent"]

    run(work)


def test_a_campaign_that_runs_into_the_night_goes_on_in_the_morning(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(1)
        world.now = MONDAY.replace(hour=20, minute=30)
        await world.run(2)
        assert fake.taken == []
        assert (await world.campaigns.get(made.id, None)).not_before == MONDAY.replace(day=24, hour=8)

    run(work)


def test_after_its_end_nothing_goes_out(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(3)
        world.now += timedelta(days=4)
        await world.run(3)
        assert set(await world.states(made.id)) == {"expired"}
        assert (await world.campaigns.get(made.id, None)).state == "expired"
        assert fake.taken == []

    run(work)


def test_pause_resume_and_stop(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(2)
        claims = await world.outbox.claim(world.now, 8)
        await world.campaigns.hold(made.id, None, "zhao", world.now, "pause")
        assert not await world.outbox.begin(claims[0], world.now)
        await world.outbox.give_back(claims)
        await world.run(3)
        assert fake.taken == []
        await world.campaigns.hold(made.id, None, "zhao", world.now, "resume")
        await world.campaigns.hold(made.id, None, "zhao", world.now, "stop")
        await world.run(3)
        assert set(await world.states(made.id)) == {"stopped"}
        assert fake.taken == []

    run(work)


def test_a_paused_group_is_skipped_and_it_is_said(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(2)
        group = (await world.groups.of(SCHOOL))[0]
        await world.groups.pause(group.id, SCHOOL, "wang 暂停", world.now)
        await world.run(3)
        first, second = await world.campaigns.deliveries(made.id)
        assert (first.state, second.state) == ("skipped", "sent")
        assert "wang 暂停" in (first.reason or "")

    run(work)


def test_policy_that_changed_after_approval_stops_the_sending(
    run: Any, fake: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(2)
        newer = reworded(default(), "ask_lapse_penalty", plan())
        monkeypatch.setattr(Sender, "_current", lambda self: newer)
        await world.run(3)
        assert fake.taken == []
        halted = await world.campaigns.get(made.id, None)
        assert (halted.state, halted.reason) == ("paused", CHANGED)
        assert set(await world.states(made.id)) == {"waiting"}

    run(work)


def test_the_author_cannot_approve_and_a_return_needs_a_reason(run: Any, fake: Platform) -> None:
    async def work(world: World) -> None:
        made = await world.prepare(1)
        again = await world.campaigns.draft(SCHOOL, "wang", Wish(
            made.sheet, "text", [g.id for g in await world.groups.of(SCHOOL)], True, world.now,
            world.now + timedelta(days=1), "20:00", "08:00"), world.now)  # fmt: skip
        with pytest.raises(PortalBadRequest, match="先在一个群里测试"):
            await world.campaigns.submit(again.id, SCHOOL, "wang", world.now)
        await world.campaigns.tested(
            again.id, SCHOOL, "wang", (await world.groups.of(SCHOOL))[0].id, "", True, world.now
        )
        await world.campaigns.submit(again.id, SCHOOL, "wang", world.now)
        with pytest.raises(RoleRefused):
            await world.campaigns.decide(again.id, None, "wang", world.now, approve=True)
        with pytest.raises(PortalBadRequest, match="原因"):
            await world.campaigns.decide(again.id, None, "zhao", world.now, approve=False)
        back = await world.campaigns.decide(again.id, None, "zhao", world.now, approve=False, why="落款不对")
        assert (back.state, back.reason) == ("returned", "落款不对")

    run(work)


def test_no_more_than_eighteen_a_minute_through_one_robot(tmp_path: Path, redis: RedisServer, fake: Platform) -> None:
    async def work() -> None:
        world = World(tmp_path, redis, fake.address)
        world.line = RobotConnection(fake.address, 1.0, pace(world.store))
        await world.prepare(1)
        robot = world.line.robot(Key(key(0)))
        from common.wecom_robot import RobotText, TooSoon

        for _ in range(18):
            await robot.send(RobotText("x"))
        with pytest.raises(TooSoon):
            await robot.send(RobotText("x"))
        await world.run(1)
        assert await world.states((await world.campaigns.of(None))[0].id) == ["waiting"]
        (one,) = await world.campaigns.deliveries((await world.campaigns.of(None))[0].id)
        assert one.attempts == 0
        await world.database.close()
        await world.store.aclose()

    asyncio.run(work())


def test_a_leaflet_is_compared_with_last_years_also_when_both_were_made_in_the_same_second(run: Any) -> None:
    async def play(world: World) -> None:
        await world.database.prepare()
        made = {}
        for year in (2026, 2027):
            sheet = compose_sheet(replace(plan(), year=year), default(), "https://yibao.example.cn", SchoolWords())
            made[year] = await world.papers.keep(SCHOOL, "wang", sheet, default(), world.now)
        before = await world.papers.before(made[2027])
        assert before is not None
        assert before.id == made[2026].id
        assert await world.papers.before(made[2026]) is None

    run(play)


def test_while_sending_is_switched_off_nothing_goes_out_and_nothing_is_lost(run: Any, fake: Platform) -> None:
    """Also what was taken just before: it is given back. Switched on again, every group gets it once."""

    async def work(world: World) -> None:
        await world.book.prepare()
        made, sender = await world.prepare(3), world.sender()
        await world.board.switch("school_sending", False, "主管一", world.now)
        await world.run(3, sender)
        assert fake.shown() == {}
        assert set(await world.states(made.id)) == {"waiting"}
        for claim in await world.outbox.claim(world.now, 8):
            await sender._deliver(claim, default())
        assert set(await world.states(made.id)) == {"waiting"}
        assert fake.shown() == {}
        await world.board.switch("school_sending", True, "主管一", world.now)
        world.now += timedelta(minutes=2)
        await world.run(8, sender)
        assert fake.shown() == {key(n): 1 for n in range(3)}

    run(work)
