"""The life of an application over the API: submit, cancel, expire, one per child, what coverage says."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from registration import sandbox
from registration.errors import BadInput, MoveRefused
from registration.numbers import ALPHABET, new_number, read_number
from registration.states import LABELS, ApplicationState
from registration.store import Store
from tests.registration.builders import HandClock, draft
from tests.registration.running import Answer, Service, database_url

PATH = "/v1/applications"


def bureau(
    folder: Path,
    clock: HandClock,
    number: str,
    to: str | None = None,
    reason: str | None = None,
    since: date | None = None,
) -> tuple[ApplicationState, ApplicationState]:
    """The sandbox's move, in the same database."""

    async def move() -> tuple[ApplicationState, ApplicationState]:
        store = Store(database_url(folder))
        try:
            return await sandbox.advance(store, clock, number, ApplicationState(to) if to else None, reason, since)
        finally:
            await store.close()

    return asyncio.run(move())


def post(service: Service, number: str, action: str) -> Answer:
    return service.call("POST", f"{PATH}/{number}/{action}")


def test_a_number_is_readable_and_carries_the_beijing_day(service: Service, clock: HandClock) -> None:
    clock.turn(hours=15)  # 00:30 on the 23rd in Beijing
    number, _ = service.start_draft()
    assert re.fullmatch(f"TB20261123[{ALPHABET}]{{6}}", number)
    assert not set(ALPHABET) & set("0O1IL2Z5S8B")
    assert service.state(number.lower()) == "draft"


def test_numbers_do_not_repeat_and_nonsense_is_none() -> None:
    made = {new_number(date(2026, 11, 22)) for _ in range(2000)}
    assert len(made) > 1995  # of 244 million a day, two are the same once in a hundred runs; five never
    for text in ("", "TB", "TB20261122AAAAA0", "../../etc", "TB20261122AAAAAAA", "TB２０２６1122AAAAAA"):
        assert read_number(text) is None


def test_a_draft_shows_what_was_said_and_when_it_expires(service: Service) -> None:
    number, _ = service.start_draft()
    shown = service.call("GET", f"{PATH}/{number}").body
    assert {key: shown[key] for key in draft()} == draft()
    assert (shown["state"], shown["state_text"], shown["identity_given"]) == ("draft", "草稿", False)
    assert shown["created_at"] == "2026-11-22T09:30:00+08:00"
    assert shown["expires_at"] == "2026-12-22T09:30:00+08:00"


def test_a_conversation_finds_its_own_applications_newest_first(service: Service, clock: HandClock) -> None:
    first, _ = service.start_draft("k-1")
    clock.turn(minutes=1)
    second, _ = service.start_draft("k-2")
    service.start_draft("k-3", conversation="c-2")
    found = service.call("GET", PATH, query={"conversation": "c-1"}).body["applications"]
    assert [one["number"] for one in found] == [second, first]
    assert service.call("GET", PATH, query={"conversation": "c-9"}).body == {"applications": []}


def test_submitting_needs_the_identity_and_may_be_repeated(service: Service, tmp_path: Path, clock: HandClock) -> None:
    number, token = service.start_draft()
    assert post(service, number, "submit").code == "identity_missing"
    service.give_identity(number, token)
    first = post(service, number, "submit")
    assert post(service, number, "submit").body == first.body
    assert first.body["state"] == "submitted"
    assert first.body["expires_at"] is None
    bureau(tmp_path, clock, number)
    assert post(service, number, "submit").body["state"] == "accepted"


def test_the_way_to_being_insured(service: Service, tmp_path: Path, clock: HandClock) -> None:
    number = service.submitted()
    for state, text in (("accepted", "已受理"), ("awaiting_payment", "待缴费")):
        bureau(tmp_path, clock, number)
        shown = service.call("GET", f"{PATH}/{number}").body
        assert (shown["state"], shown["state_text"]) == (state, text)
    assert service.call("GET", "/v1/coverage", query={"number": number}).body["insured"] is False
    bureau(tmp_path, clock, number, since=date(2024, 7, 10))
    assert service.call("GET", "/v1/coverage", query={"number": number}).body == {
        "number": number, "state": "insured", "insured": True, "since": "2024-07-10",
    }  # fmt: skip
    assert post(service, number, "cancel").code == "invalid_state"


def test_without_a_day_coverage_counts_from_the_beijing_day_of_the_move(
    service: Service, tmp_path: Path, clock: HandClock
) -> None:
    number = service.submitted()
    clock.turn(hours=15)
    for _ in range(3):
        bureau(tmp_path, clock, number)
    assert service.call("GET", f"{PATH}/{number}").body["insured_since"] == "2026-11-23"


def test_a_rejection_says_why(service: Service, tmp_path: Path, clock: HandClock) -> None:
    number = service.submitted()
    bureau(tmp_path, clock, number, "rejected", "出生医学证明看不清，请重新提交")
    shown = service.call("GET", f"{PATH}/{number}").body
    assert (shown["state"], shown["reason"]) == ("rejected", "出生医学证明看不清，请重新提交")
    refused = post(service, number, "submit")
    assert (refused.code, refused.body["state"]) == ("invalid_state", "rejected")


