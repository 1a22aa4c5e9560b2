"""An acknowledgement and an errand end the talk; a question, a request, a supposition or a fact beside them do not."""

from datetime import date
from typing import Any

import pytest

from bot.nlu.conversation import Context
from bot.nlu.signing_off import signs_off

ENDS = (
    "谢谢 护士喊我了 先挂了", "嗯 天亮我先打热线 谢了", "收，B已回复",
    "好，我让她姥爷明早去镇上办", "中，俺下晌捎着材料过去", "收到 已记", "ok 回头我发给班主任",
    "妥了，我跟她爹合计合计", "要得 明天喊他屋里人去交", "嗯嗯 周六我去社区问问 谢谢", "知道了 晚上跟孩子他妈商量",
    "得嘞 我这就去打印", "明白 下班我拐过去弄 辛苦了", "行 节后我通知家长们", "谢谢哈 过两天我去窗口",
    "晓得咯，我叫我家婆娘去查下", "唔该晒 听日我去搞", "都录了，收", "好嘞 3号我去", "懂了 我先办我闺女的 晚安",
    "嗯 小的哭了 先下", "行 我整理好发家长群，上课去了", "好 我回车间了", "哦哦 我先喂奶去了", "中 做饭去嘞",
    "ok么么 下课了", "护士喊了 我先过去", "中 俺喊他舅明朝就去 难为你了", "大夫叫号了 我先进去",
    "得了 我去病房了", "收到 我去接班了 谢谢", "好哒 他爷喊我了 先溜了",
)  # fmt: skip
GOES_ON = (
    "护士喊了要交多少", "大夫叫我先交钱", "难为你了 那几号前交", "我先过去问还是先打电话",
    "好，我让她姥爷明早去办行不行", "那我周六去", "好 我前天去交的", "行，帮我办一下", "好的，我叫她爸去要带什么",
    "好，我们是镇江的", "嗯，9号生的", "妥，要是我下周才去呢", "好，到时候提醒我", "中，可我婆婆说不用交",
    "行 转人工", "好的 我来弄", "知道了，再讲一遍", "好 我去问了他们说不知道", "嗯 宝宝来了", "好，二胎来了",
    "嗯，我11月15号去交的费", "嗯，我9月去登记的", "好，我上午去窗口办好了", "我让他爸早上去交上了",
    "好，我过完年再去交",
    "嗯，我还想问问住院报销比例", "好，我再问一下老二", "谢谢，我想看原文", "好，我要办理", "好，我想查进度",
    "嗯，娃今早发烧去看急诊", "好，晚上孩子抽筋去医院", "收到，那大的呢", "嗯，给我开始办",
    "嗯 老公苏州上班", "嗯，他爸在外地干活", "好 我回老家了", "行 娃在病房呢", "好 下班了去交还来得及不",
    "行，我查一下交没交", "好，还是我妈去合适", "ok 多少钱",
)  # fmt: skip


@pytest.mark.parametrize("text", ENDS)
def test_an_errand_after_an_acknowledgement_ends_the_talk(text: str) -> None:
    assert signs_off(text)


@pytest.mark.parametrize("text", GOES_ON)
def test_whoever_asks_tells_supposes_or_requests_goes_on(text: str) -> None:
    assert not signs_off(text)


def test_the_errands_day_is_no_day_of_payment(reader: Any) -> None:
    stands = Context(open="ask_payment_period", about="什么时候缴费", knows=("region", "birth_date"))
    heard = reader.read("行 15号我让他舅去交", stands, date(2026, 3, 3))
    assert (heard.labels, heard.mentions) == (("goodbye",), ())


@pytest.mark.parametrize(
    "text",
    ["知道了，我让她爸4月30号去交", "行 我跟他爸7月去办"],
)
def test_a_day_that_may_be_too_late_is_heard(reader: Any, text: str) -> None:
    stands = Context(open="ask_payment_period", about="什么时候缴费", knows=("region", "birth_date"))
    assert reader.read(text, stands, date(2026, 3, 3)).mentions


def test_a_weekday_is_a_day_to_come(reader: Any) -> None:
    stands = Context(open="ask_refund", about="能不能退费", expect="paid_date", knows=("region",))
    assert reader.read("晓得咯 我周四去居委会", stands, date(2026, 3, 3)).labels == ("goodbye",)


def test_at_the_step_that_asks_who_goes_an_errand_is_the_answer(reader: Any) -> None:
    form = Context(form="proxy")
    assert reader.read("好 我让他奶奶去办", form, date(2026, 3, 3)).labels != ("goodbye",)
