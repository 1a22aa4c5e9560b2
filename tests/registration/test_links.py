"""A link works once, for 30 minutes, for one application and one purpose."""

import hashlib
from pathlib import Path

from tests.registration import builders
from tests.registration.builders import HandClock
from tests.registration.running import Answer, Service

PATH = "/v1/applications"


def fresh(service: Service, number: str, purpose: str = "identity", key: str = "l") -> Answer:
    return service.call("POST", f"{PATH}/{number}/link", {"conversation": "c-1", "purpose": purpose}, key=key)


def token_of(answer: Answer) -> str:
    token: str = answer.body["link"]["token"]
    return token


def test_looking_at_a_link_tells_what_it_is_for_and_does_not_use_it_up(service: Service) -> None:
    number, token = service.start_draft()
    for _ in range(3):
        info = service.call("GET", f"/v1/links/{token}").body
    assert (info["number"], info["purpose"], info["conversation"]) == (number, "identity", "c-1")
    assert info["birth_date"] == "2024-07-10"
    assert info["due_month"] is None
    assert service.give_identity(number, token).status == 200


def test_a_used_link_is_gone(service: Service) -> None:
    number, token = service.start_draft()
    assert service.give_identity(number, token).body["identity_given"] is True
    assert service.call("GET", f"/v1/links/{token}").code == "link_used"
    changed = service.give_identity(number, token, telephone="13900000000")
    assert (changed.status, changed.code) == (410, "link_used")


def test_the_same_content_again_after_a_lost_answer_is_answered_the_same(service: Service, clock: HandClock) -> None:
    number, token = service.start_draft()
    first = service.give_identity(number, token)
    clock.turn(minutes=1)
    again = service.give_identity(number, token)
    assert (again.status, again.body) == (200, first.body)


def test_a_refused_identity_does_not_use_the_link_up(service: Service) -> None:
    number, token = service.start_draft()
    assert service.give_identity(number, token, telephone="12").status == 422
    assert (
        service.give_identity(number, token, birth_certificate_number=...).body["field"] == "birth_certificate_number"
    )
    assert service.give_identity(number, token).status == 200


def test_a_link_ends_after_thirty_minutes_to_the_second(service: Service, clock: HandClock) -> None:
    number, token = service.start_draft()
    clock.turn(minutes=29, seconds=59)
    assert service.call("GET", f"/v1/links/{token}").status == 200
    clock.turn(seconds=1)
    assert service.call("GET", f"/v1/links/{token}").code == "link_expired"
    assert service.give_identity(number, token).code == "link_expired"
    assert service.give_identity(number, token_of(fresh(service, number))).status == 200


def test_a_link_of_one_application_does_not_open_another(service: Service) -> None:
    mine, _ = service.start_draft("k-1", conversation="c-1")
    _, token_of_other = service.start_draft("k-2", conversation="c-2")
    answer = service.give_identity(mine, token_of_other)
    assert (answer.status, answer.code) == (404, "link_unknown")


def test_a_link_is_bound_to_its_conversation(service: Service) -> None:
    number, token = service.start_draft(conversation="c-1")
    other = service.call("POST", f"{PATH}/{number}/link", {"conversation": "c-2"}, key="l")
    assert (other.status, other.code) == (403, "conversation_mismatch")
    assert service.give_identity(number, token, conversation="c-2").code == "conversation_mismatch"
    assert service.give_identity(number, token, conversation="c-1").status == 200


def test_a_fresh_link_ends_the_older_one(service: Service) -> None:
    number, first = service.start_draft()
    second = token_of(fresh(service, number))
    assert service.call("GET", f"/v1/links/{first}").code == "link_expired"
    assert service.give_identity(number, first).code == "link_expired"
    assert service.give_identity(number, second).status == 200


def test_typing_errors_are_mended_through_a_fresh_link_until_submission(service: Service) -> None:
    number, token = service.start_draft()
    service.give_identity(number, token)
    assert service.give_identity(number, token_of(fresh(service, number)), telephone="13900000000").status == 200
    late = token_of(fresh(service, number, key="l-2"))
    service.call("POST", f"{PATH}/{number}/submit")
    assert service.call("GET", f"/v1/links/{late}").code == "link_closed"
    refused = service.give_identity(number, late)
    assert (refused.code, refused.body["state"]) == ("link_closed", "submitted")
    assert fresh(service, number, key="l-3").code == "invalid_state"


def test_a_link_serves_its_purpose_only(service: Service) -> None:
    draft, token = service.start_draft("k-1")
    path = f"{PATH}/{draft}/household-update"
    assert service.call("POST", path, builders.household(token)).code == "link_unknown"
    assert fresh(service, draft, "household_update").code == "invalid_state"
    number = service.submitted("k-2")
    token = token_of(fresh(service, number, "household_update"))
    assert service.give_identity(number, token).code == "link_unknown"


def test_after_luohu_the_registered_number_is_taken_once_and_the_state_stays(service: Service) -> None:
    number = service.submitted()
    token = token_of(fresh(service, number, "household_update"))
    path = f"{PATH}/{number}/household-update"
    done = service.call("POST", path, builders.household(token))
    assert (done.body["household_registered"], done.body["state"]) == (True, "submitted")
    assert service.call("POST", path, builders.household(token)).body == done.body
    assert service.call("POST", path, builders.household(token, household_region="320105")).code == "link_used"


def test_only_a_hash_of_the_token_is_stored(service: Service, tmp_path: Path) -> None:
    _, token = service.start_draft()
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert token.encode() not in stored
    assert hashlib.sha256(token.encode()).hexdigest().encode() in stored


def test_an_unborn_child_needs_no_certificate(service: Service) -> None:
    number, token = service.start_draft(birth_date=..., due_month="2027-01")
    assert service.call("GET", f"/v1/links/{token}").body["due_month"] == "2027-01"
    assert service.give_identity(number, token, birth_certificate_number=...).body["identity_given"] is True
