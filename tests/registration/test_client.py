"""The client against the real service, and against a server that misbehaves."""

import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from registration.client import (
    Application,
    ApplicationNotFound,
    Household,
    Identity,
    LinkUnusable,
    NewApplication,
    RegistrationCallFailed,
    RegistrationClient,
    RegistrationRejected,
    RegistrationUnavailable,
)
from tests.registration import builders, contract
from tests.registration.builders import HandClock
from tests.registration.faults import Fault, FaultyServer, answer, cut, cut_in_the_middle, faulty, silence
from tests.registration.running import Service

COVERAGE = {"number": "TB20261122AAAAAA", "state": "insured", "insured": True, "since": "2024-07-10"}
OK = answer(200, COVERAGE)
PROBLEM = {"type": "urn:tongbao:problem:x", "title": "不行", "status": 422, "code": "invalid_state", "detail": "不行。"}


def start(client: RegistrationClient, key: str = "k", **changes: Any) -> NewApplication:
    given = {
        "region": "320100", "household_registered": False, "conversation": "c-1", "birth_date": date(2024, 7, 10),
    }  # fmt: skip
    return client.create_draft(idempotency_key=key, **(given | changes))  # type: ignore[arg-type]


def typed(**changes: Any) -> Identity:
    values = builders.identity("")
    return Identity(**{field.name: values[field.name] for field in fields(Identity)} | changes)


def test_the_whole_way_through_the_client(service: Service) -> None:
    client = service.client()
    made = start(client, proxy="外祖母")
    assert made.state == "draft"
    assert made.link_expires_at - made.created_at == timedelta(minutes=30)
    assert start(client, proxy="外祖母") == made
    link = client.link_info(made.link_token)
    assert (link.number, link.purpose, link.birth_date) == (made.number, "identity", date(2024, 7, 10))
    filled = client.give_identity(made.number, made.link_token, typed(), conversation="c-1")
    assert filled.identity_given
    assert filled.expires_at is not None
    assert client.submit(made.number).state == "submitted"
    fresh = client.fresh_link(made.number, "c-1", "household_update")
    registered = Household(
        child_name=builders.CHILD_NAME, child_id_number=builders.CHILD_NUMBER, household_region="320106"
    )  # fmt: skip
    assert client.update_household(made.number, fresh.link_token, registered).household_registered
    assert client.find("c-1") == (client.get(made.number),)
    covered = client.coverage(made.number)
    assert (covered.insured, covered.since, covered.state) == (False, None, "submitted")
    assert client.cancel(made.number).state == "cancelled"


def test_an_expected_child(service: Service) -> None:
    made = start(service.client(), birth_date=None, due_month="2027-01")
    filled = service.client().give_identity(made.number, made.link_token, typed(birth_certificate_number=None))
    assert (filled.birth_date, filled.due_month) == (None, "2027-01")


def test_each_refusal_is_its_own_error(service: Service, clock: HandClock) -> None:
    client = service.client()
    made = start(client)
    with pytest.raises(RegistrationRejected) as wrong:
        client.give_identity(made.number, made.link_token, typed(telephone="1", child_name="3"))
    assert (wrong.value.code, wrong.value.field) == ("invalid_field", "child_name")
    assert [one.field for one in wrong.value.errors] == ["child_name", "telephone"]
    assert wrong.value.title == "有一项写得不对"
    with pytest.raises(RegistrationRejected, match="identity_missing"):
        client.submit(made.number)
    client.give_identity(made.number, made.link_token, typed())
    other = start(client, "k-2")
    with pytest.raises(RegistrationRejected) as twice:
        client.give_identity(other.number, other.link_token, typed())
    assert (twice.value.code, twice.value.state) == ("duplicate_child", None)
    with pytest.raises(RegistrationRejected, match="conversation_mismatch"):
        client.fresh_link(made.number, "c-9")
    with pytest.raises(RegistrationRejected, match="idempotency_key_reused"):
        start(client, region="330100")
    for call in (client.get, client.submit, client.cancel, client.coverage):
        with pytest.raises(ApplicationNotFound):
            call("TB20261122AAAAAA")
    with pytest.raises(LinkUnusable) as used:
        client.link_info(made.link_token)
    assert used.value.code == "link_used"
    clock.turn(minutes=30)
    with pytest.raises(LinkUnusable) as expired:
        client.give_identity(other.number, other.link_token, typed())
    assert expired.value.code == "link_expired"
    assert expired.value.detail.startswith("这个链接已经过期")


