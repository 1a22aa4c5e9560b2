"""Builders for the tests of the school desk: lists of groups in every format, a made leaflet, a fake robot platform."""

import csv
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import xlwt
from openpyxl import Workbook

from tests.portal.running import Person

HEAD = ("年级", "班级", "群名", "机器人地址", "人数")
GRADES = "一二三四五六"


def key(number: int) -> str:
    return f"{number:08d}-aaaa-4bbb-8ccc-{number:012d}"


def url(number: int, base: str = "https://qyapi.weixin.qq.com") -> str:
    return f"{base}/cgi-bin/webhook/send?key={key(number)}"


def rows(count: int) -> list[list[str]]:
    """So many good rows, seven classes a grade."""
    return [[f"{GRADES[n // 7 % 6]}年级", f"（{n % 7 + 1 + n // 42 * 7}）班", f"{n + 1}号家长群", url(n), "45"]
            for n in range(count)]  # fmt: skip


BAD = (
    ["一年级", "（90）班", "无地址", "", "45"],
    ["一年级", "（91）班", "坏地址", "https://example.com/hook", "45"],
    ["一年级", "（1）班", "重复", url(900), "45"],
)


def xlsx(table: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (head, *table):
        sheet.append([int(c) if c.isdecimal() else c for c in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def xls(table: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("群")
    for line, row in enumerate((head, *table)):
        for column, cell in enumerate(row):
            sheet.write(line, column, float(cell) if cell.isdecimal() else cell)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def csv_bytes(table: Sequence[Sequence[str]], encoding: str = "utf-8-sig", head: Sequence[str] = HEAD) -> bytes:
    out = StringIO()
    csv.writer(out).writerows([head, *table])
    return out.getvalue().encode(encoding)


def upload(person: Person, path: str, content: bytes, **fields: str) -> Any:
    files = {"file": ("list", content, "application/octet-stream")}
    return person.http.post(path, data={"csrf": person.csrf, **fields}, files=files)


def import_groups(person: Person, table: Sequence[Sequence[str]]) -> None:
    """Dry run and confirmation."""
    page = upload(person, "/school/groups/import", xlsx(table)).text
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert sealed, page
    assert person.post("/school/groups/confirm", sealed=sealed[1]).status_code == 303


TEST_GROUP = ["教师", "测试群", "只有老师", url(900), "5"]


def add_test_group(person: Person) -> str:
    """A group of colleagues, marked for tests; its id. Its robot is number 900."""
    import_groups(person, [TEST_GROUP])
    page = person.get("/school/groups").text
    found = re.search(r"<td>教师</td>.*?/school/groups/(\w+)", page, re.S)
    assert found
    assert person.post(f"/school/groups/{found[1]}", act="test").status_code == 303
    return found[1]


def make_sheet(person: Person, **fields: str) -> str:
    """A leaflet through the page; its id."""
    given = {
        "act": "save",
        "region": "江苏省南京市",
        "stage": "小学",
        "form": "notice",
        "signature": "光华小学",
    } | fields
    answer = person.post("/school/sheets/new", **given)
    assert answer.status_code == 303, re.findall(r"class=\"notice\"[^>]*>([^<]+)", answer.text)
    return str(answer.headers["location"].rsplit("/", 1)[1])


def group_ids(person: Person, sheet: str) -> list[str]:
    page = person.get(f"/school/campaigns/new?sheet={sheet}").text
    return re.findall(r'name="groups" value="(\w+)"', page)


def make_campaign(person: Person, sheet: str, groups: Sequence[str], **fields: str) -> str:
    """A draft through the page; its id."""
    given: dict[str, Any] = {
        "sheet": sheet, "kind": "text", "groups": list(groups), "day": "2026-11-23", "at": "09:00",
        "until": "2026-11-30", "until_at": "18:00", "quiet_from": "20:00", "quiet_to": "08:00", "staged": "1",
    } | fields  # fmt: skip
    answer = person.post("/school/campaigns/new", **given)
    assert answer.status_code == 303, re.findall(r'class="notice"[^>]*>([^<]+)', answer.text)
    return str(answer.headers["location"].rsplit("/", 1)[1])


Plan = Callable[[str, int], Any]


@dataclass
class Platform:
    """The platform's side of the robots. `plan(key, nth call)` says: a code, "cut", "cut-unread", or "hang" until the
    caller gives up."""

    plan: Plan = lambda key, nth: 0
    delay: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)
    taken: list[tuple[float, str, dict[str, Any]]] = field(default_factory=list)
    """When, key and body of everything a group really shows: also what was taken without an answer."""
    address: str = ""

    def shown(self) -> Counter[str]:
        """How often each group shows a message."""
        return Counter(key for _, key, _ in self.taken)


@contextmanager
def platform(**given: Any) -> Iterator[Platform]:
    """A fake endpoint over real sockets."""
    state, lock = Platform(**given), threading.Lock()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            robot = parse_qs(urlsplit(self.path).query)["key"][0]
            with lock:
                state.calls[robot] += 1
                what = state.plan(robot, state.calls[robot])
            if what == "cut-unread":
                self.connection.close()
                self.close_connection = True
                return
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if state.delay:
                time.sleep(state.delay)
            if what in (0, "cut", "hang"):
                with lock:
                    state.taken.append((time.time(), robot, body))
            if what == "hang":
                self.connection.recv(1)  # nothing comes: it ends when the caller gives up
            if what in ("cut", "hang"):
                self.connection.close()
                self.close_connection = True
                return
            content = json.dumps({"errcode": what, "errmsg": "x"}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
