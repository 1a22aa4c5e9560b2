"""A person at the desk answers: her words reach the messenger by themselves, once, and stand on the page as well."""

import asyncio
import re

import pytest

from common.casebook import Casebook
from gateway import messengers
from gateway.delivery import staff
from gateway.delivery.staff import Staff
from tests.gateway.builders import DATABASE, FakeDialogue
from tests.gateway.platform import FakeApi, Sender
from tests.gateway.running import RedisServer, settled, until
from tests.gateway.test_handover import NOW, WANTS
from tests.gateway.test_wechat_callback import started


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with every look into the casebook that is over; the looks follow each other quickly."""
    done: list[int] = []
    bring = Staff.bring

    async def counted(self: Staff) -> None:
        await bring(self)
        done.append(1)

    monkeypatch.setattr(Staff, "bring", counted)
    monkeypatch.setattr(messengers, "EVERY", 0.1)
    monkeypatch.setattr(staff, "EVERY", 0.1)
    return done


def test_what_the_desk_says_is_pushed_once_and_stands_on_the_page(
    redis: RedisServer, api: FakeApi, looks: list[int]
) -> None:
    sender = Sender()

    async def answer(number: str) -> None:
        book = Casebook(DATABASE)
        await book.accept(number, "3021", NOW)
        await book.say(number, "staff", "您好，卡的问题我来查", "3021", NOW)
        await book.close()

    with started(redis, api, FakeDialogue(marks=WANTS)) as client:
        opened = str(sender.post(client, sender.message("u-staff", "转人工")))
        number = re.findall(r"编号 (\S+?)，", opened)[0]
        asyncio.run(answer(number))
        assert api.waits_for("u-staff", 1) == ["【工作人员】您好，卡的问题我来查"]
        before = len(looks)
        until(lambda: len(looks) > before + 3)
        settled(redis)
        assert len(api.texts("u-staff")) == 1
        waiting = str(sender.post(client, sender.message("u-staff", "好的")))
        assert "已转给工作人员" in waiting
        assert "卡的问题" not in waiting
        left = sender.post(client, sender.message("u-staff", "1"))  # the offered choice: back to the assistant
        assert "自动答复" in str(left)
