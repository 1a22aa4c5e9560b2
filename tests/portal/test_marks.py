"""What changed is marked, and nothing else is touched."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from portal.marks import marked, marked_list

TEXT = st.text(alphabet='最晚2027年1月17日办好<>&"。', max_size=40)


def test_a_changed_date_is_marked_whole() -> None:
    found = str(marked("最晚2027年1月17日办好", "最晚2026年1月7日办好"))
    assert found == "最晚<mark>2027年1月17日</mark>办好"


def test_another_text_is_marked_whole_and_not_in_crumbs() -> None:
    assert str(marked("按国家的原则，从出生当天起报", "交了出生当年的，没有等待期")).count("<mark>") == 1


def test_a_first_answer_has_no_marks() -> None:
    assert "<mark>" not in marked("最晚2027年1月17日办好", None)


def test_a_line_that_moved_is_not_a_change() -> None:
    assert [str(line) for line in marked_list(["乙", "甲"], ["甲", "乙"])] == ["乙", "甲"]


@given(TEXT, TEXT)
def test_without_its_marks_the_text_is_the_new_one_escaped(new: str, old: str) -> None:
    found = str(marked(new, old))
    assert html.unescape(re.sub("</?mark>", "", found)) == new
    assert "<" not in re.sub("</?mark>", "", found)
    assert ("<mark>" in found) <= (new != old)
