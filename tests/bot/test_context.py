"""The sentence encoder: how it cuts a text, that it hears meaning, and that what is kept of it is what it says."""

import itertools
import random
from typing import Any

import numpy as np
import pytest

from bot import lint
from bot.nlu import intents, meanings
from bot.nlu import sentence_encoder as context
from bot.nlu.pieces import FIRST, LAST, SPACE, UNKNOWN, Pieces


@pytest.fixture(scope="module")
def encoder() -> context.Encoder:
    return context.Encoder()


def likelihood(pieces: "list[str]", known: "dict[str, float]", unknown: float) -> float:
    return sum(known.get(piece, unknown) for piece in pieces)


@pytest.mark.parametrize("seed", range(20))
def test_the_likeliest_cut_is_found(seed: int) -> None:
    """Against every way there is to cut a short text."""
    chance = random.Random(seed)
    known = {"".join(chance.choices("医保卡", k=chance.randint(1, 3))): -chance.uniform(1, 9) for _ in range(8)}
    known[SPACE] = -2.0
    names = list(known)
    text = "".join(chance.choices("医保卡", k=6))
    full = SPACE + text
    unknown = min(known.values()) - 10
    best = max(
        likelihood([full[a:b] for a, b in itertools.pairwise((0, *cuts, len(full)))], known, unknown)
        if all(b - a == 1 or full[a:b] in known for a, b in itertools.pairwise((0, *cuts, len(full))))
        else float("-inf")
        for n in range(len(full))
        for cuts in itertools.combinations(range(1, len(full)), n)
    )
    numbers = Pieces(names, list(known.values())).numbers(text, 99)
    assert (numbers[0], numbers[-1]) == (FIRST, LAST)
    cut = [known[names[n - UNKNOWN - 1]] if n > UNKNOWN else unknown for n in numbers[1:-1]]
    assert sum(cut) == pytest.approx(best)


def test_a_long_text_is_read_to_its_bound(encoder: context.Encoder) -> None:
    assert len(encoder.numbers("孩子医保怎么交费" * 200)) == context.LONGEST + 2


def test_the_meaning_is_nearer_than_the_letters(encoder: context.Encoder) -> None:
    """落地险 shares no letter with its meaning; the second sentence shares half of them with another question."""
    ask, same, other = encoder.directions(["落地险咋弄", "刚出生的孩子怎么参加医保", "这台洗衣机咋弄"])
    assert float(ask @ same) > float(ask @ other)


def test_texts_do_not_hear_each_other(encoder: context.Encoder) -> None:
    texts = [
        "有等待期吗",
        "多久生效呢",
        "孩子在哈尔滨上学，户口在威海，在哪边交",
        "",
        "😀😀",
        "ｗｉｄｅ\x00",
        "啊" * 3000,
    ]
    together = encoder.directions(texts)
    for text, row in zip(texts, together):
        assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)
        assert float(row @ encoder.directions([text])[0]) == pytest.approx(1, abs=1e-4)


def test_what_is_kept_is_what_the_encoder_says(encoder: context.Encoder) -> None:
    """And hardly a sentence is missing: `python -m bot.nlu.meanings` keeps the new ones."""
    views = [view for sentence in lint.read() for view in intents.learned_views(sentence.text)]
    kept, _ = meanings._kept()
    missing = [view for view in views if meanings._key(view) not in kept]
    assert len(missing) < len(views) / 20, f"{len(missing)} sentences: run python -m bot.nlu.meanings"
    some = random.Random(1).sample([v for v in views if meanings._key(v) in kept], 40)
    assert np.einsum("ij,ij->i", meanings.directions(some), encoder.directions(some)).min() > 0.999


def test_another_encoders_rows_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    meanings._kept.cache_clear()
    monkeypatch.setattr(context, "fingerprint", lambda: "another")
    try:
        assert meanings._kept()[0] == {}
        assert meanings.directions(["有等待期吗"]).shape == (1, 384)
    finally:
        meanings._kept.cache_clear()


def test_a_model_of_another_encoder_is_refused(model: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    model.save(tmp_path)
    monkeypatch.setattr(context, "fingerprint", lambda: "another")
    with pytest.raises(intents.WrongEncoder, match="make train"):
        intents.IntentModel.load(tmp_path)


def test_the_meaning_is_not_asked_when_the_letters_are_sure(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(model, "meaning", lambda text: asked.append(text) or np.zeros(len(model.intents)))
    model.guess("你好")
    assert not asked
    model.guess("那个东西到底算不算数嘛")
    assert asked
