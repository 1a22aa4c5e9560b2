"""openapi.yaml and the service say the same, in both directions."""

import re
from typing import Any

import pytest

from registration.problems import PROBLEMS
from registration.service import CONTRACT
from tests.registration import builders, contract
from tests.registration.builders import HandClock
from tests.registration.running import Answer, Service

BIG = b'{"region": "' + b"3" * 70_000 + b'"}'
NUMBER = "/v1/applications/{}"


def test_every_route_is_in_the_contract_and_every_path_of_it_is_a_route(service: Service) -> None:
    assert service.app is not None
    routes = {
        (method, "/" + re.sub("<([a-z]+):str>", r"{\1}", route.path).lstrip("/"))
        for route in service.app.router.routes
        for method in route.methods
    }
    assert routes - {("GET", "/metrics")} == set(
        contract.operations()
    )  # figures are for the operator, not the contract


def test_the_contract_is_served_as_it_stands(service: Service) -> None:
    answer = service.call("GET", "/openapi.yaml", token=None)
    assert answer.status == 200
    assert answer.body == CONTRACT.read_text("utf-8")


def test_every_problem_has_its_code_in_the_contract() -> None:
    assert set(contract.document()["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == set(PROBLEMS)


def _media_types(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in _media_types(item)]
    if not isinstance(node, dict):
        return []
    own = [node] if "schema" in node and "examples" in node else []
    return own + [found for item in node.values() for found in _media_types(item)]


def test_every_example_fits_its_schema() -> None:
    examples = [
        (one["value"], media["schema"])
        for media in _media_types(contract.document())
        for one in media["examples"].values()
    ]
    assert len(examples) >= 10
    for value, schema in examples:
        contract.check(value, schema)


def test_the_judge_of_these_tests_does_refuse() -> None:
    with pytest.raises(AssertionError, match="missing"):
        contract.check_answer("GET", "/healthz", 200, "application/json", {})
    with pytest.raises(AssertionError, match="not documented"):
        contract.check_answer("GET", "/healthz", 200, "application/json", {"status": "ok", "more": 1})
    with pytest.raises(AssertionError, match="not documented"):
        contract.check_answer("GET", "/healthz", 204, "application/json", {})
    with pytest.raises(AssertionError, match="none of"):
        contract.check_answer("GET", "/v1/coverage", 200, "application/json", {
            "number": "TB20261122K7MX4P", "state": "unheard of", "insured": True, "since": None,
        })  # fmt: skip


def test_every_documented_answer_is_really_given(service: Service, clock: HandClock) -> None:
    _happy_way(service)
    _refusals_of_bodies(service)
    _refusals_by_state(service, clock)
    documented = {
        (*operation, int(status))
        for operation, item in contract.operations().items()
        for status in item["responses"]
        if status != "default"
    }
    assert service.seen == documented


def _happy_way(service: Service) -> None:
    for path in ("/openapi.yaml", "/healthz", "/readyz"):
        assert service.call("GET", path, token=None).status == 200
    service.start_draft()
    number, _ = service.start_draft()
    for expected in (201, 200):
        fresh = service.call("POST", NUMBER.format(number) + "/link", {"conversation": "c-1"}, key="l-1")
        assert fresh.status == expected
    token = fresh.body["link"]["token"]
    assert service.call("GET", f"/v1/links/{token}").body["purpose"] == "identity"
    assert service.give_identity(number, token).status == 200
    assert service.call("POST", NUMBER.format(number) + "/submit").body["state"] == "submitted"
    wanted = {"conversation": "c-1", "purpose": "household_update"}
    token = service.call("POST", NUMBER.format(number) + "/link", wanted, key="l-2").body["link"]["token"]
    assert service.call("POST", NUMBER.format(number) + "/household-update", builders.household(token)).status == 200
    assert service.call("GET", NUMBER.format(number)).status == 200
    assert service.call("GET", "/v1/applications", query={"conversation": "c-1"}).status == 200
    assert service.call("GET", "/v1/coverage", query={"number": number}).body["insured"] is False
    assert service.call("POST", NUMBER.format(number) + "/cancel").body["state"] == "cancelled"


def _refusals_of_bodies(service: Service) -> None:
    number, token = service.start_draft("k-2")
    bodies: dict[str, tuple[Any, str | None]] = {
        "/v1/applications": (builders.draft(), "k-3"),
        NUMBER.format(number) + "/link": ({"conversation": "c-1"}, "k-3"),
        NUMBER.format(number) + "/identity": (builders.identity(token), None),
        NUMBER.format(number) + "/household-update": (builders.household(token), None),
        NUMBER.format(number) + "/submit": (None, None),
        NUMBER.format(number) + "/cancel": (None, None),
    }
    for path, (body, key) in bodies.items():
        assert service.call("POST", path, body, key=key, token=None).code == "unauthorized"
        assert service.call("POST", path, key=key, raw=BIG).code == "body_too_large"
        assert service.call("POST", path, {"x": 1}, key=key).status == 422
        if body is not None:
            assert service.call("POST", path, key=key, raw=b"{").code == "invalid_json"
            assert service.call("POST", path, body, key=key, content_type="text/plain").status == 415
    for path in ("/v1/applications", NUMBER.format(number), f"/v1/links/{token}", "/v1/coverage"):
        assert service.call("GET", path, token="wrong").headers["WWW-Authenticate"] == "Bearer"
    assert service.call("GET", "/v1/applications").body["field"] == "conversation"
    assert service.call("GET", "/v1/coverage").body["field"] == "number"


def _refusals_by_state(service: Service, clock: HandClock) -> None:
    nobody = NUMBER.format("TB20261122AAAAAA")
    for path, body, key in (
        ("/link", {"conversation": "c-1"}, "k-4"),
        ("/identity", builders.identity("x"), None),
        ("/household-update", builders.household("x"), None),
        ("/submit", None, None),
        ("/cancel", None, None),
    ):
        assert service.call("POST", nobody + path, body, key=key).code == "application_unknown"
    assert service.call("GET", nobody).code == "application_unknown"
    assert service.call("GET", "/v1/coverage", query={"number": "TB20261122AAAAAA"}).code == "application_unknown"
    assert service.call("GET", "/v1/links/nothing").code == "link_unknown"

    number, token = service.start_draft("k-5")
    other = "c-2"
    assert service.give_identity(number, token, conversation=other).code == "conversation_mismatch"
    assert service.call("POST", NUMBER.format(number) + "/link", {"conversation": other}, key="k-6").status == 403
    assert service.call("POST", NUMBER.format(number) + "/submit").code == "identity_missing"
    first = service.submitted("k-7")
    assert "number" not in service.give_identity(number, token).body  # a stranger learns no number of this child
    household_link = _household_link(service, first)
    path = NUMBER.format(first) + "/household-update"
    body = builders.household(household_link)
    assert service.call("POST", path, body | {"conversation": other}).code == "conversation_mismatch"
    clock.turn(minutes=30)
    assert service.call("POST", path, body).code == "link_expired"
    assert service.call("GET", f"/v1/links/{token}").code == "link_expired"
    assert service.give_identity(number, token, birth_certificate_number="T320000002").code == "link_expired"
    clock.turn(days=30)
    assert service.call("POST", NUMBER.format(number) + "/cancel").code == "invalid_state"
    assert service.call("POST", NUMBER.format(number) + "/link", {"conversation": "c-1"}, key="k-8").status == 409


def _household_link(service: Service, number: str) -> str:
    wanted = {"conversation": "c-1", "purpose": "household_update"}
    made: Answer = service.call("POST", NUMBER.format(number) + "/link", wanted, key="h-1")
    token: str = made.body["link"]["token"]
    return token
