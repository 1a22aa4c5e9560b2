"""People at the staff pages: accounts on the started product, browser windows that log in, cases that wait."""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from common.casebook import Casebook
from common.storage import Database
from deploy.stack import Stack
from portal.accounts import Accounts, new_password
from portal.calls import CallRecords
from portal.tables import PortalBase
from tests.portal.builders import hashed_quickly

T = TypeVar("T")
SCREENSHOTS = os.environ.get("TONGBAO_SCREENSHOTS")
"""A folder to put pictures for the documents into; unset, none are taken."""


def apart(work: Callable[[], Awaitable[T]]) -> T:
    """Run a coroutine in a thread: while Playwright lives, this one has a loop already."""
    found: list[T] = []

    async def run() -> None:
        found.append(await work())

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    thread.join(30)
    return found[0]


def accounts(database_url: str, *people: tuple[str, ...]) -> dict[str, str]:
    """New accounts (name, role, school or region), all made at once; the password of each.

    Hashed cheaply: every login pays what its hash asks for. The command is tried in tests/portal/test_commands.py.
    """

    async def work() -> dict[str, str]:
        database = Database(database_url, PortalBase.metadata, "portal")
        made = {name: new_password() for name, *_ in people}
        for name, role, *more in people:
            of = {"school" if role == "school" else "region": one for one in more}
            await Accounts(database).add(name, role, made[name], datetime.now(UTC), **of)
        await database.close()
        return made

    with hashed_quickly():
        return apart(work)


def account(stack: Stack, name: str, role: str, *more: str) -> str:
    """One new account on the started product; returns its password."""
    return accounts(stack.environment()["DATABASE_URL"], (name, role, *more))[name]


def waiting_case(stack: Stack, conversation: str) -> str:
    """A chat handed to a person, as the gateway leaves it; returns its number."""
    transcript = [{"who": "parent", "text": "宝宝还没上户口能参保吗", "at": 1},
                  {"who": "bot", "text": "能，先凭出生医学证明办理。", "at": 2}]  # fmt: skip

    async def work() -> str:
        book = Casebook(stack.environment()["DATABASE_URL"])
        await book.prepare()
        case = await book.open_case(conversation, "web", "320100", "家长要找人", transcript, datetime.now(UTC))
        await book.close()
        return case.number

    return apart(work)


def end_calls(stack: Stack, *agents: str) -> None:
    """End the calls these agents still have open."""

    async def work() -> None:
        database = Database(stack.environment()["DATABASE_URL"], PortalBase.metadata, "portal")
        for agent in agents:
            while await CallRecords(database).end(agent, "answered", datetime.now(UTC)):
                pass
        await database.close()

    apart(work)


def kill_browser(marker: str) -> None:
    """Kill the browser this process started with `marker` on its command line; nothing in it gets to say goodbye."""
    mine = [
        p
        for p in psutil.Process().children(recursive=True)
        if marker in p.cmdline() and "--type" not in str(p.cmdline())
    ]
    assert len(mine) >= 1
    for process in mine:
        process.kill()


@dataclass
class Seat:
    """One browser window of a member of staff, and what it noticed."""

    page: Page
    context: BrowserContext
    address: str
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def login(self, name: str, password: str) -> "Seat":
        self.page.goto(f"{self.address}/login")
        self.page.fill("#name", name)
        self.page.fill("#password", password)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def keys(self, *keys: str) -> None:
        """Press keys one after the other; what is longer than a key's name is typed."""
        for key in keys:
            if key.startswith("Alt+") or key in ("Enter", "Escape", "ArrowDown", "ArrowUp", "Tab", "/", "?"):
                self.page.keyboard.press(key)
            else:
                self.page.keyboard.type(key)

    def search(self, text: str) -> list[str]:
        """Type into the search; the questions of the list, best first, once the list is of this text."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.type(text)
        self.page.locator(f"#results [data-q={_quoted(text)}]").wait_for()
        return [
            str(v)
            for v in self.page.locator("#list button.option:not(.heard)").evaluate_all("all => all.map(b => b.value)")
        ]

    def answer(self) -> str:
        return self.page.locator(".headline").inner_text()

    def clipboard(self) -> str:
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def axe(self, source: Path) -> list[str]:
        """What axe complains about, in short."""
        self.page.evaluate(source.read_text("utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found: Any = self.page.evaluate("tags => axe.run({runOnly: tags})", tags)
        return [f"{v['id']}: {[n['html'][:120] for n in v['nodes'][:3]]}" for v in found["violations"]]

    def picture(self, name: str) -> None:
        if SCREENSHOTS:
            self.page.screenshot(path=str(Path(SCREENSHOTS) / f"{name}.png"))

    def notice(self) -> None:
        def console(message: ConsoleMessage) -> None:
            # Playwright's own screenshots put a style into the page, which our policy refuses; htmx calls it an error
            # when a newer request takes the place of an older one.
            harmless = ("Applying inline style", "htmx:afterRequest", "htmx:sendAbort")
            if message.type == "error" and not message.text.startswith(harmless):
                self.errors.append(f"{message.text} {message.location.get('url')}")

        def finished(request: Request) -> None:
            if request.url.startswith("http"):
                self.hosts.add(urlsplit(request.url).netloc)

        self.page.on("console", console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("requestfinished", finished)


def _quoted(text: str) -> str:
    return '"' + text.strip().replace("\\", "\\\\").replace('"', '\\"') + '"'
