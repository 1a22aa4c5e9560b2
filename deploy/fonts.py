"""Developers only: the leaflets' typeface, cut down to the characters it needs. Users never run this.

python -m deploy.fonts         # writes leaflets/fonts/: Noto Sans SC Regular and Bold, licence, coverage, hashes

Kept are the 8,105 characters of the 通用规范汉字表 (Unihan's field kTGH, from Debian's package unicode-data), every
character our policy files and place names use, Latin, punctuation and the marks the sheets print.
"""

import bz2
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from deploy.stack import ROOT

PACKAGE, VERSION = "@expo-google-fonts/noto-sans-sc", "0.4.3"
TARGET = ROOT / "leaflets" / "fonts"
COVERAGE, RECORD = "coverage.txt", "fonts.json"
WEIGHTS = {"Regular": "400Regular/NotoSansSC_400Regular.ttf", "Bold": "700Bold/NotoSansSC_700Bold.ttf"}
MARKS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x2028), *range(0x2030, 0x2040),
                          *range(0x2460, 0x2474), *range(0x3000, 0x3020), *range(0xFF01, 0xFF5F), 0x2103, 0x2116,
                          0x2190, 0x2192, 0x25A0, 0x25A1, 0x25CF, 0x25CB, 0x25C6, 0x2605, 0x2713, 0x2715, 0xFFE5,
                          0x2264, 0x2265, 0x00D7, 0x2212]))  # fmt: skip
_POLICY_FILES = (".yml", ".tsv", ".txt")


def standard_characters(folder: Path) -> set[str]:
    """The 通用规范汉字表 as Unihan lists it."""
    subprocess.run(["apt-get", "download", "-qq", "unicode-data"], cwd=folder, check=True, capture_output=True)  # noqa: S607
    subprocess.run(["dpkg-deb", "-x", next(folder.glob("unicode-data*.deb")), folder / "ud"], check=True)  # noqa: S607
    lines = bz2.decompress((folder / "ud/usr/share/unicode/Unihan_OtherMappings.txt.bz2").read_bytes()).decode()
    found = {chr(int(line[2:].split("\t")[0], 16)) for line in lines.splitlines() if "\tkTGH\t" in line}
    assert len(found) == 8105, len(found)
    return found


def our_characters() -> set[str]:
    """Every character an official may have written, and every place name."""
    files = [p for p in (ROOT / "policies").rglob("*") if p.suffix in _POLICY_FILES and p.name != "raw.txt"]
    return {c for path in files for c in path.read_text("utf-8") if c.isprintable()}


def subset(source: Path, target: Path, wanted: set[str]) -> set[str]:
    """Cut the font down; returns the characters it really has."""
    from fontTools import subset as cutter

    options = cutter.Options(hinting=False, layout_features=["kern", "locl", "vert", "palt"], name_IDs=["*"],
                             notdef_outline=True, glyph_names=False)  # fmt: skip
    font = cutter.load_font(str(source), options)
    had = {chr(code) for code in font.getBestCmap()}
    tool = cutter.Subsetter(options)
    tool.populate(unicodes=[ord(c) for c in wanted & had])
    tool.subset(font)
    font["head"].modified = font["head"].created  # the same input gives the same bytes
    cutter.save_font(font, str(target), options)
    return wanted & had


def main() -> int:
    npm = shutil.which("npm")
    if npm is None or shutil.which("apt-get") is None:
        print("npm and apt-get are needed", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        wanted = standard_characters(folder) | our_characters() | set(MARKS)
        subprocess.run([npm, "pack", "--silent", f"{PACKAGE}@{VERSION}", "--pack-destination", folder], check=True,
                       capture_output=True)  # fmt: skip
        with tarfile.open(next(folder.glob("*.tgz"))) as tarball:
            tarball.extractall(folder, filter="data")
        shutil.copyfile(folder / "package" / "LICENSE_FONT", TARGET / "OFL.txt")
        covered = wanted
        for weight, path in WEIGHTS.items():
            covered &= subset(folder / "package" / path, TARGET / f"NotoSansSC-{weight}.ttf", wanted)
    (TARGET / COVERAGE).write_text("".join(sorted(covered)) + "\n", "utf-8")
    hashes = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(TARGET.glob("*.ttf"))}
    record = {"name": PACKAGE, "version": VERSION, "licence": "OFL-1.1", "sha256": hashes}
    (TARGET / RECORD).write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    lost = sorted(our_characters() - covered)
    print(f"{len(covered)} characters; of our files the typeface lacks: {''.join(lost) or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
