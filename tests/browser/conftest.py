"""A real Chromium on the started product. `TONGBAO_TEST_ADDRESS` points it at one that is running already."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is there. The shell draws the same pages without a window around them: half the processor time."""
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
MEASURES = Path(__file__).parent / "measures.js"
TODAY = "2026-11-22"
expect.set_options(timeout=20_000)  # until it is so; a busy machine is no fault


@pytest.fixture(scope="session")
def address(request: pytest.FixtureRequest) -> str:
    """Where the product answers, with the demo clock on."""
    given = os.environ.get("TONGBAO_TEST_ADDRESS")
    return given.rstrip("/") if given else str(request.getfixturevalue("stack").address)


# Not for the whole session: while it lives, its event loop runs in the tests' thread and asyncio.run does not.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Visit:
    """One browser window of a parent, and what it noticed."""

    page: Page
    context: BrowserContext
    address: str
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)

    def open(self, path: str = "/") -> "Visit":
        self.page.goto(self.address + path)
        return self

    @property
    def chat(self) -> str:
        """The path of the chat, as a link would carry it."""
        return urlsplit(self.page.url).path

    def ask(self, text: str) -> None:
        """Type, send with Enter, and wait until it is answered."""
        answers = self.page.locator("#log .bot")
        before = answers.count()
        self.page.fill("#box", text)
        self.page.press("#box", "Enter")
        answers.nth(before).wait_for()

    def press(self, name: str) -> None:
        """Press a button and wait for the answer."""
        answers = self.page.locator("#log .bot")
        before = answers.count()
        self.page.get_by_role("button", name=name, exact=True).last.click()
        answers.nth(before).wait_for()

    def choose_region(self, name: str) -> None:
        """Through the sheet under the header."""
        self.page.locator(".region summary").click()
        self.press(name)

    @property
    def last(self) -> Any:
        """The newest answer."""
        return self.page.locator("#log .bot").last

    def bubbles(self) -> list[str]:
        """Every bubble of the log: id and text."""
        return list(self.page.locator("#log > .bubble").evaluate_all("all => all.map(b => b.id + ' ' + b.textContent)"))

    def history(self) -> list[dict[str, Any]]:
        """What the server keeps of the chat."""
        answer = self.context.request.get(f"{self.address}/api/chat/{self.chat.removeprefix('/c/')}")
        return list(answer.json()["messages"])

    def said(self) -> list[str]:
        return [message["text"] for message in self.history() if message["who"] == "parent"]

    @property
    def weight(self) -> int:
        """Bytes of everything loaded so far; asked for here, for a listener that waits may still wait when a test goes
        on."""
        sizes = [request.sizes() for request in self.requests]
        return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)

    def notice_errors(self) -> None:
        def console(message: ConsoleMessage) -> None:
            if message.type == "error" and "ERR_INTERNET_DISCONNECTED" not in message.text + message.location["url"]:
                self.errors.append(message.text)

        def finished(request: Request) -> None:
            if request.url.startswith("http"):
                self.hosts.add(urlsplit(request.url).netloc)
                self.requests.append(request)

        self.page.on("console", console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("requestfinished", finished)


Open = Callable[..., Any]


@pytest.fixture
def visit(browser: Browser, address: str) -> Open:
    """Opens windows: `with visit(width=360) as window:`. At the end no window may have seen a script error."""

    @contextmanager
    def opened(width: int = 360, height: int = 740, day: str = TODAY, **options: Any) -> Iterator[Visit]:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)
        context.add_cookies([{"name": "as_of", "value": day, "url": address}])
        context.add_init_script(path=MEASURES)
        context.set_default_timeout(15_000)
        window = Visit(context.new_page(), context, address)
        window.notice_errors()
        try:
            yield window
            assert window.errors == []
            assert window.hosts <= {urlsplit(address).netloc}
        finally:
            context.close()

    return opened
