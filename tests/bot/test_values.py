"""Whatever role is judged, a time becomes a mention whose facts can be told, or none."""

from datetime import date

import pytest

from bot.nlu.mentions import find_mentions
from bot.nlu.role_names import LABELS, RoleScore
from bot.nlu.text import read_text
from bot.nlu.values import mentions_of
from dialogue.facts import told_in
from dialogue.reading import Reading

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize("text", ["2025年", "怀孕34周", "3岁", "10月3号", "上个月"])
def test_a_role_of_another_kind_breaks_nothing(text: str) -> None:
    read = read_text(text)
    candidates = find_mentions(read, TODAY)
    assert candidates
    for role in LABELS["role"]:
        judged = [(one, RoleScore(role, "asserted", "", False, 0.9)) for one in candidates]
        told_in(Reading(text, ("inform",), mentions_of(read, judged, TODAY)))
