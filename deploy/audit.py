"""`python -m deploy.audit`: known holes in both environments, against the reasoned exceptions of deploy/audit.yml.

pip-audit asks PyPI for the advisories. What could not be asked about is a failure and said so: an audit that did not
look has found nothing. `--offline` asks nobody and says that; it checks that the locked versions are installed, that
exceptions are dated, reasoned and not over, and that nothing on the list of packages we never run is there.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import distributions
from pathlib import Path

from policies.loading import YamlFile, plain

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "deploy" / "audit.yml"
RASA = ROOT / ".venv-rasa" / "bin" / "python"
NOT_LOCKED = ("pip", "setuptools")
PATIENCE = 900.0
"""Seconds for all questions about one environment."""
_LIST = (
    "import json, importlib.metadata as m; "
    "print(json.dumps([[d.metadata['Name'], d.version] for d in m.distributions() if d.metadata['Name']]))"
)
Installed = Mapping[str, str]
"""Names of packages, folded, with their versions."""


@dataclass(frozen=True)
class Accepted:
    """One advisory that is accepted until a day, with the reason."""

    advisory: str
    package: str
    reason: str
    until: date


@dataclass(frozen=True)
class Looked:
    """What was learned about one environment: holes nobody accepted, and the packages nobody could be asked about."""

    holes: tuple[str, ...]
    unknown: tuple[str, ...]


class CannotLook(Exception):
    """One line about why an environment or its advisories could not be looked at."""


def exceptions() -> list[Accepted]:
    """The accepted advisories. Raises KeyError when one lacks its reason or its end."""
    rows = plain(YamlFile(FILE).data)["accepted"] or []
    return [Accepted(r["advisory"], r["package"], r["reason"], date.fromisoformat(str(r["until"]))) for r in rows]


def environments() -> dict[str, Installed]:
    """What is installed, by environment. Raises CannotLook."""
    services = {_plain(one.metadata["Name"]): one.version for one in distributions() if one.metadata["Name"]}
    try:
        done = subprocess.run([str(RASA), "-c", _LIST], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        raise CannotLook("Rasa 的环境 .venv-rasa 看不到，先运行 make setup") from None
    return {"服务": services, "Rasa": {_plain(name): version for name, version in json.loads(done.stdout)}}


def offline(today: date, installed: Installed) -> list[str]:
    """What is wrong in one environment without asking anybody."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(
        r'^name = "([^"]+)"\nversion = "([^"]+)"', (ROOT / "uv.lock").read_text("utf-8"), re.M
    ):
        versions.setdefault(_plain(name), set()).add(version)
    wrong = [
        f"{name} {version}：不是 uv.lock 里的版本" for name, version in installed.items()
        if name in versions and version not in versions[name]
    ]  # fmt: skip
    wrong += [f"{name}：没有进 uv.lock" for name in installed if name not in versions and name not in NOT_LOCKED]
    wrong += [f"{one.advisory}：例外到期了（{one.until}）" for one in exceptions() if one.until < today]
    gone = [one for one in exceptions() if one.package not in versions]
    wrong += [f"{one.advisory}：{one.package} 已经不在锁里，去掉这一条" for one in gone]
    never = plain(YamlFile(FILE).data)["never"] or {}
    return wrong + [f"{name}：决定了不装（{why}）" for name, why in never.items() if _plain(name) in installed]


def online(installed: Installed) -> Looked:
    """Ask about every package of one environment. Raises CannotLook when nobody answers."""
    accepted = {one.advisory for one in exceptions()}
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as wanted:
        wanted.write("".join(f"{name}=={version}\n" for name, version in sorted(installed.items())))
        wanted.flush()
        line = [
            sys.executable, "-m", "pip_audit", "--requirement", wanted.name, "--no-deps", "--disable-pip", "--format",
            "json", "--progress-spinner", "off", "--timeout", "10",
        ]  # fmt: skip
        try:
            done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)
            found = json.loads(done.stdout)["dependencies"]
        except (ValueError, KeyError, subprocess.TimeoutExpired):
            raise CannotLook("漏洞库连不上，或没有回答") from None
    asked = {_plain(one["name"]): one for one in found if "skip_reason" not in one}
    holes = [(name, hole) for name, one in asked.items() for hole in one.get("vulns", ())]
    return Looked(
        tuple(f"{name}：{hole['id']}，修复在 {'、'.join(hole['fix_versions']) or '还没有'}" for name, hole in holes
              if not accepted & {hole["id"], *hole.get("aliases", ())}),
        tuple(sorted(set(installed) - set(asked))),
    )  # fmt: skip


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _audited(where: str, installed: Installed, *, ask: bool) -> bool:
    """Look at one environment and say what was found; is it in order?"""
    wrong = offline(datetime.now(UTC).date(), installed)
    for line in wrong:
        print(f"{where}：{line}")
    if not ask:
        print(f"{where}环境：{len(installed)} 个包，没有查漏洞库（--offline）")
        return not wrong
    try:
        looked = online(installed)
    except CannotLook as error:
        print(f"{where}环境：{len(installed)} 个包，一个也没有查成：{error}")
        return False
    for line in looked.holes:
        print(f"{where}：{line}")
    print(f"{where}环境：{len(installed)} 个包，查过 {len(installed) - len(looked.unknown)} 个")
    if looked.unknown:
        few = "、".join(looked.unknown[:5])
        print(f"{where}环境：有 {len(looked.unknown)} 个包漏洞库没有回答（{few}……），所以不算查过")
    return not (wrong or looked.holes or looked.unknown)


def main() -> int:
    ask = "--offline" not in sys.argv
    try:
        good = [_audited(where, installed, ask=ask) for where, installed in environments().items()]
    except CannotLook as error:
        print(error)
        return 1
    print(f"例外 {len(exceptions())} 条（deploy/audit.yml）")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
