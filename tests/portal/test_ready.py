"""The portal is ready exactly when somebody could log in: Redis there and keeping what it is given."""

from pathlib import Path

from tests.gateway.running import redis_server
from tests.portal.builders import HandClock, Told, settings
from tests.portal.running import Portal, portal


def test_ready_with_its_parts(desk: Portal) -> None:
    assert desk.stranger().get("/readyz").status_code == 200


def test_not_ready_without_redis_nor_with_one_that_throws_keys_away(
    tmp_path: Path, clock: HandClock, told: Told
) -> None:
    with redis_server(tmp_path, "--maxmemory-policy", "allkeys-lru") as server:
        given = settings(tmp_path, server.url)
        with portal(given, clock, told.ear(given)) as started:
            somebody = started.stranger()
            assert somebody.get("/readyz").status_code == 503
            server.client().config_set("maxmemory-policy", "noeviction")
            assert somebody.get("/readyz").status_code == 200
            server.stop()
            assert somebody.get("/readyz").status_code == 503
            assert somebody.get("/healthz").status_code == 200
