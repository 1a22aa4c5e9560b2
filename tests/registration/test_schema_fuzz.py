"""Schemathesis plays the published contract against the service: every answer must be one the contract knows."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.registration.builders import TOKEN, HandClock
from tests.registration.running import ROOT, Service, service_in_thread

pytest_plugins = ["schemathesis.pytest.plugin"]
SCHEMA = schemathesis.openapi.from_path(ROOT / "registration" / "openapi.yaml").exclude(path="/openapi.yaml")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_in_thread(tmp_path_factory.mktemp("fuzz"), HandClock()) as started:
        yield started


@SCHEMA.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_of_the_contract(case: schemathesis.Case, service: Service) -> None:
    checks = schemathesis.checks
    case.call_and_validate(
        base_url=service.url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20,
        checks=[checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
                checks.response_schema_conformance],
    )  # fmt: skip
