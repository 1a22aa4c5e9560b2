"""A case that is another body's business: whom the parent is told to call, and why. Numbers stand in
`policies/contacts.yml` and nowhere else."""

from collections.abc import Mapping

LONGEST_REASON = 200


def told(body: str, reason: str, bodies: Mapping[str, str]) -> str:
    """What the parent reads. Raises KeyError for a body without a number."""
    return f"这件事由{body}办，请拨 {bodies[body]}。为什么转过去：{reason.rstrip('。')}。"


def outcome(body: str, bodies: Mapping[str, str]) -> str:
    """What the case is closed with, for the agent to keep or to change; empty when it went nowhere."""
    return f"已告知找{body}（{bodies[body]}）" if body in bodies else ""
