"""A fake of the platforms: signs and encrypts with code of its own, and answers API calls over real HTTP, with faults.

Independent of `gateway.wechat` on purpose: what both sides get wrong in the same way would not be seen.
"""

import hashlib
import itertools
import json
import os
import re
import struct
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN, APP_ID, SECRET = "tokenOfTheTests", "wx0123456789abcdef", "secretOfTheAccount0123456789abcd"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OLD_KEY = "0123456789ABCDEFGabcdefghijklmnopqrstuvwxyz"
ORIGINAL = "gh_0123456789ab"
_numbers = itertools.count(9_007_199_254_740_993)


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def encrypt(text: str, key: str = KEY, receiver: str = APP_ID, pad: bytes | None = None) -> str:
    raw_key = b64decode(key + "=")
    raw = text.encode(errors="surrogateescape")
    frame = os.urandom(16) + struct.pack(">I", len(raw)) + raw + receiver.encode()
    count = 32 - len(frame) % 32
    frame += pad if pad is not None else bytes([count]) * count
    encryptor = Cipher(algorithms.AES(raw_key), modes.CBC(raw_key[:16])).encryptor()
    return b64encode(encryptor.update(frame) + encryptor.finalize()).decode()


def decrypt(cipher: str, key: str = KEY, receiver: str = APP_ID) -> str:
    raw_key = b64decode(key + "=")
    decryptor = Cipher(algorithms.AES(raw_key), modes.CBC(raw_key[:16])).decryptor()
    frame = decryptor.update(b64decode(cipher)) + decryptor.finalize()
    frame = frame[: -frame[-1]]
    (length,) = struct.unpack(">I", frame[16:20])
    assert frame[20 + length :].decode() == receiver
    return frame[20 : 20 + length].decode()


def xml(fields: dict[str, Any]) -> str:
    return f"<xml>{elements(fields)}</xml>"


def elements(fields: dict[str, Any]) -> str:
    """The fields as they stand in a callback; several objects are a list."""
    return "".join(
        f"<{name}>{value}</{name}>" if isinstance(value, int)
        else f"<{name}>{''.join(f'<List>{elements(one)}</List>' for one in value)}</{name}>" if isinstance(value, list)
        else f"<{name}><![CDATA[{value}]]></{name}>"
        for name, value in fields.items()
    )  # fmt: skip


def text_of(reply: str) -> str | None:
    """What the user reads: the Content of a passive reply, CDATA sections joined; None for a receipt."""
    found = re.search(r"<Content>(.*)</Content>", reply, re.S)
    return "".join(re.findall(r"<!\[CDATA\[(.*?)\]\]>", found.group(1), re.S)) if found else None


