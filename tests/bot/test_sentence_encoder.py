"""The sentence encoder and its heads: how it cuts a text, which pieces hold which characters, what the heads tell."""

import itertools
import random
from typing import Any

import numpy as np
import pytest

from bot.nlu import intents, sentence_encoder
from bot.nlu.heads import heads
from bot.nlu.sentence_encoder import LONGEST, Encoder, encoder
from bot.nlu.unigram_tokenizer import FIRST, LAST, SPACE, UNKNOWN, UnigramTokenizer
from dialogue.vocabulary import LABELS, OWNERS, POLARITIES, ROLES


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
    pieces = UnigramTokenizer(names, list(known.values()))
    numbers = pieces.numbers(text, 99)
    assert (numbers[0], numbers[-1]) == (FIRST, LAST)
    cut = [known[names[n - UNKNOWN - 1]] if n > UNKNOWN else unknown for n in numbers[1:-1]]
    assert sum(cut) == pytest.approx(best)
    _, starts = pieces.cut(text)
    assert starts == sorted(starts)
    assert set(starts) <= set(range(len(text)))


def test_the_pieces_of_a_message_stand_behind_what_was_said_before() -> None:
    alone, after = encoder().feed("", "那大的呢"), encoder().feed("一年交多少钱 有生日", "那大的呢")
    assert alone.begin == 1
    assert after.begin > 1
    assert after.numbers[after.begin :] == alone.numbers[alone.begin :]
    assert after.starts == alone.starts


@pytest.mark.parametrize("text", ["宝宝10月3号生的", "我在江苏南京，8月交的", "a b", "😀10月", "ｗｉｄｅ"])
def test_a_span_of_pieces_holds_its_characters(text: str) -> None:
    fed = encoder().feed("有没有等待期", text)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            span = fed.span(start, end)
            assert span is not None
            first, last = span
            assert fed.begin <= first < last <= fed.begin + len(fed.starts)
            assert fed.starts[first - fed.begin] <= start or first == fed.begin
            if last - fed.begin < len(fed.starts):
                assert fed.starts[last - fed.begin] >= end


def test_a_long_text_is_read_at_both_ends_to_its_bound() -> None:
    story = "孩子医保怎么交费" * 200
    fed = encoder().feed("", story)
    assert len(fed.numbers) == LONGEST + 2
    assert fed.starts == sorted(fed.starts)
    assert fed.span(0, 4) is not None
    middle = (fed.starts[LONGEST // 3 - 1] + fed.starts[LONGEST // 3]) // 2
    assert fed.starts[LONGEST // 3] - fed.starts[LONGEST // 3 - 1] > 8
    assert fed.span(middle, middle + 1) is not None or middle > 0


@pytest.mark.parametrize("text", ["", "😀😀", "ｗｉｄｅ\x00", "啊" * 3000, "\ud800", "有等待期吗"])
def test_every_text_has_its_states(text: str) -> None:
    fed = encoder().feed("要生日", text)
    states = encoder().states(fed)
    assert states.shape == (len(fed.numbers), 384)
    assert np.isfinite(states).all()


def test_another_encoder_says_the_same() -> None:
    fed = encoder().feed("", "孩子在哈尔滨上学，户口在威海，在哪边交")
    assert Encoder().states(fed) == pytest.approx(encoder().states(fed), abs=1e-5)


def test_the_heads_tell_apart_just_what_the_guide_names() -> None:
    assert set(heads().labels) <= set(LABELS)
    assert set(heads().roles) <= {"none", *ROLES}
    assert set(heads().polarities) == set(POLARITIES)
    assert set(heads().owners) <= {"", "named", *OWNERS}


def test_the_heads_give_log_probabilities() -> None:
    text = "老二10月3号生的，在南京"
    fed = encoder().feed("", text)
    whole = heads().whole(encoder().states(fed), fed)
    assert np.exp(heads().label(whole)).sum() == pytest.approx(1.0, abs=1e-4)
    assert ((heads().also(whole) >= 0) & (heads().also(whole) <= 1)).all()
    span = fed.span(2, 7)
    assert span is not None
    for name, odds in heads().mention(whole, span).items():
        assert np.exp(odds).sum() == pytest.approx(1.0, abs=1e-4), name


def test_what_stood_before_changes_what_is_heard() -> None:
    """“双胞胎呢” asks again what stands open, and nothing in particular by itself."""
    follow = heads().labels.index("follow")

    def heard(before: str) -> float:
        fed = encoder().feed(before, "双胞胎呢")
        return float(np.exp(heads().label(heads().whole(encoder().states(fed), fed)))[follow])

    assert heard("一年交多少钱 有地区") > 0.5


def test_a_model_of_another_encoder_is_refused(saved: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_encoder, "fingerprint", lambda: "another")
    with pytest.raises(intents.WrongEncoder, match="make train"):
        intents.IntentModel.load(saved)
