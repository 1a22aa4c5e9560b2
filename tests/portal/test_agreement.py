"""The figures of the sample against worked examples in print."""

import pytest

from common.casebook import Handled, SampledTurn, ThumbCount
from common.casebook.sampling import Verdict
from common.storage.talk_counts import TalksOfDay
from portal.review import outcomes
from portal.review.agreement import cohens_kappa, plain_agreement, result_of, share, wilson
from portal.review.words import week_name
from tests.portal.builders import NOON, TODAY


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    """Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3."""
    found = wilson(right, of)
    assert found == pytest.approx((low, high), abs=5e-5)
    assert wilson(of - right, of) == pytest.approx((1 - high, 1 - low), abs=5e-5)


def test_nothing_judged_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert plain_agreement([]) is cohens_kappa([]) is None
    assert cohens_kappa([("right", "right")] * 5) is None
    assert share(None) == "—"


def pairs(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, times in table.items() for _ in range(times)]


def test_kappa_is_cohens() -> None:
    """Fleiss, Cohen, Everitt, Large sample standard errors of kappa (1969), table 1: 0.429; and a fourfold table."""
    three = {
        ("a", "a"): 53, ("a", "b"): 5, ("a", "c"): 2, ("b", "a"): 11, ("b", "b"): 14, ("b", "c"): 5,
        ("c", "a"): 1, ("c", "b"): 6, ("c", "c"): 3,
    }  # fmt: skip
    assert plain_agreement(pairs(three)) == pytest.approx(0.70)
    assert cohens_kappa(pairs(three)) == pytest.approx(0.429, abs=5e-4)
    two = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    assert cohens_kappa(pairs(two)) == pytest.approx(0.4)
    assert cohens_kappa([("a", "b"), ("b", "a")]) == pytest.approx(-1.0)


def judged(**said: Verdict) -> SampledTurn:
    return SampledTurn(1, "2026-W47", NOON, "交多少", None, None, "ask_premium", "decided", "400元", said)


def test_only_what_both_judged_counts_and_right_is_what_both_found_right() -> None:
    turns = [*(judged(z="right", a="right") for _ in range(7)), judged(a="right", z="partly"),
             judged(a="wrong", z="wrong"), judged(a="partly", z="wrong"), judged(a="wrong"), judged()]  # fmt: skip
    found = result_of(turns)
    assert (found.drawn, found.judged, found.right, found.wrong) == (12, 10, 7, 2)
    assert found.accuracy == pytest.approx(0.7)
    assert found.interval == pytest.approx(wilson(7, 10))
    assert found.agreement == pytest.approx(0.8)
    # a: right 8, partly 1, wrong 1; z: right 7, partly 1, wrong 2
    assert found.kappa == pytest.approx((0.8 - 0.59) / (1 - 0.59))
    assert share(found.accuracy) == "70%"
    assert result_of([]).accuracy is None


def test_the_figures_show_the_accuracy_in_service_by_week() -> None:
    right, wrong = judged(a="right", z="right"), judged(a="right", z="wrong")
    table = outcomes.accuracy({"2026-W47": [right] * 9 + [wrong], "2026-W46": [judged()]})
    assert table.rows == (
        ("2026年11月16日到11月22日", 10, 10, 9, "90%", "60% 到 98%", 1, "90%", "0.00"),
        ("2026年11月9日到11月15日", 1, 0, 0, "—", "—", 0, "—", "—"),
    )
    assert {len(row) for row in table.rows} == {len(table.head)}
    assert outcomes.accuracy({}).rows == ()


def test_the_figures_show_what_came_of_the_talks() -> None:
    talks = [TalksOfDay(TODAY, "web", 15, 30), TalksOfDay(TODAY, "wx", 5, 9)]
    cases = [Handled("web", NOON, None, None, reason) for reason in ("家长要找人", "", "家长要找人", "家长情绪激动")]
    thumbs = [ThumbCount(TODAY, "ask_premium", 6, 1), ThumbCount(TODAY, None, 2, 1)]
    called = {"asked": 40, "yes": 16, "no": 4}
    rows = {row[0]: row[1:] for row in outcomes.outcomes(talks, cases, thumbs, called).rows}
    assert rows["没用人工的"] == (16, "80%", "58% 到 92%")
    assert rows["转人工的"][:2] == (4, "20%")
    assert rows["有帮助"][:2] == (8, "80%")
    assert rows["没解决"][:2] == (2, "20%")
    assert rows["答了的"][:2] == (20, "50%")
    assert rows["本来会打电话的"] == (16, "80%", "58% 到 92%")
    assert outcomes.handover_reasons(cases).rows == (("家长要找人", 2), ("没写", 1), ("家长情绪激动", 1))
    nothing = {row[0]: row[1:] for row in outcomes.outcomes([], [], [], {}).rows}
    assert nothing["没用人工的"] == (0, "—", "—")
    assert all(isinstance(row[1], int) for row in outcomes.outcomes([], [], [], {}).rows)


def test_a_week_is_named_by_its_days() -> None:
    assert week_name("2026-W48") == "2026年11月23日到11月29日"
    assert week_name("2026-W53") == "2026年12月28日到1月3日"
