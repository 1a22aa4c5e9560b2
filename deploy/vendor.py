"""Developers only: fetch the pages' few foreign files from npm tarballs, with licence and hash. Users never run this.

python -m deploy.vendor        # writes portal/static/vendor/ and tests/browser/vendor/
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.stack import ROOT

RECORD = "vendor.json"


@dataclass(frozen=True)
class Foreign:
    """One npm package at one version: which of its files go where."""

    name: str
    version: str
    licence: str
    folder: Path
    files: tuple[str, ...]


PACKAGES = (
    Foreign("htmx.org", "2.0.11", "0BSD", ROOT / "portal/static/vendor", ("dist/htmx.min.js", "LICENSE")),
    Foreign("idiomorph", "0.8.0", "0BSD", ROOT / "portal/static/vendor", ("dist/idiomorph-ext.min.js", "LICENSE")),
    Foreign("axe-core", "4.14.1", "MPL-2.0", ROOT / "tests/browser/vendor", ("axe.min.js", "LICENSE")),
)


def kept_name(package: Foreign, file: str) -> str:
    """What a file is called here: a licence carries its package's name."""
    name = Path(file).name
    return f"{package.name}.LICENSE" if name == "LICENSE" else name


def fetch(package: Foreign, npm: str) -> dict[str, str]:
    """Copy the files of one package; returns their hashes by name."""
    with tempfile.TemporaryDirectory() as folder:
        line = [npm, "pack", "--silent", f"{package.name}@{package.version}", "--pack-destination", folder]
        subprocess.run(line, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as tarball:
            tarball.extractall(folder, filter="data")
        package.folder.mkdir(parents=True, exist_ok=True)
        hashes = {}
        for file in package.files:
            target = package.folder / kept_name(package, file)
            shutil.copyfile(Path(folder) / "package" / file, target)
            hashes[target.name] = hashlib.sha256(target.read_bytes()).hexdigest()
    return hashes


def main() -> int:
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not installed", file=sys.stderr)
        return 1
    records: dict[Path, list[dict[str, object]]] = {}
    for package in PACKAGES:
        entry: dict[str, object] = {"name": package.name, "version": package.version, "licence": package.licence,
                 "sha256": fetch(package, npm)}  # fmt: skip
        records.setdefault(package.folder, []).append(entry)
        print(f"{package.name} {package.version}")
    for folder, entries in records.items():
        (folder / RECORD).write_text(json.dumps(entries, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
