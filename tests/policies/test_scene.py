"""The text in a leaflet's QR code: there and back, at most 64 characters, and only what exists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.library import default
from policies.scene import LONGEST, STAGES, Scene, SceneError, read, write

REGIONS = st.sampled_from(["100000", "320000", "320583", "371000", "230000"])
SCENES = st.builds(
    Scene, st.none() | REGIONS, st.none() | st.sampled_from(sorted(STAGES.values())),
    st.none() | st.sampled_from(sorted(default().questions)), st.from_regex(r"[A-Za-z0-9]{0,8}", fullmatch=True),
)  # fmt: skip


@given(SCENES)
def test_what_is_written_is_read(scene: Scene) -> None:
    assert read(write(scene)) == scene


def test_the_longest_question_leaves_room_for_a_leaflet() -> None:
    longest = max(default().questions, key=len)
    assert len(write(Scene("320583", "小学", longest, "A" * 16))) <= LONGEST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123",
        "t2.320000....",
        "t1.999999....",
        "t1..zz9..",
        "t1...ask_nothing.",
        "t1....a b",
        "t1....",
        "t1" + "." * 70,
    ],
)
def test_what_is_no_scene_is_refused(text: str) -> None:
    if text == "t1....":
        assert read(text) == Scene()
        return
    with pytest.raises(SceneError):
        read(text)


@pytest.mark.parametrize(
    "scene", [Scene(region="1"), Scene(stage="博士"), Scene(question="ask_x"), Scene(leaflet="a-b")]
)
def test_what_does_not_exist_is_not_written(scene: Scene) -> None:
    with pytest.raises(SceneError):
        write(scene)
