"""The values a label has in what this process shows."""

from prometheus_client.parser import text_string_to_metric_families

from common.telemetry.metrics import exposition

ODD = ("BREW", "get", "M" * 4000, "X-1", "X-2", "GET")
"""Methods as a client may write them; the last is one."""


def methods(start: str) -> set[str]:
    """The label `method` in all metrics whose name begins so."""
    families = text_string_to_metric_families(exposition()[0].decode())
    samples = [sample for family in families if family.name.startswith(start) for sample in family.samples]
    return {sample.labels["method"] for sample in samples if "method" in sample.labels}
