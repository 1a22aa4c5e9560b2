"""What takes long runs beside the loop: while a password, a table or an export is held up, others are served."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portal import accounts, sheets
from portal.school import reading
from tests.gateway.running import until
from tests.portal.running import Person, Portal
from tests.portal.school_builders import rows, upload, xlsx


def wrong_login(person: Person) -> int:
    return person.login("nobody").status_code


def table(person: Person) -> int:
    return upload(person, "/school/groups/import", xlsx(rows(2))).status_code


def export(person: Person) -> int:
    return person.get("/school/counts.xlsx").status_code


@pytest.mark.parametrize(
    ("module", "name", "ask", "status"),
    [(accounts, "_fits", wrong_login, 401), (reading, "_in_a_child", table, 200), (sheets, "workbook", export, 200)],
    ids=["password", "table", "export"],
)
def test_others_are_served_while_it_runs(
    desk: Portal, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, ask: Callable[[Person], int], status: int
) -> None:
    teacher, other = (desk.person(who, "school", school="光华小学") for who in ("wang", "li"))
    assert upload(teacher, "/school/counts", b"", counted='[["一年级","1班",4,3]]').status_code == 303
    begun, go, real = threading.Event(), threading.Event(), getattr(module, name)

    def held(*given: Any) -> Any:
        begun.set()
        go.wait()
        return real(*given)

    monkeypatch.setattr(module, name, held)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, desk.stranger() if ask is wrong_login else teacher)
        try:
            until(begun.is_set)
            assert other.get("/school/groups").status_code == 200
        finally:
            go.set()
        assert waiting.result() == status
