"""The dashboard and the alerts use only metrics that are really exposed, and every metric is on the dashboard."""

import json
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bot.watching import Watch
from common.telemetry import metrics
from policies.loading import YamlFile

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "observability"
_NAME = re.compile(r"\btongbao_\w+")
_SERIES = ("_bucket", "_count", "_sum")


def exposed() -> set[str]:
    """Names of all series, as Prometheus stores them, of the services and of Rasa's process."""
    watch = Watch()
    with watch.turn() as outcome:
        outcome.append("answered")
    found = {m.name + ("_total" if m.type == "counter" else "") for m in _families(metrics.exposition()[0].decode())}
    return found | {m.name + ("_total" if m.type == "counter" else "") for m in _families(watch.text())}


def _families(text: str) -> list[object]:
    return [family for family in text_string_to_metric_families(text) if family.name.startswith("tongbao_")]


def asked() -> dict[str, set[str]]:
    """The metrics each file uses, without the suffixes of histograms."""
    rules = YamlFile(FOLDER / "alerts.yml").data["groups"][0]["rules"]
    panels = json.loads((FOLDER / "dashboard.json").read_text("utf-8"))["panels"]
    lines = {"alerts": [r["expr"] for r in rules], "dashboard": [t["expr"] for p in panels for t in p["targets"]]}
    return {name: {_plain(found) for line in some for found in _NAME.findall(line)} for name, some in lines.items()}


def _plain(name: str) -> str:
    return next((name.removesuffix(end) for end in _SERIES if name.endswith(end)), name)


def test_every_metric_asked_for_exists() -> None:
    known = exposed()
    assert len(known) > 25
    for name, some in asked().items():
        assert some - known == set(), name


def test_every_metric_is_on_the_dashboard() -> None:
    assert exposed() - asked()["dashboard"] == set()


def test_rasas_exposition_can_be_read_and_counts() -> None:
    watch = Watch()
    with watch.turn() as outcome:
        outcome.append("answered")
    families = {family.name: family for family in text_string_to_metric_families(watch.text())}
    assert {"process_resident_memory_bytes", "process_cpu_seconds"} <= set(families)
    turns = {sample.labels["outcome"]: sample.value for sample in families["tongbao_rasa_turns"].samples}
    assert turns == {"answered": 1.0}
    count = [s.value for s in families["tongbao_rasa_turn_seconds"].samples if s.name.endswith("_count")]
    assert count == [1.0]


def test_every_alert_says_what_to_do() -> None:
    rules = YamlFile(FOLDER / "alerts.yml").data["groups"][0]["rules"]
    guide = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert all(f"| {rule['alert']} |" in guide for rule in rules)
    assert all(rule["annotations"]["summary"] for rule in rules)


def test_every_metric_is_counted_somewhere() -> None:
    names = {name for name, made in vars(metrics).items() if name.isupper() and hasattr(made, "_type")}
    rooms = ("actions", "common", "deploy", "dialogue", "gateway", "portal", "registration")
    code = "\n".join(path.read_text("utf-8") for room in rooms for path in (ROOT / room).rglob("*.py"))
    assert names, "no metric found"
    assert {name for name in names if len(re.findall(rf"\b{name}\b", code)) < 2} == set()
