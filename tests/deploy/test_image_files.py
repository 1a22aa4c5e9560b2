"""The language reader's image names its few files of other rooms one by one: what it names must be enough to start."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_readers_image_holds_what_its_rooms_read(tmp_path: Path) -> None:
    copied = [line.split()[1:-1] for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines()
              if line.startswith(("COPY dialogue/", "COPY policies/"))]  # fmt: skip
    for name in (one for files in copied for one in files):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    modules = "dialogue.reading, dialogue.vocabulary, dialogue.facts, policies.places"
    told = f"import {modules}; assert dialogue.vocabulary.QUESTIONS and policies.places.names()"
    done = subprocess.run([sys.executable, "-c", told], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
