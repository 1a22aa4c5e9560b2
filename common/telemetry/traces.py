"""One trace across gateway, Rasa, actions and registration, handed on as a W3C `traceparent`.

Switched on by OTEL_EXPORTER_OTLP_ENDPOINT alone, which the exporter reads; without it nothing is imported or sent.
Spans hold names, outcomes and counts, never ids of people or anything they said.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

TRACEPARENT = "traceparent"
_tracer: Any = None


def set_up(service: str, *, wanted: bool, exporter: Any = None) -> None:
    """Begin to trace, if it is wanted; with the exporter of a test or the one that the environment describes."""
    global _tracer
    if not wanted:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"tongbao-{service}"}))
    provider.add_span_processor(
        SimpleSpanProcessor(exporter) if exporter is not None else BatchSpanProcessor(OTLPSpanExporter())
    )
    _tracer = provider.get_tracer("tongbao")


def tear_down() -> None:
    """Trace no more (tests)."""
    global _tracer
    _tracer = None


@contextmanager
def span(name: str, parent: Mapping[str, Any] | None = None, **about: str | int) -> Iterator[None]:
    """Time one step. `parent` is a carrier with a `traceparent` that came from another process."""
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import Status, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = None
    if parent is not None:
        carried = {TRACEPARENT: str(parent[TRACEPARENT])} if parent.get(TRACEPARENT) else {}
        context = TraceContextTextMapPropagator().extract(carried)
    with _tracer.start_as_current_span(
        name, context=context, attributes=about, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))  # its text may quote the message
            raise


def record(name: str, parent: Mapping[str, Any], seconds: float, **about: str | int) -> None:
    """A step that has just ended and took so long, for servers that only meet a request at its ends."""
    if _tracer is None:
        return
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carried = {TRACEPARENT: str(parent.get(TRACEPARENT) or "")}
    context, now = TraceContextTextMapPropagator().extract(carried), time.time_ns()
    done = _tracer.start_span(name, context=context, attributes=about, start_time=now - int(seconds * 1e9))
    done.end(now)


def carrier() -> dict[str, str]:
    """What the next process needs to go on with this trace: a `traceparent`, or nothing."""
    if _tracer is None:
        return {}
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    found: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(found)
    return {name: value for name, value in found.items() if name == TRACEPARENT}


def trace_id() -> str:
    """The current trace's id as 32 hex digits, or nothing."""
    if _tracer is None:
        return ""
    from opentelemetry.trace import get_current_span

    context = get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""