def test_a_fresh_link_with_the_same_key_is_the_same_link(service: Service) -> None:
    client = service.client()
    number = start(client).number
    assert client.fresh_link(number, "c-1", idempotency_key="l") == client.fresh_link(
        number, "c-1", idempotency_key="l"
    )
    assert client.fresh_link(number, "c-1") != client.fresh_link(number, "c-1")


def test_secrets_do_not_show(service: Service) -> None:
    made = start(service.client())
    assert made.link_token not in repr(made)
    assert not [value for value in builders.identity_values() if value in repr(typed())]


def test_a_wrong_token_is_ours_to_mend_and_not_the_parents_fault(service: Service) -> None:
    with pytest.raises(RegistrationUnavailable, match="unauthorized"):
        RegistrationClient(service.url, "wrong").get("TB20261122AAAAAA")


@pytest.mark.parametrize("number", ["", " ", "../coverage", "TB 1", "你好", "a" * 41, "?x=1"])
def test_what_cannot_be_a_number_is_not_even_asked(number: str) -> None:
    with faulty(OK) as server:
        client = RegistrationClient(server.url, "t")
        for call in (client.get, client.submit, client.cancel, client.coverage):
            with pytest.raises(ApplicationNotFound):
                call(number)
        with pytest.raises(LinkUnusable):
            client.link_info(f"a/{number}")
    assert server.calls == []


def patient(server: FaultyServer, pauses: list[float] | None = None, **limits: Any) -> RegistrationClient:
    """A client whose pauses are noted instead of waited for."""
    return RegistrationClient(server.url, "t", sleep=(pauses if pauses is not None else []).append, **limits)


@pytest.mark.parametrize(
    "fault", [cut, cut_in_the_middle, answer(503, ""), answer(502, "<html>"), answer(504, ""), answer(429, {})]
)
def test_what_passes_is_tried_again(fault: Fault) -> None:
    with faulty(fault, fault, OK) as server:
        assert patient(server).coverage("TB1").since == date(2024, 7, 10)
    assert len(server.calls) == 3


@pytest.mark.parametrize("fault", [cut, answer(503, "")])
def test_three_times_is_enough(fault: Fault) -> None:
    pauses: list[float] = []
    with faulty(fault) as server, pytest.raises(RegistrationUnavailable):
        patient(server, pauses).coverage("TB1")
    assert len(server.calls) == 3
    assert 0.05 <= pauses[0] <= 0.1 <= pauses[1] <= 0.2


def test_a_stale_kept_connection_is_replaced() -> None:
    with faulty(OK, cut, OK) as server:
        client = patient(server)
        assert client.coverage("TB1") == client.coverage("TB1")
    assert len(server.calls) == 3


def test_silence_is_tried_again_and_ends_within_the_deadline() -> None:
    with faulty(silence, OK) as server:
        assert patient(server, read_timeout=1.0).coverage("TB1").insured
    with faulty(silence) as server, pytest.raises(RegistrationUnavailable, match="ReadTimeout"):
        patient(server, connect_timeout=0.1, read_timeout=0.3, attempts=50, deadline=0.5).coverage("TB1")
    assert 1 <= len(server.calls) <= 3


@pytest.mark.parametrize("left", [3.5, 2.0, 0.4, 0.01])
def test_connecting_and_reading_never_pass_what_is_left(left: float) -> None:
    from registration.client.transport import Transport

    connect, read = Transport("http://x", "t", 1.0, 2.5, 3, 3.5, lambda _: None)._timeouts(left)
    assert connect + read <= left + 1e-9
    assert connect <= 1.0
    assert read <= 2.5