@pytest.mark.parametrize("reason", [None, " ", "证号320106199005171234不符", "长" * 201])
def test_a_rejection_without_a_proper_reason_is_refused(
    service: Service, tmp_path: Path, clock: HandClock, reason: str | None
) -> None:
    number = service.submitted()
    with pytest.raises(BadInput):
        bureau(tmp_path, clock, number, "rejected", reason)
    assert service.state(number) == "submitted"


def test_the_bureau_cannot_leave_the_table(service: Service, tmp_path: Path, clock: HandClock) -> None:
    number, _ = service.start_draft()
    for to in (None, "accepted", "insured", "cancelled"):
        with pytest.raises(MoveRefused):
            bureau(tmp_path, clock, number, to)
    assert service.state(number) == "draft"


@pytest.mark.parametrize("moves", [0, 1, 2])
def test_the_family_may_cancel_until_it_is_insured(
    service: Service, tmp_path: Path, clock: HandClock, moves: int
) -> None:
    number = service.submitted()
    for _ in range(moves):
        bureau(tmp_path, clock, number)
    first = post(service, number, "cancel")
    assert (first.body["state"], first.body["identity_given"]) == ("cancelled", False)
    assert post(service, number, "cancel").body == first.body
    assert post(service, number, "submit").code == "invalid_state"


def test_a_draft_expires_after_thirty_days_whoever_looks_first(service: Service, clock: HandClock) -> None:
    numbers = [service.start_draft(f"k-{at}", conversation=f"c-{at}")[0] for at in range(4)]
    clock.turn(days=29, hours=23, minutes=59)
    assert service.state(numbers[0]) == "draft"
    clock.turn(minutes=1)
    assert service.state(numbers[0]) == "expired"
    found = service.call("GET", PATH, query={"conversation": "c-1"}).body["applications"]
    assert found[0]["state"] == "expired"
    assert post(service, numbers[2], "cancel").body["state"] == "expired"
    assert service.call("GET", "/v1/coverage", query={"number": numbers[3]}).body["state"] == "expired"


def test_a_draft_looked_at_while_the_clock_is_ahead_lives_when_it_is_right_again(
    service: Service, clock: HandClock
) -> None:
    number, token = service.start_draft()
    service.give_identity(number, token)
    clock.turn(days=31)
    assert service.state(number) == "expired"
    assert service.call("GET", PATH, query={"conversation": "c-1"}).status == 200
    assert service.call("GET", "/v1/coverage", query={"number": number}).body["state"] == "expired"
    assert service.call("GET", f"/v1/links/{token}").status == 410
    assert post(service, number, "submit").code == "invalid_state"
    clock.turn(days=-31)
    shown = service.call("GET", f"{PATH}/{number}").body
    assert (shown["state"], shown["identity_given"]) == ("draft", True)
    assert post(service, number, "submit").body["state"] == "submitted"


def test_a_submitted_application_does_not_expire(service: Service, clock: HandClock) -> None:
    number = service.submitted()
    clock.turn(days=400)
    assert service.state(number) == "submitted"


@pytest.mark.parametrize("submitted", [False, True])
def test_the_same_child_twice_is_refused_without_a_word_about_the_other_application(
    service: Service, submitted: bool
) -> None:
    """Whoever has seen a certificate could ask: neither a number nor how far it is may be told."""
    first, link = service.start_draft("k-1")
    assert service.give_identity(first, link).status == 200
    if submitted:
        assert service.call("POST", f"{PATH}/{first}/submit").status == 200
    second, token = service.start_draft("k-2", conversation="c-2")
    answer = service.give_identity(second, token, birth_certificate_number="t 320000001", child_name="别的名字")
    assert (answer.status, answer.code) == (409, "duplicate_child")
    assert set(answer.body) == {"type", "title", "status", "code", "detail"}
    told = json.dumps(answer.body, ensure_ascii=False)
    assert not any(word in told for word in (first, *LABELS.values(), *(state.value for state in ApplicationState)))
    assert service.call("GET", f"{PATH}/{second}").body["identity_given"] is False


def test_twins_are_two_children(service: Service) -> None:
    service.submitted("k-1")
    assert service.submitted("k-2", certificate="T320000002")


@pytest.mark.parametrize("end", ["cancelled", "rejected", "expired"])
def test_an_application_that_is_over_does_not_stand_in_the_way(
    service: Service, tmp_path: Path, clock: HandClock, end: str
) -> None:
    if end == "expired":
        number, token = service.start_draft("k-1")
        service.give_identity(number, token)
        clock.turn(days=30)
    else:
        number = service.submitted("k-1")
        if end == "cancelled":
            post(service, number, "cancel")
        else:
            bureau(tmp_path, clock, number, "rejected", "材料不全")
    assert service.state(service.submitted("k-2")) == "submitted"
    assert service.state(number) == end


def test_two_parents_at_the_same_moment_make_one_application_for_the_child(service: Service) -> None:
    drafts = [service.start_draft(f"k-{at}", conversation=f"c-{at}") for at in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda made: service.give_identity(*made), drafts))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert {answer.code for answer in answers if answer.status == 409} == {"duplicate_child"}
    assert not [answer for answer in answers if answer.status == 409 and "number" in answer.body]


def test_a_duplicate_refusal_leaves_the_link_for_the_other_child(service: Service) -> None:
    service.submitted("k-1")
    number, token = service.start_draft("k-2")
    assert service.give_identity(number, token).code == "duplicate_child"
    assert service.give_identity(number, token, birth_certificate_number="T320000002").status == 200
