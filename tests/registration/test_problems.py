"""Whatever is sent, the answer is a problem document a person can read, never a 500, never the input again."""

import json
import logging
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from registration.errors import RegistrationError
from registration.problems import PROBLEMS
from tests.registration import builders
from tests.registration.running import Service

PATH = "/v1/applications"


def subclasses(kind: type[RegistrationError]) -> set[type[RegistrationError]]:
    return {kind}.union(*(subclasses(one) for one in kind.__subclasses__()))


def test_every_error_of_the_room_has_a_status_and_a_chinese_title() -> None:
    assert {kind.code for kind in subclasses(RegistrationError)} <= set(PROBLEMS)
    for status, title in PROBLEMS.values():
        assert 400 <= status < 600
        assert any("\u4e00" <= character <= "\u9fff" for character in title)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b'{"region": NaN}', b"[" * 30_000, b'"\\ud800"', b"{'a': 1}"])
def test_bad_json_is_said_to_be_bad_json(service: Service, raw: bytes) -> None:
    answer = service.call("POST", PATH, raw=raw, key="k")
    assert answer.status in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"region": ...}, "missing_field", "region"),
        ({"region": 320100}, "invalid_field", "region"),
        ({"region": "南京"}, "invalid_field", "region"),
        ({"region": "990000"}, "invalid_field", "region"),
        ({"birth_date": "2026-02-30"}, "invalid_field", "birth_date"),
        ({"birth_date": "20240710"}, "invalid_field", "birth_date"),
        ({"birth_date": "2024-W28-3"}, "invalid_field", "birth_date"),
        ({"birth_date": 1783641600}, "invalid_field", "birth_date"),
        ({"birth_date": "2026-11-23"}, "invalid_field", "birth_date"),
        ({"birth_date": "1926-07-10"}, "invalid_field", "birth_date"),
        ({"birth_date": ...}, "invalid_field", "birth_date"),
        ({"due_month": "2027-01"}, "invalid_field", "birth_date"),
        ({"birth_date": ..., "due_month": "2027-13"}, "invalid_field", "due_month"),
        ({"birth_date": ..., "due_month": "2028-01"}, "invalid_field", "due_month"),
        ({"household_registered": "no"}, "invalid_field", "household_registered"),
        ({"household_registered": 0}, "invalid_field", "household_registered"),
        ({"proxy": ""}, "invalid_field", "proxy"),
        ({"proxy": "舅舅 13912345678"}, "invalid_field", "proxy"),
        ({"proxy": "长" * 21}, "invalid_field", "proxy"),
        ({"conversation": "a b"}, "invalid_field", "conversation"),
        ({"conversation": "c-1\n"}, "invalid_field", "conversation"),
        ({"conversation": "c" * 129}, "invalid_field", "conversation"),
        ({"nickname": "x"}, "unknown_field", "nickname"),
    ],
    ids=str,
)
def test_a_wrong_field_is_named(service: Service, change: dict[str, Any], code: str, field: str) -> None:
    answer = service.call("POST", PATH, builders.draft(**change), key="k")
    assert (answer.status, answer.code, answer.body["field"]) == (422, code, field)
    assert answer.body["errors"][0] == {"field": field, "code": code, "detail": answer.body["detail"]}


def test_every_wrong_field_of_the_page_is_told_at_once(service: Service) -> None:
    number, token = service.start_draft()
    wrong = {
        "child_name": "3",
        "guardian_id_number": builders.GUARDIAN_NUMBER[:-1] + "A",
        "telephone": "1",
        "relation": "邻居",
    }
    answer = service.give_identity(number, token, **wrong)
    assert [error["field"] for error in answer.body["errors"]] == list(wrong)


def test_a_body_that_is_no_object_is_refused(service: Service) -> None:
    bodies: tuple[Any, ...] = ([], "x", 3, None, True)
    for body in bodies:
        answer = service.call("POST", PATH, raw=json.dumps(body).encode(), key="k")
        assert (answer.status, answer.code) == (422, "invalid_field")
        assert "field" not in answer.body


