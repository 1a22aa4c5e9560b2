"""Call-backs: one for each conversation, one holder, and a number that goes when it is done or old."""

from datetime import timedelta
from pathlib import Path

import pytest

from common.casebook import CallBack, Casebook, Held, NoCallBack, NotTaken
from common.casebook.call_backs import LIFE
from tests.casebook.test_casebook import NOW, opened, with_book

SPAN = (NOW + timedelta(hours=1), NOW + timedelta(hours=3))


async def left(book: Casebook, conversation: str = "c1", sealed: str = "sealed-1") -> CallBack:
    return await book.call_backs().leave(conversation, "web", sealed, "138****1234", SPAN, NOW)


def test_a_conversation_has_one_and_the_last_number_counts(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        case = await opened(book)
        first, second = await left(book), await left(book, sealed="sealed-2")
        assert (first.id, first.case, first.state) == (second.id, case.number, "open")
        assert [one.id for one in await book.call_backs().listed()] == [first.id]
        await book.call_backs().take(first.id, "3021", NOW)
        assert await book.call_backs().sealed_number(first.id, "3021") == ("sealed-2", "c1")

    with_book(tmp_path, work)


def test_only_who_has_taken_it_may_have_the_number_or_say_what_came(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        kept, one = book.call_backs(), await left(book)
        with pytest.raises(NotTaken):
            await kept.sealed_number(one.id, "3021")
        await kept.take(one.id, "3021", NOW)
        with pytest.raises(Held):
            await kept.take(one.id, "3022", NOW)
        for work_of_another in (kept.not_reached, kept.called, kept.done):
            with pytest.raises(Held):
                await work_of_another(one.id, "3022", NOW)
        with pytest.raises(Held):
            await kept.sealed_number(one.id, "3022")
        await kept.take(one.id, "3022", NOW, instead_of="3021")
        assert (await kept.sealed_number(one.id, "3022"))[0] == "sealed-1"

    with_book(tmp_path, work)


def test_called_in_vain_it_waits_for_anybody_and_done_it_has_no_number(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        kept, one = book.call_backs(), await left(book)
        for tries in (1, 2):
            await kept.take(one.id, "3021", NOW)
            await kept.not_reached(one.id, "3021", NOW)
            again = await kept.standing("c1")
            assert again
            assert (again.state, again.tries, again.holder) == ("not_reached", tries, None)
        await kept.take(one.id, "3022", NOW)
        await kept.called(one.id, "3022", NOW)
        assert await kept.count() == 1
        await kept.done(one.id, "3022", NOW)
        assert (await kept.count(), await kept.standing("c1")) == (0, None)
        over = await kept.of(one.id)
        assert over
        assert (over.state, over.shown) == ("done", None)
        with pytest.raises(NoCallBack):
            await kept.sealed_number(one.id, "3022")
        assert (await left(book)).id != one.id

    with_book(tmp_path, work)


def test_withdrawn_forgotten_or_old_it_is_gone(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        kept = book.call_backs()
        for conversation in ("c1", "c2", "c3"):
            await left(book, conversation)
        assert await kept.withdraw("c1")
        assert not await kept.withdraw("c1")
        await book.forget("c2")
        assert [one.conversation for one in await kept.listed()] == ["c3"]
        assert await kept.purge(NOW + LIFE) == 0
        assert await kept.purge(NOW + LIFE + timedelta(seconds=1)) == 1
        assert await kept.listed() == []

    with_book(tmp_path, work)


def test_the_newest_published_key_is_the_one_to_seal_with(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        kept = book.call_backs()
        assert await kept.public_key() is None
        for key in ("first", "second", "second"):
            await kept.publish(key, NOW)
            assert await kept.public_key() == key

    with_book(tmp_path, work)
