"""What voice input misheard is mended for the reading; what was heard well, places and days stay as they are."""

import random
from pathlib import Path
from typing import Any

import pytest

from bot import lint
from bot.exam import examined
from bot.nlu import homophones
from bot.nlu.features import seen
from bot.nlu.normalise import normalise
from tools.bench.variants import homophones as misheard


@pytest.fixture(scope="module")
def ear(model: Any) -> homophones.HomophoneCorrector:
    """The one that is served."""
    found: homophones.HomophoneCorrector = model.ear
    return found


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("要不要等带期", "要不要等待期"),
        ("新农和今年多少钱", "新农合今年多少钱"),
        ("住院能抱销吗", "住院能报销吗"),
    ],
)
def test_a_misheard_word_is_mended(ear: homophones.HomophoneCorrector, heard: str, said: str) -> None:
    assert ear.mend(heard) == said


@pytest.mark.parametrize(
    "text", ["我在陕西", "山西太原的", "3月10号生的", "揭阳的", "", "abc 123", "😀", "就那个咋整的啦嘛咋弄"]
)
def test_places_days_particles_and_strange_text_stay(ear: homophones.HomophoneCorrector, text: str) -> None:
    assert ear.mend(text) == text


@pytest.mark.nightly
def test_most_misheard_characters_of_unknown_sentences_are_mended() -> None:
    sentences = [s for s in lint.read() if len(s.text) < 60]
    ear = homophones.train(seen(s.text) for s in sentences if not examined(s.text))
    chance = random.Random(3)
    wrong = mended = harmed = 0
    chosen = [normalise(s.text) for s in sentences if examined(s.text)][:400]
    for said in chosen:
        heard = misheard(said, chance)
        wrong += heard != said
        mended += heard != said and ear.mend(heard) == said
        harmed += ear.mend(said) != said
    assert mended > 0.5 * wrong
    assert harmed < 0.12 * len(chosen)


def test_an_ear_is_read_back_as_it_was_saved(ear: homophones.HomophoneCorrector, tmp_path: Path) -> None:
    ear.save(tmp_path)
    again = homophones.HomophoneCorrector.load(tmp_path)
    chance = random.Random(5)
    for sentence in lint.read()[::400]:
        heard = misheard(normalise(sentence.text), chance)
        assert again.mend(heard) == ear.mend(heard)
        assert len(ear.mend(heard)) == len(heard)
