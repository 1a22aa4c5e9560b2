"""One trace through gateway, actions and registration; without an exporter nothing happens at all."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from common.telemetry import traces
from registration.client import RegistrationCallFailed, RegistrationClient

ROOT = Path(__file__).parents[2]


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    traces.set_up("test", wanted=True, exporter=exporter)
    yield exporter
    traces.tear_down()


def test_a_step_in_another_process_belongs_to_the_same_trace(spans: InMemorySpanExporter) -> None:
    with traces.span("turn", channel="web"):
        carried = traces.carrier()
    assert carried.keys() == {"traceparent"}
    with traces.span("action_answer", parent={**carried, "conversation": "c"}):
        onward = traces.carrier()
    traces.record("POST v1", onward, 0.01, status=201)
    found = {span.name: span for span in spans.get_finished_spans()}
    assert len({span.context.trace_id for span in found.values() if span.context}) == 1
    assert found["action_answer"].parent == found["turn"].context or found["action_answer"].parent is not None
    assert "c" not in str(dict(found["action_answer"].attributes or {}))


def test_an_error_is_named_and_not_quoted(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="欧阳"), traces.span("turn"):
        raise ValueError("欧阳小宝")
    span = spans.get_finished_spans()[0]
    assert span.status.description == "ValueError"
    assert "欧阳" not in span.to_json()


def test_the_registration_client_sends_the_trace_along() -> None:
    asked: list[int] = []

    def headers() -> dict[str, str]:
        asked.append(1)
        return {"traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01"}

    client = RegistrationClient("http://127.0.0.1:1", "t" * 16, attempts=1, headers=headers)
    with pytest.raises(RegistrationCallFailed):
        client.get("TB1")
    assert asked


def test_without_an_exporter_nothing_is_imported_or_made() -> None:
    program = (
        "import sys\nfrom common.telemetry import traces\ntraces.set_up('x', wanted=False)\n"
        "with traces.span('turn'): assert traces.carrier() == {} and traces.trace_id() == ''\n"
        "traces.record('x', {}, 1.0)\nassert not any(name.startswith('opentelemetry') for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)
