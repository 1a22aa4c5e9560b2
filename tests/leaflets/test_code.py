"""The sixteen characters of a leaflet's code: there and back, and never longer than a scene may be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets import NothingToPrint
from leaflets.code import MARK_BITS, printed, scene_of
from leaflets.plan import FORMS, STAGES, Plan, topics
from policies.scene import LONGEST, Scene, SceneError, write


@given(
    st.sampled_from(["320100", "320583", "371000", "230000", "100000"]), st.sampled_from(STAGES),
    st.integers(-4, 3), st.sets(st.sampled_from(list(topics())), min_size=1), st.sampled_from(list(FORMS)),
    st.dates(date(2025, 1, 1), date(2046, 12, 31)), st.integers(0, (1 << MARK_BITS) - 1),
)  # fmt: skip
def test_what_was_printed_is_read(
    region: str, stage: str, offset: int, questions: set[str], form: str, day: date, mark: int
) -> None:
    plan = Plan(region, stage, day.year + offset, tuple(questions), form, day).ordered()
    scene = scene_of(plan, mark)
    assert len(scene) <= LONGEST
    found = printed(scene)
    assert found is not None
    assert (found.plan, found.mark) == (plan, mark)


@pytest.mark.parametrize(
    ("year", "day"), [(2035, date(2026, 1, 1)), (2024, date(2024, 12, 31)), (1970, date(1970, 1, 1)),
                      (2048, date(2048, 1, 1)), (9999, date.max)],
)  # fmt: skip
def test_what_sixteen_characters_cannot_hold_is_refused_in_words(year: int, day: date) -> None:
    with pytest.raises(NothingToPrint, match="二维码"):
        scene_of(Plan("320100", "小学", year, ("ask_premium",), day=day), 1)


def test_a_scene_of_another_kind_is_no_leaflet() -> None:
    assert printed(write(Scene("320100", "小学", "ask_premium", "a7f3"))) is None
    with pytest.raises(SceneError):
        printed("hello")
