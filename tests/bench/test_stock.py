"""Stock Rasa, beside which we measure, is given everything its endpoints ask of the environment."""

import re
from pathlib import Path

from deploy.stack import Ports, Stack
from tools.bench.turns import ROOT, UNLIMITED, stores


def test_every_variable_of_its_endpoints_is_set(tmp_path: Path) -> None:
    environment = Stack(folder=tmp_path, ports=Ports.free(), extra=UNLIMITED, say=lambda line: None).environment()
    environment |= stores(environment["REDIS_URL"])
    asked = re.findall(r"\$\{(\w+)\}", (ROOT / "tools" / "bench" / "stock" / "endpoints.yml").read_text("utf-8"))
    assert {"RASA_REDIS_HOST", "ACTIONS_URL"} <= set(asked)
    assert {name for name in asked if not environment.get(name)} == set()
