"""The school desk with its people, started once for all files of a worker; windows of its people."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser

from deploy.stack import Stack
from tests.browser.conftest import MEASURES
from tests.browser.school.house import SchoolHouse, school_house
from tests.browser.school.steps import GROUPS, Sit, groups
from tests.browser.staff import Seat
from tests.portal.school_builders import TEST_GROUP, rows, xlsx


@pytest.fixture(scope="session")
def house(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchoolHouse]:
    with school_house(stack, tmp_path_factory.mktemp("school")) as started:
        yield started


@pytest.fixture
def sit(browser: Browser, house: SchoolHouse) -> Sit:
    """Opens windows: `with sit("王老师") as seat:`. At the end no window may have seen a script error."""

    @contextmanager
    def opened(name: str | None, width: int = 1366, height: int = 900, **options: Any) -> Iterator[Seat]:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True,
            permissions=["clipboard-read", "clipboard-write"], **options,
        )  # fmt: skip
        context.add_init_script(path=MEASURES)
        context.set_default_timeout(15_000)
        seat = Seat(context.new_page(), context, house.portal)
        seat.notice()
        try:
            if name is not None:
                seat.login(name, house.passwords[name])
            yield seat
            assert seat.errors == []
        finally:
            context.close()

    return opened


@pytest.fixture
def imported(sit: Sit, house: SchoolHouse) -> None:
    """Every class of the school has its group."""
    if house.imported:
        return
    house.imported = True
    with sit("王老师") as seat:
        groups(seat, xlsx([*rows(GROUPS), TEST_GROUP]))
        button = seat.page.get_by_role("button", name="确认导入")
        if button.count():
            button.click()
            seat.page.get_by_text("导入完成").wait_for()
        seat.page.get_by_role("button", name="设为测试群 教师测试群").click()
        seat.page.get_by_role("button", name="不再当测试群 教师测试群").wait_for()
