"""A local chat in the terminal through the real callback: signed, encrypted, delivered up to three times.

With a small platform of its own that takes the pushed messages, when the gateway was started with
`WECHAT_API_BASE=http://127.0.0.1:<api-port>`. For trying out, not for tests (tests/gateway/platform.py is theirs).
"""

import asyncio
import itertools
import json
import re
import secrets
import sys
import time
from collections.abc import Callable

import httpx

from gateway.wechat.envelope import Envelope
from gateway.wechat.guard import BadEnvelope
from gateway.wechat.settings import OfficialAccount
from gateway.words import words

PATIENCE, DELIVERIES = 5.0, 3
_EVENTS = {"/关注": "subscribe", "/取消关注": "unsubscribe", "/菜单": "CLICK", "/扫码": "SCAN"}
_numbers = itertools.count(int(time.time() * 1000) << 10)


def fields_for(line: str, user: str, now: int) -> dict[str, str]:
    """The message or event a typed line stands for."""
    word, _, rest = line.partition(" ")
    base = {"ToUserName": "gh_simulator", "FromUserName": user, "CreateTime": str(now)}
    if word in _EVENTS:
        key = f"qrscene_{rest}" if word == "/关注" and rest else rest
        return base | {"MsgType": "event", "Event": _EVENTS[word], "EventKey": key}
    base["MsgId"] = str(next(_numbers))
    if word == "/语音":
        return base | {"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": rest}
    if word == "/图片":
        return base | {"MsgType": "image", "MediaId": "m", "PicUrl": "http://127.0.0.1/p.jpg"}
    if word == "/位置":
        return base | {"MsgType": "location", "Location_X": "0", "Location_Y": "0", "Scale": "15", "Label": rest}
    return base | {"MsgType": "text", "Content": line}


def request(account: OfficialAccount, fields: dict[str, str]) -> tuple[dict[str, str], bytes]:
    """One delivery as the platform makes it in the account's mode: the parameters of the address, and the body."""
    box = Envelope(account.token, account.aes_keys, account.app_id, account.mode)
    inner = "".join(f"<{name}><![CDATA[{value.replace(']]>', '')}]]></{name}>" for name, value in fields.items())
    timestamp, nonce = str(int(time.time())), secrets.token_hex(5)
    query = {"signature": box.sign(timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "openid": "simulator"}
    if account.mode == "plain":
        return query, f"<xml>{inner}</xml>".encode()
    cipher = box.encrypt(f"<xml>{inner}</xml>", account.aes_keys[0])
    query |= {"encrypt_type": "aes", "msg_signature": box.sign(timestamp, nonce, cipher)}
    visible = inner if account.mode == "compat" else f"<ToUserName><![CDATA[{fields['ToUserName']}]]></ToUserName>"
    return query, f"<xml>{visible}<Encrypt><![CDATA[{cipher}]]></Encrypt></xml>".encode()


def read_reply(account: OfficialAccount, body: str) -> str:
    """What the user would see of an answer; empty for a receipt, and the platform's fault notice for anything odd."""
    if body in ("", "success"):
        return ""
    box = Envelope(account.token, account.aes_keys, account.app_id, account.mode)
    parts = {name: _inside(body, name) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")}
    if parts["Encrypt"]:
        try:
            body = box.decrypt_signed(parts["TimeStamp"], parts["Nonce"], parts["MsgSignature"], parts["Encrypt"])
        except BadEnvelope:
            return words("simulate_fault")
    return _inside(body, "Content") or words("simulate_fault")


def _inside(body: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", body, re.S)
    if not found:
        return ""
    sections = re.findall(r"<!\[CDATA\[(.*?)\]\]>", found.group(1), re.S)
    return "".join(sections) if sections else found.group(1)


def shown(text: str) -> str:
    """A reply for a terminal: links as their words, with what they send or open."""
    text = re.sub(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]*)[^"]*">(.*?)</a>', r"[\2]", text)
    return re.sub(r'<a href="([^"]*)">(.*?)</a>', r"\2 \1", text)


async def deliver(
    http: httpx.AsyncClient, account: OfficialAccount, path: str, fields: dict[str, str], say: Callable[[str], None]
) -> None:
    """Up to three deliveries of five seconds each, until one is answered."""
    for number in range(1, DELIVERIES + 1):
        query, body = request(account, fields)
        begun = time.monotonic()
        try:
            answer = await http.post(path, params=query, content=body, timeout=PATIENCE)
        except httpx.TransportError as error:
            say("  " + words("simulate_silence", number=number, kind=type(error).__name__))
            continue
        took = time.monotonic() - begun
        if answer.status_code != 200:
            say("  " + words("simulate_refused", status=answer.status_code))
            return
        text = read_reply(account, answer.text)
        if text:
            say(f"{words('simulate_passive', seconds=f'{took:.1f}')}\n{shown(text)}")
        else:
            say("  " + words("simulate_received", seconds=f"{took:.1f}"))
        return
    say(words("simulate_fault"))


async def platform(port: int, say: Callable[[str], None]) -> asyncio.Server:
    """A platform as small as can be: gives tokens, takes customer service messages and shows them."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = re.search(r"content-length: *(\d+)", head, re.I)
            body = await reader.readexactly(int(length.group(1)) if length else 0)
            content: dict[str, object] = {"errcode": 0, "errmsg": "ok"}
            if "token" in head.split("?", 1)[0].split("\r\n", 1)[0]:
                content = {"access_token": secrets.token_hex(16), "expires_in": 7200}
            else:
                said = json.loads(body or b"{}").get("text", {}).get("content")
                if said:
                    say(f"{words('simulate_pushed')}\n{shown(str(said))}")
            raw = json.dumps(content).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(raw), raw))
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, ConnectionError):
            pass  # not a call of the gateway
        finally:
            writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", port)


async def chat(account: OfficialAccount, url: str, api_port: int, say: Callable[[str], None] = print) -> None:
    """Read lines from the terminal until the end, and show what comes back."""
    server = await platform(api_port, say)
    pushes = words("simulate_pushes", port=api_port) if account.app_secret else ""
    say(f"{words('simulate_begins', url=url, mode=account.mode, pushes=pushes)}\n{words('simulate_help')}")
    user, last = f"o{secrets.token_hex(13)}", dict[str, str]()
    path = f"/wechat/{account.name}".rstrip("/")
    async with server, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        while line := await asyncio.to_thread(sys.stdin.readline):
            line = line.strip()
            if line == "/退出":
                break
            if not line:
                continue
            if line != "/重发" or not last:
                last = fields_for(line, user, int(time.time()))
            await deliver(http, account, path, last, say)
