"""What a client may write freely never names a series of metrics."""

import requests

from common.telemetry.metrics import METHODS
from tests.registration.running import Service
from tests.telemetry.labels import ODD, methods


def test_methods_of_the_bureaus_clients(service: Service) -> None:
    for word in ODD:
        assert requests.request(word, f"{service.url}/v1/applications/1", timeout=10).status_code < 500
    assert {"GET", "other"} <= methods("tongbao_registration") <= METHODS | {"other"}
