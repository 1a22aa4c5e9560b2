"""The group message: within the robot's bytes, complete headlines, sources, the link."""

import pytest

from leaflets import LIMIT, TooLong, group_markdown, group_text, offers
from policies.library import default
from tests.leaflets.builders import plan, sheet


@pytest.mark.parametrize("render", [group_text, group_markdown])
@pytest.mark.parametrize(("region", "year"), [("320100", 2027), ("371000", 2027), ("230000", 2024)])
def test_it_fits_and_carries_every_headline_with_its_document(render: object, region: str, year: int) -> None:
    made = sheet(plan(region, year=year), signature="光华小学")
    text = render(made)  # type: ignore[operator]
    assert len(text.encode()) <= LIMIT
    for item in made.items:
        assert item.headline in text
        assert item.sources[0].split(" ")[0] in text
    assert made.url in text
    assert made.scope in text


def test_details_go_before_anything_is_cut() -> None:
    many = [o.intent for o in offers(plan(), default()) if not o.reason][:6]
    made = sheet(plan(questions=tuple(many)))
    assert all(item.headline in group_text(made) for item in made.items)


def test_too_many_questions_are_refused() -> None:
    every = tuple(o.intent for o in offers(plan(), default()) if not o.reason)
    with pytest.raises(TooLong):
        group_text(sheet(plan(questions=every)))
