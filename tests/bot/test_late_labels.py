"""A label the taught encoder never met is heard from a few examples, and takes nothing from its neighbours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot import lint, turns
from bot.nlu import late_labels
from bot.nlu.heads import Whole, heads
from bot.nlu.late_labels import NOTHING_LATE, LateLabels
from bot.nlu.sentence_encoder import encoder
from bot.nlu.text import read_text

NEW = "ask_about_school_lunch"
EXAMPLES = (
    "学校食堂的饭钱能不能从卡里扣", "中午在校吃一顿要交多少", "娃嫌食堂的菜咸，能不能不订餐", "营养午餐还发不发了",
    "这学期的伙食费交到哪里", "请病假那几天的饭钱退不退", "学校午饭有没有回民灶", "幼儿园一天几顿点心",
    "能不能让孩子自己带饭", "食堂换了承包的，饭菜差了找谁", "午餐补助一天是几块", "订了餐没吃，钱怎么算",
)  # fmt: skip
NEW_WORDS = ("饭费哪天收", "孩子在校吃的那顿多少钱一份", "不想在食堂吃了怎么退餐", "学校给贫困生的午饭补多少")
NEIGHBOURS = ("一年交多少钱", "学校让交医保，交到哪里", "交重了能退吗", "低保家庭缴费有资助吗", "谢谢你")


@pytest.fixture(scope="module")
def taught() -> LateLabels:
    known = [(s.text, turns.renamed(s.intent)) for s in lint.read()][::12]
    texts = [*(text for text, _ in known), *EXAMPLES]
    labels = [*(label for _, label in known), *(NEW for _ in EXAMPLES)]
    return late_labels.train(texts, labels, [{} for _ in texts])


def views(text: str) -> tuple[Whole, np.ndarray]:
    fed = encoder().feed("", read_text(text).plain)
    whole = heads().whole(encoder().states(fed), fed)
    return whole, heads().label(whole)


def test_a_new_label_is_heard_in_other_words(taught: LateLabels) -> None:
    assert taught.labels == [NEW]
    heard = {}
    for text in NEW_WORDS:
        whole, known = views(text)
        heard[text] = [*heads().labels, NEW][int(taught.beside(known, whole).argmax())]
    assert list(heard.values()).count(NEW) >= len(NEW_WORDS) - 1, heard


def test_its_neighbours_are_heard_as_before(taught: LateLabels) -> None:
    for text in NEIGHBOURS:
        whole, known = views(text)
        told = taught.beside(known, whole)
        assert np.exp(told).sum() == pytest.approx(1.0, abs=1e-3)
        assert told.argmax() == known.argmax(), text


def test_where_no_label_is_new_nothing_is_learned_and_nothing_changes() -> None:
    assert late_labels.train(["谢谢"], ["thank"], [{}]) is NOTHING_LATE
    whole, known = views("谢谢你")
    assert NOTHING_LATE.beside(known, whole) is known


def test_it_is_read_back_as_it_was_saved(taught: LateLabels, tmp_path: Path) -> None:
    taught.save(tmp_path)
    read = LateLabels.load(tmp_path)
    whole, known = views("食堂多少钱")
    assert read.labels == taught.labels
    assert read.beside(known, whole) == pytest.approx(taught.beside(known, whole))


def test_anything_but_arrays_is_refused(tmp_path: Path) -> None:
    bad: Any = np.array([{"a": 1}], dtype=object)
    np.savez(tmp_path / late_labels.FILE, labels=bad, weights=bad, bias=bad)
    with pytest.raises(ValueError, match="allow_pickle"):
        LateLabels.load(tmp_path)
