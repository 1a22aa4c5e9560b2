"""`python -m deploy.audit`: known holes in what is installed, against the reasoned exceptions of deploy/audit.yml.

pip-audit asks a service for the advisories. Where that cannot be reached, the check that needs no network still runs:
that the lock is what is installed, that exceptions are dated, reasoned and not over, and that nothing on the list of
packages we decided never to run (`never`) is installed.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import distributions
from pathlib import Path

from policies.loading import YamlFile, plain

ROOT = Path(__file__).resolve().parent.parent
OURS = ("pip", "setuptools")
FILE = ROOT / "deploy" / "audit.yml"


@dataclass(frozen=True)
class Accepted:
    """One advisory that is accepted until a day, with the reason."""

    advisory: str
    package: str
    reason: str
    until: date


def exceptions() -> list[Accepted]:
    """The accepted advisories. Raises KeyError when one lacks its reason or its end."""
    rows = plain(YamlFile(FILE).data)["accepted"] or []
    return [Accepted(r["advisory"], r["package"], r["reason"], date.fromisoformat(str(r["until"]))) for r in rows]


def offline(today: date) -> list[str]:
    """What is wrong without asking anybody."""
    installed = {_plain(found.metadata["Name"]): found.version for found in distributions() if found.metadata["Name"]}
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(
        r'^name = "([^"]+)"\nversion = "([^"]+)"', (ROOT / "uv.lock").read_text("utf-8"), re.M
    ):
        versions.setdefault(_plain(name), set()).add(version)
    wrong = [
        f"{name} {version}：不是 uv.lock 里的版本" for name, version in installed.items()
        if name in versions and version not in versions[name]
    ]  # fmt: skip
    wrong += [
        f"{name}：没有进 uv.lock" for name in installed if name not in versions and name not in ("pip", "setuptools")
    ]
    wrong += [f"{one.advisory}：例外到期了（{one.until}）" for one in exceptions() if one.until < today]
    gone = [one for one in exceptions() if one.package not in versions]
    wrong += [f"{one.advisory}：{one.package} 已经不在锁里，去掉这一条" for one in gone]
    never = plain(YamlFile(FILE).data)["never"] or {}
    return wrong + [f"{name}：决定了不装（{why}）" for name, why in never.items() if _plain(name) in installed]


def online() -> tuple[list[str], bool]:
    """Advisories that nobody accepted, and whether the service could be asked at all."""
    accepted = {one.advisory for one in exceptions()}
    line = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=180)
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, subprocess.TimeoutExpired):
        return [], False
    holes = [(one["name"], hole) for one in found for hole in one.get("vulns", ())]
    return [
        f"{name}：{hole['id']}，修复在 {'、'.join(hole['fix_versions']) or '还没有'}" for name, hole in holes
        if not accepted & {hole["id"], *hole.get("aliases", ())}
    ], True  # fmt: skip


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    wrong = offline(datetime.now(UTC).date())
    holes, asked = ([], False) if "--offline" in sys.argv else online()
    for line in wrong + holes:
        print(line)
    print("漏洞库：" + ("查过了" if asked else "没有查（连不上，或 --offline）") + f"；例外 {len(exceptions())} 条")
    return 1 if wrong or holes else 0


if __name__ == "__main__":
    sys.exit(main())
