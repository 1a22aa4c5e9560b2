"""What a client may write freely never names a series of metrics: there would be one more for every word."""

from common.telemetry.metrics import METHODS
from tests.portal.running import Portal
from tests.telemetry.labels import ODD, methods


def test_methods_of_the_portals_clients(desk: Portal) -> None:
    http = desk.stranger().http
    for word in ODD:
        assert http.request(word, "/login").status_code < 500
    assert {"GET", "other"} <= methods("tongbao_portal") <= METHODS | {"other"}
