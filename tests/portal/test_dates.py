"""Days as agents type them while somebody talks."""

from datetime import date

import pytest

from portal.dates import read_date

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10月20号", "2026-10-20"), ("10月20日", "2026-10-20"), ("10-20", "2026-10-20"), ("10.20", "2026-10-20"),
        ("10/20", "2026-10-20"), ("26年10月20号", "2026-10-20"), ("2026年10月20号", "2026-10-20"),
        ("20261020", "2026-10-20"), ("去年3月5号", "2025-03-05"), ("今年1月1日", "2026-01-01"), ("昨天", "2026-11-21"),
        ("今天", "2026-11-22"), ("12月1号", "2026-12-01"), ("1月5日", "2027-01-05"), (" 11月22号 ", "2026-11-22"),
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_said(typed: str, meant: str) -> None:
    assert read_date(typed, TODAY) == date.fromisoformat(meant)


@pytest.mark.parametrize(("typed", "meant"), [("12月1号", "2025-12-01"), ("2月29日", "2024-02-29")])
def test_a_birth_lies_in_the_past(typed: str, meant: str) -> None:
    assert read_date(typed, TODAY, past=True) == date.fromisoformat(meant)


@pytest.mark.parametrize("typed", ["2月30号", "13月1日", "十月", "2026-10", "", "2026-02-30", "10月"])
def test_what_is_no_day_is_said_in_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"[写没]"):
        read_date(typed, TODAY)
