"""To be reminded: offered under a day not to be missed, taken once by a tap or in words, listed, cancelled."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dialogue.reminding import CANCEL, REMIND
from dialogue.reply import Reply
from dialogue.turn import StandingReminder
from dialogue.words import words
from policies.due_days import NEWBORN, WINDOW_CLOSES, due_day
from tests.dialogue.builders import JIANGSU, NANJING, TODAY, Talk, day, heard, place

BORN = "2025-07-10"
BABY = {"birth_date": BORN}
_DUE = due_day(BABY, JIANGSU, TODAY)
assert _DUE is not None
DUE = _DUE.day


def talk(**facts: str) -> Talk:
    """Of a newborn in 江苏, on a channel that can remind."""
    found = Talk().knowing(JIANGSU, **(facts or BABY))
    found.reminds = True
    return found


def labels(replies: list[Reply]) -> list[str]:
    return [offer.label for reply in replies for offer in reply.offers]


def tapped(one: Talk, said: str) -> list[Reply]:
    """As the reader hears a tap: by its place among what was offered."""
    place_of = [offer.send for offer in one.state.offers].index(said)
    return one.says(heard("inform", text=said, choice=place_of))


def plan(replies: list[Reply]) -> object:
    (reply,) = replies
    return reply.as_json()["reminder"]


@pytest.mark.parametrize("question", ["ask_payment_period", "ask_newborn_enrollment", "ask_waiting_period"])
def test_an_answer_with_the_day_offers_it_and_one_tap_plans_it(question: str) -> None:
    one = talk()
    replies = one.says(heard(question))
    assert labels(replies)[-1] == words("remind_me")
    taken = tapped(one, words("remind_me"))
    kept = {"kind": NEWBORN, "day": DUE.isoformat(), "region": JIANGSU, "facts": BABY}
    assert plan(taken) == {"plan": kept}
    assert f"{DUE.year}年{DUE.month}月{DUE.day}日" in taken[0].text()
    assert one.rule == "be reminded"


def test_nothing_of_a_child_is_passed_on_but_what_the_day_needs() -> None:
    one = talk(**BABY, category="低保对象", household_region=NANJING)
    one.says(heard("ask_payment_period"))
    assert plan(tapped(one, words("remind_me"))) == {
        "plan": {"kind": NEWBORN, "day": DUE.isoformat(), "region": JIANGSU, "facts": BABY}
    }


@pytest.mark.parametrize(
    "said", ["到时候提醒我一下", "好，到时提醒我", "麻烦你到时候提醒一下我", "快到的时候提醒我吧", "到时提醒俺。"]
)
def test_it_may_be_said_in_words(said: str) -> None:
    one = talk()
    one.says(heard("ask_payment_period"))
    assert plan(one.says(heard("out_of_scope", text=said)))


@pytest.mark.parametrize("said", ["到时候会提醒我吗", "短信提醒怎么开", "不用提醒我了", "没人提醒我"])
def test_a_question_about_reminders_is_no_wish_for_one(said: str) -> None:
    one = talk()
    one.says(heard("ask_payment_period"))
    assert not any(reply.reminder for reply in one.says(heard("out_of_scope", text=said)))


def test_it_is_not_offered_where_it_would_be_wrong() -> None:
    elsewhere = talk()
    elsewhere.reminds = False
    unplaced = Talk().knowing("", **BABY)
    unplaced.state = replace(unplaced.state, region=None)
    unplaced.reminds = True
    paid = talk(**BABY, paid_date="2025-08-01")
    late = talk()
    late.today = DUE - timedelta(days=1)
    for one in (elsewhere, unplaced, paid, late):
        assert words("remind_me") not in labels(one.says(heard("ask_payment_period")))
    no_day = talk()
    assert words("remind_me") not in labels(no_day.says(heard("ask_medical_code")))


def test_a_supposed_birthday_is_nobodys() -> None:
    one = Talk().knowing(JIANGSU)
    one.reminds = True
    replies = one.says(heard("ask_payment_period", says=(day("birth", BORN, polarity="supp"),)))
    assert words("remind_me") not in labels(replies)
    assert one.says(heard("inform", text="到时候提醒我"))[0].text() == words("nothing_to_remind")


def test_a_day_that_is_tomorrow_is_said_and_not_planned() -> None:
    one = talk()
    one.today = DUE - timedelta(days=1)
    one.says(heard("ask_payment_period"))
    (reply,) = one.says(heard("inform", text="到时候提醒我"))
    assert reply.reminder is None
    assert f"{DUE.month}月{DUE.day}日" in reply.text()


def test_what_stands_is_not_offered_again_but_listed_and_cancelled_by_a_tap() -> None:
    one = talk()
    one.reminders = (
        StandingReminder(7, NEWBORN, DUE, DUE - timedelta(days=7)),
        StandingReminder(8, WINDOW_CLOSES, date(2025, 12, 31), date(2025, 12, 24)),
    )
    assert words("remind_me") not in labels(one.says(heard("ask_payment_period")))
    (shown,) = one.says(heard("show_memory"))
    assert "2025年12月24日提醒您" in shown.text()
    assert [offer.intent for offer in shown.offers] == [CANCEL, CANCEL, "forget"]
    (reply,) = tapped(one, shown.offers[1].send)
    assert reply.reminder == {"cancel": 8}
    (again,) = one.says(heard("out_of_scope", text=shown.offers[0].send))
    assert again.reminder == {"cancel": 7}


def test_no_reminder_any_more_is_understood_in_words() -> None:
    one = talk()
    one.reminders = (StandingReminder(7, NEWBORN, DUE, DUE - timedelta(days=7)),)
    (reply,) = one.says(heard("deny", text="不用提醒我了"))
    assert reply.reminder == {"cancel": 7}
    one.reminders += (StandingReminder(8, WINDOW_CLOSES, date(2025, 12, 31), date(2025, 12, 24)),)
    (which,) = one.says(heard("deny", text="取消提醒"))
    assert which.reminder is None
    assert len(which.offers) == 2
    one.reminders = ()
    (none,) = one.says(heard("decline", text="取消提醒"))
    assert (none.text(), none.reminder) == (words("no_reminders"), None)


def test_another_place_asked_about_in_passing_is_the_place_of_its_reminder() -> None:
    one = talk()
    replies = one.says(heard("ask_payment_period", says=(place("insured", NANJING),)))
    assert labels(replies)[-1] == words("remind_me")
    (taken,) = tapped(one, words("remind_me"))
    assert taken.reminder is not None
    assert taken.reminder["plan"]["region"] == NANJING


def test_switched_off_none_is_offered_or_taken_that_is_said_and_one_that_stands_is_cancelled() -> None:
    one = talk()
    one.off = ("reminding",)
    assert words("remind_me") not in labels(one.says(heard("ask_payment_period")))
    (reply,) = one.says(heard("out_of_scope", text="到时候提醒我一下"))
    assert (reply.text(), reply.reminder) == (words("reminders_off"), None)
    one.reminders = (StandingReminder(7, NEWBORN, DUE, DUE - timedelta(days=7)),)
    (cancelled,) = one.says(heard("deny", text="不用提醒我了"))
    assert cancelled.reminder == {"cancel": 7}
    one.off = ()
    assert plan(one.says(heard("out_of_scope", text="到时候提醒我一下"))) is not None


def test_the_tap_is_no_label_of_the_language_model() -> None:
    from dialogue.vocabulary import LABELS

    assert not {REMIND, CANCEL} & set(LABELS)
