"""A sheet asked for in the chat: the published answers as text, and the same as picture and PDF."""

import re

from actions.services import faq_sheet

from leaflets import printed
from tests.actions.builders import TODAY, memory

PUBLIC = "https://yibao.example.cn"


def test_text_picture_and_paper_of_the_region_and_stage() -> None:
    (reply,) = faq_sheet(memory("320100", stage="小学"), TODAY, PUBLIC)
    assert reply["text"].startswith("【江苏省南京市儿童医保常见问答】")
    links = re.findall(rf"{PUBLIC}/sheets/(t1\.320100\.xx\.[\w.]+?)\.(png|pdf)", reply["text"])
    assert [kind for _, kind in links] == ["png", "pdf"]
    found = printed(links[0][0])
    assert found is not None
    assert (found.plan.region, found.plan.stage, found.plan.year) == ("320100", "小学", 2027)


def test_without_a_stage_there_is_one_for_newborns_and_one_for_pupils() -> None:
    (reply,) = faq_sheet(memory("320100"), TODAY, PUBLIC)
    assert set(re.findall(r"t1\.320100\.(\w\w)\.", reply["text"])) == {"xs", "xx"}


def test_no_silent_answer_is_forwarded() -> None:
    (reply,) = faq_sheet(memory("230000"), TODAY, PUBLIC)
    assert "没有写明" not in reply["text"]
    assert "/sheets/" in reply["text"]