def test_retry_after_is_obeyed_when_it_fits_and_ends_the_call_when_not() -> None:
    pauses: list[float] = []
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=15), usegmt=True)
    with faulty(answer(429, {}, Retry_After="1"), answer(503, "", Retry_After=soon), OK) as server:
        assert patient(server, pauses, deadline=20).coverage("TB1").insured
    assert pauses[0] == 1.0
    assert 0.1 <= pauses[1] <= 15.0
    with faulty(answer(503, "", Retry_After="60"), OK) as server, pytest.raises(RegistrationUnavailable, match="503"):
        patient(server).coverage("TB1")
    assert len(server.calls) == 1


@pytest.mark.parametrize("value", ["soon", "-5", "nan", ""])
def test_a_retry_after_that_makes_no_sense_is_passed_over(value: str) -> None:
    pauses: list[float] = []
    with faulty(answer(503, "", Retry_After=value), OK) as server:
        assert patient(server, pauses).coverage("TB1").insured
    assert 0.05 <= pauses[0] <= 0.1


@pytest.mark.parametrize(
    "fault",
    [
        answer(200, "{not json"),
        answer(200, []),
        answer(200, {"number": "TB1"}),
        answer(200, COVERAGE | {"since": "yesterday"}),
        answer(200, "null"),
        answer(204, ""),
        answer(302, "", Location="http://127.0.0.1:1/"),
        answer(404, "<html>nginx</html>"),
        answer(404, PROBLEM | {"code": "not_found"}),
        answer(422, {"title": "x"}),
        answer(500, PROBLEM),
    ],
)
def test_an_answer_that_is_not_the_contracts_is_unavailable_and_not_asked_for_again(fault: Fault) -> None:
    with faulty(fault, OK) as server, pytest.raises(RegistrationUnavailable):
        patient(server).coverage("TB1")
    assert len(server.calls) == 1


@pytest.mark.parametrize("status", [400, 403, 409, 422])
def test_a_refusal_is_not_tried_again(status: int) -> None:
    with faulty(answer(status, PROBLEM), OK) as server, pytest.raises(RegistrationRejected, match="invalid_state"):
        patient(server).submit("TB1")
    assert len(server.calls) == 1


def test_each_attempt_carries_the_same_key_body_and_token() -> None:
    made = {
        "number": "TB20261122AAAAAA", "state": "draft", "created_at": "2026-11-22T09:30:00+08:00",
        "link": {"token": "x" * 43, "expires_at": "2026-11-22T10:00:00+08:00"},
    }  # fmt: skip
    with faulty(cut, answer(503, ""), answer(201, made)) as server:
        start(patient(server), "the-key")
    assert len({str((method, path, body)) for method, path, _, body in server.calls}) == 1
    for _, _, headers, body in server.calls:
        assert headers["Idempotency-Key"] == "the-key"
        assert headers["Authorization"] == "Bearer t"
        contract.check(body, {"$ref": "#/components/schemas/DraftRequest"})


def test_nobody_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = RegistrationClient(f"http://127.0.0.1:{unused.getsockname()[1]}", "t", sleep=lambda _: None)
        with pytest.raises(RegistrationUnavailable) as nobody:
            client.get("TB1")
    assert nobody.value.detail == "登记服务暂时联系不上，您填的内容没有丢，请稍后再试。"


def test_a_proxy_of_the_environment_is_not_asked_for_our_own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with faulty(OK) as server:
        assert patient(server).coverage("TB1").insured


def test_every_error_is_of_one_family() -> None:
    for kind in (RegistrationUnavailable, RegistrationRejected, ApplicationNotFound, LinkUnusable):
        assert issubclass(kind, RegistrationCallFailed)


def test_the_dataclasses_have_the_contracts_fields() -> None:
    documented = contract.document()["components"]["schemas"]["Application"]["properties"]
    assert {field.name for field in fields(Application)} == set(documented)


def test_the_client_imports_nothing_of_the_service() -> None:
    code = "import sys, registration.client; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "requests" in loaded
    assert not {"sanic", "sqlalchemy", "pydantic", "cryptography", "structlog", "httpx"} & set(loaded)


def test_a_call_is_a_call_whatever_the_thread(service: Service) -> None:
    from concurrent.futures import ThreadPoolExecutor

    client = service.client()
    call: Callable[[int], str] = lambda _: start(client).number  # noqa: E731
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(call, range(24)))) == 1
