"""Reviews of questions: each source apart, changeable until exported, gone with what they were about."""

from pathlib import Path

import pytest

from common.casebook import Casebook
from common.casebook.reviews import SOURCES, AlreadyExported, NoSuchQuestion
from tests.casebook.test_casebook import NOW, with_book

HEARD = {"labels": ["unsure"], "ranking": [["ask_premium", 0.4]]}


async def asked(book: Casebook) -> dict[str, int]:
    """One question of each source, and two that are not for the reviewer; name → id."""
    made = {
        "misunderstood": await book.note_question("unsure", "那个咋弄", now=NOW, origin="k1:m1:0", reading=HEARD),
        "refused": await book.note_question("unsure", "新农合涨没涨", now=NOW, intent="out_of_scope"),
        "thumb_down": await book.note_question("thumb_down", "交多少", now=NOW, intent="ask_premium"),
        "complaint": await book.note_question("complaint", "投诉", now=NOW),
        "unanswered": await book.note_question("unanswered", "退费", now=NOW, intent="ask_refund"),
    }
    return {name: one.id for name, one in made.items()}


def test_each_source_is_listed_apart_with_how_it_was_read(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        ids, reviews = await asked(book), book.reviews()
        for source in SOURCES:
            [one] = await reviews.listed((source,), "new", 10)
            assert (one.question.id, one.source, one.review) == (ids[source], source, None)
        assert await reviews.count(SOURCES, "new") == 3
        newest = await reviews.listed(SOURCES, "new", 2)
        assert [one.question.id for one in newest] == [ids["thumb_down"], ids["refused"]]
        [last] = await reviews.listed(SOURCES, "new", 2, skip=2)
        assert last.question.reading == HEARD
        assert await reviews.of(ids["complaint"]) is None

    with_book(tmp_path, work)


def test_a_review_may_be_changed_until_it_was_exported(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        ids, reviews = await asked(book), book.reviews()
        number = ids["misunderstood"]
        await reviews.save(number, "not_ours", None, "主管一", NOW)
        await reviews.save(number, "read_as", "ask_premium", "主管二", NOW)
        [kept] = await reviews.listed(SOURCES, "reviewed", 10)
        assert kept.review is not None
        assert (kept.review.verdict, kept.review.intent, kept.review.by) == ("read_as", "ask_premium", "主管二")
        assert await reviews.count(SOURCES, "new") == 2
        await reviews.mark_exported([number, ids["refused"]], NOW)  # the other has no review: nothing to mark
        with pytest.raises(AlreadyExported):
            await reviews.save(number, "no_use", None, "主管一", NOW)
        assert [one.question.id for one in await reviews.listed(SOURCES, "exported", 10)] == [number]
        for nothing in (ids["complaint"], 999):
            with pytest.raises(NoSuchQuestion):
                await reviews.save(nothing, "not_ours", None, "主管一", NOW)

    with_book(tmp_path, work)


def test_a_review_goes_with_its_question(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        ids, reviews = await asked(book), book.reviews()
        for name in ("misunderstood", "refused"):
            await reviews.save(ids[name], "not_ours", None, "主管一", NOW)
        await book.forget("k1")
        assert [one.question.id for one in await reviews.listed(SOURCES, "reviewed", 10)] == [ids["refused"]]
        await book.purge(NOW.replace(year=NOW.year + 1))
        assert await reviews.count(SOURCES, "reviewed") == 0
        with pytest.raises(NoSuchQuestion):
            await reviews.save(ids["refused"], "not_ours", None, "主管一", NOW)

    with_book(tmp_path, work)