def test_something_private_typed_as_a_key_is_not_repeated(service: Service) -> None:
    answer = service.call("POST", PATH, builders.draft(**{builders.GUARDIAN_NUMBER: 1}), key="k")
    assert answer.code == "unknown_field"
    assert builders.GUARDIAN_NUMBER not in str(answer.body)


def test_queries_are_strict_too(service: Service) -> None:
    assert service.call("GET", PATH, query={"conversation": "c", "limit": "1"}).code == "unknown_field"
    answer = service.call("GET", PATH, query={"conversation": ["a", "b"]})  # type: ignore[dict-item]
    assert (answer.code, answer.body["field"]) == ("invalid_field", "conversation")


@pytest.mark.parametrize("token", [None, "", "wrong", builders.TOKEN + "x", builders.TOKEN[:-1]])
def test_without_the_token_nothing_is_told(service: Service, token: str | None) -> None:
    assert service.call("GET", f"{PATH}/TB20261122AAAAAA", token=token).code == "unauthorized"


def test_addresses_and_methods_that_do_not_exist(service: Service) -> None:
    assert service.call("GET", "/v1/nothing").code == "not_found"
    answer = service.call("DELETE", PATH)
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert {method.strip() for method in answer.headers["Allow"].split(",")} == {"GET", "POST"}


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"POST /v1/applications HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST /v1/applications HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["nonsense", "no length", "announced too large", "long address"],
)
def test_broken_http_gets_a_problem_document_too(service: Service, request_bytes: bytes) -> None:
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request_bytes)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert 400 <= json.loads(body)["status"] < 500


def test_a_crash_says_nothing_of_what_broke(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def crash(number: str) -> dict[str, Any]:
        raise RuntimeError(f"cannot work with {builders.GUARDIAN_NUMBER}")

    assert service.app is not None
    monkeypatch.setattr(service.app.ctx.applications, "get", crash)
    with _caplog_at_all_levels() as lines:
        answer = service.call("GET", f"{PATH}/TB20261122AAAAAA")
    assert (answer.status, answer.code) == (500, "internal_error")
    written = capsys.readouterr()
    assert "crash" in written.out + written.err
    assert builders.GUARDIAN_NUMBER not in written.out + written.err + str(answer.body) + str(lines)


def test_a_database_out_of_reach_is_a_503_that_may_be_tried_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("SELECT secret", {"p": builders.GUARDIAN_NUMBER}, Exception("database is locked"))

    assert service.app is not None
    number, _ = service.start_draft()
    monkeypatch.setattr("sqlalchemy.orm.session.Session.execute", broken)
    monkeypatch.setattr("sqlalchemy.orm.session.Session.get", broken)
    for path in ("/readyz", f"{PATH}/{number}"):
        answer = service.call("GET", path)
        assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "unavailable", "1")
        assert "secret" not in str(answer.body)
    assert service.call("GET", "/healthz").status == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_body_whatever_makes_the_service_fail(service: Service, data: st.DataObject) -> None:
    name, good = data.draw(
        st.sampled_from(
            [("identity", builders.identity("x")), ("link", {"conversation": "c-1"}), ("", builders.draft())]
        )
    )
    field = data.draw(st.sampled_from([*good, "other"]))
    body = data.draw(JSON | st.just(good | {field: data.draw(JSON)}))
    path = f"{PATH}/TB20261122AAAAAA/{name}" if name else PATH
    assert service.call("POST", path, body, key="k").status < 500


class _caplog_at_all_levels:
    """Every line of the standard library's logging, whoever writes it."""

    def __enter__(self) -> list[str]:
        self.lines: list[str] = []
        self.handler = logging.Handler(0)
        self.handler.emit = lambda record: self.lines.append(record.getMessage())  # type: ignore[method-assign]
        logging.getLogger().addHandler(self.handler)
        return self.lines

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self.handler)
