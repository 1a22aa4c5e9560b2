"""The same service on PostgreSQL, where two transactions really begin at once. Left out where there is none."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

from common.settings import SettingsError
from common.settings.stores import Stores
from common.storage import migrations
from deploy import backup
from deploy.migrate import migrate
from tests.gateway.running import redis_server
from tests.registration.builders import TOKEN, HandClock, draft, new_key
from tests.registration.running import Answer, Service, command, free_socket, service_in_thread

PATH = "/v1/applications"
pytestmark = [
    pytest.mark.skipif(find_spec("asyncpg") is None, reason="asyncpg is not installed"),
    pytest.mark.skipif(not (shutil.which("initdb") and shutil.which("pg_ctl")), reason="PostgreSQL is not installed"),
]


class Cluster:
    """A PostgreSQL of our own on a free port (it refuses to run as root)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._owner = "nobody" if os.getuid() == 0 else None
        if self._owner:
            os.chown(folder, pwd.getpwnam(self._owner).pw_uid, -1)
        with free_socket() as probe:
            port = probe.getsockname()[1]
        self.url = f"postgresql://tongbao@127.0.0.1:{port}"
        self._options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("initdb", "--auth=trust", "--username=tongbao", "--no-sync", "-D", f"{folder}/data")

    def start(self) -> None:
        where = ("-D", f"{self._folder}/data", "-l", f"{self._folder}/log")
        self._run("pg_ctl", *where, "-w", "-o", self._options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", "immediate", "stop")

    def _run(self, *line: str) -> None:
        subprocess.run(line, check=True, capture_output=True, user=self._owner, cwd=self._folder, timeout=120)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="tongbao-pg-") as folder:
        cluster = Cluster(Path(folder))
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture
def url(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """An empty database with the tables."""
    name = f"t{abs(hash(request.node.name))}"
    subprocess.run(["createdb", "--maintenance-db", f"{cluster.url}/postgres", name], check=True, capture_output=True)
    assert command("create-tables", env=os.environ | {"DATABASE_URL": f"{cluster.url}/{name}"}).code == 0
    return f"{cluster.url}/{name}".replace("postgresql:", "postgresql+asyncpg:")


@pytest.fixture
def service(url: str, tmp_path: Path, clock: HandClock) -> Iterator[Service]:
    with service_in_thread(tmp_path, clock, url=url) as started:
        yield started


def test_without_tables_it_does_not_start(cluster: Cluster, tmp_path: Path, clock: HandClock) -> None:
    url = f"{cluster.url}/postgres".replace("postgresql:", "postgresql+asyncpg:")
    with pytest.raises(SettingsError, match=r"deploy\.migrate"), service_in_thread(tmp_path, clock, url=url):
        pass


def answered(call: Callable[[], Answer]) -> Answer:
    """What a client has in the end: told that the database is slow just now (503, Retry-After), it asks again."""
    for _ in range(5):
        answer = call()
        if answer.status != 503:
            return answer
    return answer


def test_twenty_at_once_create_one_application(service: Service) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: answered(lambda: service.call("POST", PATH, draft(), key="k")), range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({str(answer.body) for answer in answers}) == 1
    assert len(service.call("GET", PATH, query={"conversation": "c-1"}).body["applications"]) == 1


def test_two_parents_at_the_same_moment_make_one_application_for_the_child(service: Service) -> None:
    drafts = [service.start_draft(f"k-{at}", conversation=f"c-{at}") for at in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda made: answered(lambda: service.give_identity(*made)), drafts))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7


def test_the_same_link_twice_at_once_is_used_once(service: Service) -> None:
    number, token = service.start_draft()
    telephones = [f"1390000000{at}" for at in range(6)]
    with ThreadPoolExecutor(6) as pool:
        used = pool.map(lambda one: answered(lambda: service.give_identity(number, token, telephone=one)), telephones)
        answers = list(used)
    assert sorted(answer.status for answer in answers) == [200] + [410] * 5


def test_the_life_of_an_application(service: Service, url: str, clock: HandClock) -> None:
    number = service.submitted()
    env = os.environ | {"DATABASE_URL": url, "REGISTRATION_TOKEN": TOKEN, "TONGBAO_DATA_KEY": new_key()}
    for _ in range(3):
        assert command("sandbox", "advance", number, env=env).code == 0
    assert service.call("GET", "/v1/coverage", query={"number": number}).body["insured"] is True
    assert "sandbox  moved awaiting_payment > insured" in command("history", number, env=env).out
    old, token = service.start_draft("k-2")
    clock.turn(days=30)
    assert service.state(old) == "expired"
    assert service.give_identity(old, token).code == "link_expired"


def test_a_database_that_is_stopped_is_said_to_be_and_the_service_recovers(service: Service, cluster: Cluster) -> None:
    number, _ = service.start_draft()
    cluster.stop()
    try:
        for _ in range(2):
            assert service.call("GET", f"{PATH}/{number}").code == "unavailable"
            assert service.call("POST", PATH, draft(), key="k-2").code == "unavailable"
        assert service.call("GET", "/readyz").status == 503
        assert service.call("GET", "/healthz").status == 200
    finally:
        cluster.start()
    assert service.state(number) == "draft"


def _database(cluster: Cluster, name: str) -> str:
    subprocess.run(["createdb", "--maintenance-db", f"{cluster.url}/postgres", name], check=True, capture_output=True)
    return f"{cluster.url}/{name}".replace("postgresql:", "postgresql+asyncpg:")


def test_the_migration_makes_every_rooms_tables_and_four_at_once_do_it_once(cluster: Cluster) -> None:
    url = _database(cluster, "migrated")
    with ThreadPoolExecutor(4) as pool:
        ran = list(pool.map(lambda _: migrate(url), range(4)))
    for room in migrations.ROOMS:
        assert sorted(len(one[room]) for one in ran)[:3] == [0, 0, 0]
        assert max(len(one[room]) for one in ran) >= 1
    assert migrate(url) == {room: [] for room in migrations.ROOMS}


def test_a_backup_of_postgresql_comes_back(cluster: Cluster, tmp_path: Path, clock: HandClock) -> None:
    if not (shutil.which("pg_dump") and shutil.which("pg_restore")):
        pytest.skip("no pg_dump here")
    url = _database(cluster, "saved")
    migrate(url)
    with service_in_thread(tmp_path, clock, url=url) as started:
        number, _ = started.start_draft()
    folder = tmp_path / "backup"
    with redis_server(tmp_path) as store:
        backup.create(folder, Stores(database_url=url, redis_url=store.url))
        other = _database(cluster, "restored")
        backup.restore(folder, Stores(database_url=other, redis_url=store.url))
    assert migrate(other) == {room: [] for room in migrations.ROOMS}
    line = ["psql", f"{cluster.url}/restored", "-tAc", "SELECT number FROM registration_applications"]
    assert subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip() == number