@dataclass
class Sender:
    """The platform as it posts to the callback. `mode` is what the console is set to; WeCom: `corp`."""

    mode: str = "safe"
    token: str = TOKEN
    key: str = KEY
    receiver: str = APP_ID
    to: str = ORIGINAL
    path: str = "/wechat"
    corp: bool = False
    agent: str = "1000002"

    def message(self, user: str, text: str, **more: Any) -> dict[str, Any]:
        fields = {
            "ToUserName": self.to, "FromUserName": user, "CreateTime": int(time.time()), "MsgType": "text",
            "Content": text, "MsgId": next(_numbers),
        } | more  # fmt: skip
        return fields | ({"AgentID": self.agent} if self.corp else {})

    def event(self, user: str, event: str, key: str | None = None, **more: Any) -> dict[str, Any]:
        fields = {
            "ToUserName": self.to, "FromUserName": user, "CreateTime": int(time.time()), "MsgType": "event",
            "Event": event,
        }  # fmt: skip
        return fields | ({} if key is None else {"EventKey": key}) | more

    def answered(self, user: str, *said: tuple[str, str], change: bool = False, **more: Any) -> dict[str, Any]:
        """The user was asked for leave, or changed it: each template with `accept` or `reject`."""
        kind = "Change" if change else "Popup"
        scene = {} if change else {"PopupScene": 1}
        listed = [{"TemplateId": template, "SubscribeStatusString": word} | scene for template, word in said]
        name = f"subscribe_msg_{kind.lower()}_event"
        return self.event(user, name, None, **{f"SubscribeMsg{kind}Event": listed}, **more)

    def reported(self, user: str, template: str, code: int, **more: Any) -> dict[str, Any]:
        """What became of a notice."""
        status = "success" if code == 0 else "failed:user refuse"
        said = {"TemplateId": template, "MsgID": next(_numbers), "ErrorCode": code, "ErrorStatus": status}
        return self.event(user, "subscribe_msg_sent_event", None, SubscribeMsgSentEvent=[said], **more)

    def request(self, fields: dict[str, Any] | str, ago: int = 0) -> tuple[dict[str, str], str]:
        """The parameters of the address and the body of one delivery, signed so many seconds ago."""
        plain = fields if isinstance(fields, str) else xml(fields)
        timestamp, nonce = str(int(time.time()) - ago), str(int.from_bytes(os.urandom(4), "big"))
        query = {"signature": sign(self.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        if self.mode == "plain":
            return query | {"openid": "o"}, plain
        cipher = encrypt(plain, self.key, self.receiver)
        query |= {"encrypt_type": "aes", "msg_signature": sign(self.token, timestamp, nonce, cipher)}
        if self.corp:
            del query["signature"], query["encrypt_type"]
        outer = {"ToUserName": self.to, "Encrypt": cipher} | ({"AgentID": self.agent} if self.corp else {})
        if self.mode == "compat":
            return query, plain.replace("</xml>", f"<Encrypt><![CDATA[{cipher}]]></Encrypt></xml>")
        return query, xml(outer)

    def post(self, client: httpx.Client, fields: dict[str, Any] | str, seconds: float = 5.0) -> str | None:
        """One delivery; what the user reads of the answer, None for a receipt. Checks the answer as the platform does.

        Raises:
            httpx.HTTPError: no answer within the platform's patience.
        """
        query, body = self.request(fields)
        response = client.post(self.path, params=query, content=body.encode(), timeout=seconds)
        assert response.status_code == 200, (response.status_code, response.text)
        return self.read(response.text)

    def read(self, body: str) -> str | None:
        """What an answer means to the platform; an assertion where the user would see its fault notice."""
        if body in ("", "success"):
            return None
        if self.mode != "plain":
            parts = {name: re.search(rf"<{name}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{name}>", body, re.S) for name in
                     ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")}  # fmt: skip
            values = {name: found.group(1) for name, found in parts.items() if found}
            assert set(values) == set(parts), body
            assert values["MsgSignature"] == sign(self.token, values["TimeStamp"], values["Nonce"], values["Encrypt"])
            body = decrypt(values["Encrypt"], self.key, self.receiver)
        content = text_of(body)
        assert content, f"the user reads a fault notice: {body!r}"
        assert len(content.encode()) <= 2048
        return content

    def talk(self, client: httpx.Client, fields: dict[str, Any]) -> list[str | None]:
        """As the platform does it: up to three deliveries, five seconds each, until one is answered."""
        answers: list[str | None] = []
        for _ in range(3):
            try:
                answers.append(self.post(client, fields))
                break
            except (httpx.TimeoutException, httpx.TransportError):
                continue
        return answers


@dataclass(frozen=True)
class Sent:
    """One message the platform took for a user."""

    user: str
    text: str
    body: dict[str, Any]


@dataclass
class FakeApi:
    """The API's side. `faults[path]` are used up one by one; `always[path]` holds for every call."""

    address: str = ""
    sent: list[Sent] = field(default_factory=list)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    token_calls: int = 0
    valid: set[str] = field(default_factory=set)
    faults: dict[str, list[Any]] = field(default_factory=dict)
    always: dict[str, Any] = field(default_factory=dict)
    duplicates: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    current: str = ""
    ticket: str = ""
    """The last one that was given for pages with the platform's script."""
    raw: list[bytes] = field(default_factory=list)

    def texts(self, user: str) -> list[str]:
        with self.lock:
            return [sent.text for sent in self.sent if sent.user == user]

    def lose_tokens(self) -> None:
        """All tokens end at once."""
        with self.lock:
            self.valid.clear()
            self.current = ""

    def waits_for(self, user: str, count: int, seconds: float = 15.0) -> list[str]:
        """Until a user got so many messages."""
        until = time.monotonic() + seconds
        while len(self.texts(user)) < count and time.monotonic() < until:
            time.sleep(0.02)
        return self.texts(user)

    def answer(self, path: str, query: dict[str, list[str]], raw: bytes) -> tuple[str, dict[str, Any]]:
        """How to answer (`ok`, `cut`), and with what."""
        with self.lock:
            queue = self.faults.get(path) or []
            fault = queue.pop(0) if queue else self.always.get(path)
            self.raw.append(raw)
        if isinstance(fault, tuple) and fault[0] == "delay":
            time.sleep(fault[1])
        if fault == "cut":
            return "cut", {}
        if isinstance(fault, int):
            with self.lock:
                self.token_calls += path.endswith("token")
                self.calls.append((path, None))
            return "ok", {"errcode": fault, "errmsg": "fault ip 10.1.2.3, hint: [x] rid: 1"}
        answer = self._handle(path, query, raw)
        return ("cut", {}) if fault == "cut after" else ("ok", answer)

    def _handle(self, path: str, query: dict[str, list[str]], raw: bytes) -> dict[str, Any]:
        with self.lock:
            if path.endswith(("/stable_token", "/gettoken")):
                self.token_calls += 1
                force = path.endswith("stable_token") and json.loads(raw).get("force_refresh")
                if not self.current or force:
                    self.current = f"token-{len(self.valid)}-{os.urandom(8).hex()}"
                    self.valid = {self.current}
                return {"access_token": self.current, "expires_in": 7200, "errcode": 0}
            if query.get("access_token", [""])[0] not in self.valid:
                self.calls.append((path, None))
                return {"errcode": 40001, "errmsg": "invalid credential"}
            if path.endswith("ticket/getticket"):
                self.calls.append((path, query.get("type")))
                self.ticket = f"ticket-{os.urandom(8).hex()}"
                return {"errcode": 0, "errmsg": "ok", "ticket": self.ticket, "expires_in": 7200}
            if path.endswith("media/upload"):
                self.calls.append((path, raw))
                return {"type": query.get("type", [""])[0], "media_id": "media-1", "created_at": 1}
            body = json.loads(raw or b"{}")
            self.calls.append((path, body))
            if path.endswith(("custom/send", "message/send")):
                text = str(body.get("text", {}).get("content", ""))
                if body.get("enable_duplicate_check") and f"{body['touser']}{text}" in self.duplicates:
                    return {"errcode": 0}
                self.duplicates.add(f"{body['touser']}{text}")
                self.sent.append(Sent(body["touser"], text, body))
            return {"errcode": 0, "errmsg": "ok", "msgid": 7}


@contextmanager
def fake_api() -> Iterator[FakeApi]:
    """Started on a free port, and stopped at the end."""
    api = FakeApi()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            how, content = api.answer(parts.path, parse_qs(parts.query), raw)
            if how == "cut":
                self.close_connection = True
                self.connection.close()
                return
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    api.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()


CORP_ID, AGENT_ID = "ww0123456789abcdef", "1000002"


def variables(api_base: str, mode: str = "safe", **changes: str) -> dict[str, str]:
    """The environment of the channel; a value of `""` leaves a variable out."""
    given = {
        "WECHAT_TOKEN": TOKEN, "WECHAT_APP_ID": APP_ID, "WECHAT_APP_SECRET": SECRET, "WECHAT_AES_KEY": KEY,
        "WECHAT_MODE": mode, "WECHAT_API_BASE": api_base, "WECHAT_PASSIVE_SECONDS": "4.0",
    } | changes  # fmt: skip
    return {name: value for name, value in given.items() if value}


def wecom_variables(api_base: str, **changes: str) -> dict[str, str]:
    """The environment of the WeCom application."""
    given = {
        "WECOM_CORP_ID": CORP_ID, "WECOM_AGENT_ID": AGENT_ID, "WECOM_SECRET": SECRET, "WECOM_TOKEN": TOKEN,
        "WECOM_AES_KEY": KEY, "WECOM_API_BASE": api_base, "WECHAT_PASSIVE_SECONDS": "4.0",
    } | changes  # fmt: skip
    return {name: value for name, value in given.items() if value}


def wecom() -> Sender:
    """The WeCom platform."""
    return Sender(receiver=CORP_ID, to=CORP_ID, path="/wecom", corp=True, agent=AGENT_ID)


SENDERS = {
    "safe": Sender("safe"),
    "compat": Sender("compat", token="tokenOfCompat", receiver="wxcompat00000000", path="/wechat/compat"),
    "plain": Sender("plain", token="tokenOfPlain", receiver="wxplain000000000", path="/wechat/plain"),
    "wecom": wecom(),
}


def accounts(api_base: str) -> dict[str, str]:
    """The environment of a product with one account in each mode of WeChat and one of WeCom; `SENDERS` post to it."""
    named = {
        f"WECHAT_{name.upper()}_{what}": value
        for name in ("compat", "plain")
        for what, value in (
            ("TOKEN", SENDERS[name].token), ("APP_ID", SENDERS[name].receiver), ("AES_KEY", SENDERS[name].key),
            ("APP_SECRET", "secretOfAnother"), ("MODE", name),
        )
    }  # fmt: skip
    return {
        **variables(api_base), **wecom_variables(api_base), **named, "WECHAT_ACCOUNTS": "compat,plain",
        "WECHAT_PASSIVE_SECONDS": "4.0",
    }  # fmt: skip
