"""`python -m deploy.variables docs/operations.md`: the table of all variables, made of the settings that read them."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic.fields import FieldInfo

import actions.settings
import common.second_reader.settings
import gateway.messenger_settings
import gateway.settings
import portal.settings
import registration.settings
from common.settings import Settings
from common.settings.shared import Mode
from common.settings.stores import Sql, Stores
from deploy.retention import Kept
from deploy.scrub import Files
from gateway.settings import Pseudonyms
from policies.settings import PolicySettings

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- python -m deploy.variables docs/operations.md -->\n", "<!-- end -->\n"
_MESSENGERS = {one: module for module in gateway.messenger_settings.known().values() for one in module.CLASSES}
READERS: dict[str, tuple[type[Settings], ...]] = {
    "gateway": (gateway.settings.GatewaySettings, *_MESSENGERS, PolicySettings),
    "portal": (portal.settings.PortalSettings, common.second_reader.settings.SecondReaderSettings, PolicySettings),
    "sender": (portal.settings.SenderSettings, PolicySettings),
    "actions": (actions.settings.ActionSettings, common.second_reader.settings.SecondReaderSettings, PolicySettings),
    "registration": (registration.settings.RegistrationSettings,),
    "migrate": (Sql,),
    "retention": (Kept,),
    "scrub": (Files,),
    "backup": (Stores,),
    "privacy": (Stores, Pseudonyms),
    "casebook": (Sql,),
    "make run": (Mode,),
}
"""What each process, and each command of its own, reads by a class."""
OPTIONAL = (*_MESSENGERS, common.second_reader.settings.SecondReaderSettings)
"""Read as a whole or not at all."""
OFF, NEEDED, NEEDED_IF_USED = "没有", "必填", "用它就必填"


@dataclass(frozen=True)
class VariableUse:
    """One variable as one process reads it. The first use with a meaning tells it for all."""

    variable: str
    reader: str
    default: str = NEEDED
    meaning: str = ""
    secret: bool = False


OTHERS = (
    VariableUse("RASA_CHANNEL_SECRET", "rasa", secret=True),
    VariableUse("ACTIONS_URL", "rasa", NEEDED, "动作服务的地址，到 `/webhook`（`endpoints.yml`）"),
    VariableUse("ACTIONS_TOKEN", "rasa", secret=True),
    VariableUse("OMP_NUM_THREADS", "rasa", OFF, "语言模型用几个线程；几个 Rasa 一台机器时写 1（库自己读）"),
    VariableUse("MALLOC_ARENA_MAX", "rasa", OFF, "内存分配的区数；写 2 省内存（glibc 自己读）"),
    VariableUse("REDIS_PASSWORD", "compose", NEEDED, "compose 里 Redis 的密码；`make run` 自己生成", secret=True),
    VariableUse("POSTGRES_PASSWORD", "compose", NEEDED, "compose 里 PostgreSQL 的密码", secret=True),
    VariableUse("TONGBAO_IMAGE", "compose", "`tongbao/services:latest`", "服务的镜像"),
    VariableUse("TONGBAO_RASA_IMAGE", "compose", "`tongbao/rasa:latest`", "Rasa 的镜像"),
    VariableUse("TLS_FOLDER", "compose", "`./tls`", "代理的证书放在哪个文件夹"),
)
"""What is read without a class: Rasa's own environment has no pydantic-settings, and files name variables too."""


def readings() -> Iterator[VariableUse]:
    """Every variable by every process that reads it."""
    for reader, classes in READERS.items():
        for one in classes:
            module = _MESSENGERS.get(one)
            read = gateway.messenger_settings.variables_of(module, one) if module else one.variables()
            for name, field in read.items():
                default = NEEDED_IF_USED if field.is_required() and one in OPTIONAL else _default(field)
                secret, meaning = field.repr is False, field.description or ""
                yield VariableUse(name, reader, default, meaning, secret)
    yield from OTHERS


def _default(field: FieldInfo) -> str:
    """As it would be written into the environment."""
    value = field.default
    if field.is_required():
        return NEEDED
    if value in (None, "", ()):
        return OFF
    said = f"{value:g}" if isinstance(value, float) else str(int(value) if isinstance(value, bool) else value)
    return f"`{said.replace(f'{ROOT}/', '')}`"


def table() -> str:
    """The table as Markdown, by name."""
    found: dict[str, list[VariableUse]] = {}
    for one in readings():
        found.setdefault(one.variable, []).append(one)
    lines = ["| 变量 | 谁读 | 不设时 | 意思 | 机密 |", "|---|---|---|---|---|"]
    for name in sorted(found):
        by_default: dict[str, list[str]] = {}
        for one in found[name]:
            by_default.setdefault(one.default, []).append(one.reader)
        apart = len(by_default) > 1
        defaults = "；".join(d + (f"（{'、'.join(readers)}）" if apart else "") for d, readers in by_default.items())
        who = "、".join(dict.fromkeys(one.reader for one in found[name]))
        meaning = next((one.meaning for one in found[name] if one.meaning), "")
        secret = "是" if any(one.secret for one in found[name]) else ""
        lines.append(f"| `{name}` | {who} | {defaults} | {meaning} | {secret} |")
    return "\n".join(lines) + "\n"


def put_into(text: str) -> str:
    """The document with its table made anew. Raises ValueError when it has no place for one."""
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"no {BEGIN.strip()} … {END.strip()}")
    return f"{before}{BEGIN}{table()}{END}{after}"


def main() -> None:
    """Print the table, or write it into the document that is named."""
    if len(sys.argv) < 2:
        print(table(), end="")
        return
    document = Path(sys.argv[1])
    document.write_text(put_into(document.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
