"""What is no question of the rules: a person, the queue, an enrollment's steering, small talk, what is unclear."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from dialogue import answering, form, last_answer, services
from dialogue import danger as dangers
from dialogue.answering import asked_about, give, noticed, place_offers, region_name, region_offers
from dialogue.facts import PLACES
from dialogue.hearing.owners import tells_of_two_households
from dialogue.hearing.places_quoted import SAID_BY, their_word
from dialogue.last_answer import ABOUT
from dialogue.question_groups import BY_WHEN, PAYMENTS, UNBORN
from dialogue.questions import answers, asked, asked_for, first_lines, follow_ups
from dialogue.questions.named import answer_named, question_named
from dialogue.reading import STRANGER
from dialogue.reply import Card, Choices, QuestionPart, Reply, Result, led, say
from dialogue.state import QuickReply, Standing
from dialogue.turn import Situation
from dialogue.words import options, question_offer, words
from policies import places
from policies.answers import compose
from policies.facts import LABELS
from policies.library import default

_LOOKS_UP = re.compile("有没有|查|看看|看下")
_WHY = re.compile("为[啥什何]|咋不|怎么不|凭[啥什]|你.{0,3}不(?:知道|晓得|懂|会|清楚)|[你您]也不")
PATIENCE = 2
"""Messages in a row that are not understood before a person is offered instead of readings."""
HAND_OVER = 0.5
"""Probability from which a person is called; below, the number is told and a person offered."""
ENROLL = 0.5
"""Probability from which an enrollment is started while a question stands; below it is offered."""
HARDLY_ENROLLS = 0.45
"""The same where none stands: nobody wants one by half (“我的直播间讲医保，帮忙推一下”)."""
SURELY_ENROLLS = 0.8
"""The same of somebody who says to have a question (“想问下宝宝医保”)."""
_WANTS_TO_ASK = re.compile("[问咨]|了解|打听|请教")
ASKS_OF_QUEUE = 0.5
"""Probability from which a message that mentions something is about the queue all the same."""
GOES_ON = 0.5
"""Probability from which “继续” in any words takes the enrollment up again."""
DOUBTS = 0.75
"""Probability of both from which a relative's place is doubted or compared; below, the answer for there is asked."""
DECLINES = 0.4
"""Probability from which a fact is refused: who asks something short is not told “不说也没关系”."""
APPLICATION = 0.8
"""Probability from which a request about an application is believed where none was started here."""
_A_DAY = re.compile("(?:那个?|那些|的|头一个|第一个|前面)(?:日子|日期|期限|时间)|日子|日期|最[晚迟]|截止|期限")
"""“小的那个日子再发我一下”: of the answers before, the one on days."""
_LIMIT = re.compile(
    "最[晚迟]|截止|期限|最后[那哪一是]{0,2}[天日]|最后(?:是)?几号|末了[那一]?[天日]|末[脚尾]?一?[天日]|最尾"
)
"""“俺孩儿末了那天 再说一遍”: of the limit."""
OF_GROUNDS = ("about_source", "about_quote", "about_link", "about_validity")
DOUBTS_OF = ("verdict", "press", "challenge")
HARDLY_OF_THE_LAST = 0.05
"""Below this a doubt is hardly about the last answer."""
AGAIN = ("repeat", "shorter", "plainer")
"""Operations that may name an earlier answer by what it was about."""
HARDLY_AGAIN, ASKS_BESIDE = 0.5, 0.1
"""Below the first, a repetition is asked of the question that has the second (“再帮我理一遍，我该交哪几年的”)."""
TELLS = 0.6
"""Probability from which a first message that asks nothing tells something all the same."""
SMALL = {
    "greet": "greet", "help": "help", "next_step": "help",
    "thank": "thank", "goodbye": "goodbye", "bot_challenge": "bot",
    "apologise": "apologise", "insult": "insult", "chitchat": "chitchat", "affirm": "affirm", "stop": "stop",
    "just_asking": "just_asking",
}  # fmt: skip
"""Label → words."""
PERSON = QuickReply("转人工", "转人工", "request_human")
HELP = QuickReply("你能做什么", "你能做什么", "help")
LEAVE = QuickReply("不等了，继续问机器人", "结束人工", "leave_queue")
_WEARY = re.compile(
    "累|烦|崩溃|愁|焦虑|头疼|头大|心酸|心疼|委屈|想哭|哭了|好难|太难|难死|难受|熬|恼火|糟心|闹心|孤单"
    "|慌|害怕|我怕|好怕|吓死|吓坏|发毛|没底|六神无主|魂都"
    "|一个人(?:扛|跑|带|弄|顶)|😤|😭|😩|😫|😢|🥲|😮‍💨|😔|😞"
)
"""Small talk of somebody who has had enough: no time for a joke."""
_THANKS = re.compile("谢|辛苦|麻烦[你您]|多亏|感恩|唔该|3[qQ]|[你您]真|真[好行中]|有耐")
_LAUGHS = re.compile("哈{2,}|嘿{2,}|嘻{2,}|[hH]{3,}|笑|😂|🤣|😄|😁|😆|😅|[\\[【]偷?笑[\\]】]")
_MASKED = "已隐去"
_A_NUMBER = re.compile("电话|热线|号码|座机|拨几|拨哪")
_SOMEBODY = re.compile(
    "人工|真人|客服|坐席|工作人员|专人|接线|找个?人|有人|活人|转|打给我|回电|回我|联系我|接我|叫.{0,4}人"
)
"""Somebody is wanted, not a number."""
_PHONE_BUSY = re.compile("打不通|没人接|占线|一直忙|打了.{0,6}(?:没|不)通")
_ATTACHED = re.compile("附件|那封信|一封信|附表|附录|里头说的|里面说的|提到的那")
_CORRECTING = re.compile("不对|错了|说错|更正|搞错|弄错")
_WHERE = re.compile("哪步|哪一步|到哪|递上去|交上去|提交了|办成|成了没|好了没|进度")


# A person


def distress(s: Situation) -> Result:
    """Somebody at the end of their strength: a person, and help at once where life is in danger; then the answer, where
    one was asked for (a bill nobody can pay is despaired of, and is a question all the same)."""
    first = say(words("distress"), handover="家长情绪激动，请尽快接")
    if not asked.asked(s):
        return s.before, [first]
    now, replies = answers.answer_each(s)
    return now, [first, *replies]


def in_danger(s: Situation) -> bool:
    """Is somebody in danger now? Bills of an illness that is over are asked about in the same words, so not these."""
    text = s.reading.text
    return dangers.in_danger(text) or (dangers.in_need_of_an_ambulance(text) and not asked.asked(s))


def danger(s: Situation) -> Result:
    """The emergency numbers before anything else; a question of the rules beside it is answered after them."""
    first = say(words("danger"), PERSON)
    if not asked.asked(s):
        return s.state, [first]
    now, replies = answers.answer_each(s)
    return now, [first, *replies]


def person(s: Situation) -> Result:
    """A person was asked for. The gateway opens the case and puts number and hours before these words.

    Without positive evidence the number is told, and a person offered; so it is where a number was asked for
    (“你们电话多少”).
    """
    if s.turn.queue == "waiting":
        return s.state, [say(words("queue_status"), LEAVE, in_queue=True)]
    if not s.picked and s.reading.confidence < HAND_OVER:
        return s.state, [say(words("person"), PERSON)]
    if not s.picked and _A_NUMBER.search(s.reading.text) and not _SOMEBODY.search(s.reading.text):
        return s.state, [say(words("number_to_call"), PERSON)]
    return s.state, [say(words("person"), handover="家长要找人")]


def tells_of_two(s: Situation) -> bool:
    return s.before.form is None and tells_of_two_households(s.reading)


def one_after_the_other(s: Situation) -> Result:
    """Two relatives' children at once: nothing is kept of either, and they are asked for one by one."""
    return s.before, [say(words("one_after_the_other"))]


def next_caller(s: Situation) -> Result:
    """At a desk: nothing of the caller before is left, and nothing was asked yet."""
    return s.state, [say(words("next_caller"))]


def only_the_next_caller(s: Situation) -> bool:
    return bool(s.reading.notes.get("next_caller")) and not asked.asked(s) and not s.heard.anything


def leave_queue(s: Situation) -> Result:
    if s.turn.queue is None:
        return s.state, [say(words("no_queue"))]
    return s.state, [say(words("left_queue"), left_queue=True)]


def asks_of_queue(s: Situation) -> bool:
    """Is it the queue that is asked about, and not, while it is waited for, a day or place of the question before?"""
    return s.reading.does("queue_status") and (s.reading.confidence >= ASKS_OF_QUEUE or not s.reading.mentions)


def queue_status(s: Situation) -> Result:
    if s.turn.queue is None:
        return s.state, [say(words("person"), PERSON)]
    return s.state, [say(words("queue_status"), LEAVE, in_queue=True)]


def complaint(s: Situation) -> Result:
    """Acknowledged, without arguing, kept for the supervisor, with where it can be followed up."""
    if _PHONE_BUSY.search(s.reading.text):
        return s.state, [say(words("hotline_busy"), PERSON, noted={"kind": "complaint"})]
    return s.state, [say(words("complaint"), PERSON, noted={"kind": "complaint"})]


# Privacy


def asks_of_privacy(s: Situation) -> bool:
    return s.reading.does("privacy") or (_MASKED in s.reading.text and not asked.asked(s) and s.before.form is None)


def privacy(s: Situation) -> Result:
    key = "privacy_number" if _MASKED in s.reading.text else "privacy"
    return s.state, [say(words(key), QuickReply("都忘掉", "把这些都忘掉", "forget"))]


# An enrollment


def wants_enrollment(s: Situation) -> bool:
    """A request of the speaker; while a question stands it must be sure, and who only wants to ask requests nothing."""
    if not s.reading.does("start_enrollment"):
        return False
    if _WANTS_TO_ASK.search(s.reading.text) and s.reading.confidence < SURELY_ENROLLS and not s.picked:
        return False
    needed = HARDLY_ENROLLS if s.before.standing is None else ENROLL
    return s.picked or s.reading.confidence >= needed


def start(s: Situation) -> Result:
    now, replies = form.start(s.state, s.reading, s.today, s.turn.conversation, s.turn.message_id)
    return now, replies


def enrollment_is_off(s: Situation) -> bool:
    """Is an enrollment to be begun or gone on with while that is switched off? Stopping one is always possible."""
    if not s.no_enrollment or stops_form(s) or (s.before.expected == "cancel" and agrees_or_cancels(s)):
        return False
    return wants_enrollment(s) or goes_on(s) or form.answers(s.before, s.reading, s.heard)


def no_enrollment(s: Situation) -> Result:
    """What was told stays; nothing is begun."""
    return s.state, [say(words("form_off"))]


def stops_form(s: Situation) -> bool:
    if s.before.form is None:
        return False
    step = form.open_step(s.before)
    return s.reading.labels[:1] == ("stop",) or (
        s.reading.labels[:1] == ("cancel_application",) and not s.before.applications and step is not None
    )


def asks_where_form_is(s: Situation) -> bool:
    return (
        s.before.form is not None
        and s.reading.does("resume", "check_application")
        and _WHERE.search(s.reading.text) is not None
    )


def goes_on(s: Situation) -> bool:
    """Take the enrollment up again; with everything confirmed (the bureau was away) a plain yes does it too."""
    if s.before.form is None:
        return False
    resumes = s.reading.does("resume", "next_step") and (
        s.picked or s.reading.confidence >= GOES_ON or len(s.reading.text) <= 4
    )
    return resumes or (form.open_step(s.before) is None and s.reading.does("affirm"))


def go_on(s: Situation) -> Result:
    """The next step; where everything was confirmed and the bureau was away, the draft once more."""
    if form.open_step(s.state) is None:
        return form.make_draft(s.state, s.today, s.turn.around, s.turn.conversation)
    return form.ask_next(s.state)


def form_answer(s: Situation) -> Result:
    return form.take(s.before, s.reading, s.heard, s.today, s.turn.around, s.turn.conversation)


def agrees_or_cancels(s: Situation) -> bool:
    if s.reading.does("cancel_application") or form.says_yes(s.reading):
        return True
    return s.reading.labels[:1] in (("affirm",), ("stop",)) and "不撤" not in s.reading.text


def of_an_application(label: str) -> Callable[[Situation], bool]:
    """A request about an application; where none was started here, a sure one (“那个咋整的来着” is none) that tells of
    no place or child (“有个学生转学去山东，要取消这边的登记” asks about the rules)."""

    def condition(s: Situation) -> bool:
        started = bool(s.before.applications) or s.before.form is not None
        sure = s.reading.confidence >= APPLICATION and not any(m.said for m in s.reading.mentions)
        return s.reading.does(label) and (started or s.picked or sure)

    return condition


def link(s: Situation) -> Result:
    found = services.another_link(s.state, s.reading, s.turn.around, s.turn.conversation)
    return found if found is not None else (s.state, [say(words("no_open_application"), services.ENROLL)])


def check(s: Situation) -> Result:
    if s.before.form is not None:
        return form.where(s.state)
    return services.check(s.state, s.reading, s.turn.around, s.turn.conversation)


def cancel(s: Situation) -> Result:
    return services.cancel(s.state, s.reading, s.turn.around, s.turn.conversation)


def coverage(s: Situation) -> Result:
    told_not_yet = first_lines.not_yet(s) if not _LOOKS_UP.search(s.reading.text) else ""
    if told_not_yet:  # “登记了没交钱，算参保吗”: a question of the rule, not of a record
        return give(s.state, asked_about(s.state, "ask_coverage_start", s.heard), s.today, lead=told_not_yet)
    return services.coverage(s.state, s.reading, s.today, s.turn.around, s.turn.conversation)


def payment_problem(s: Situation) -> Result:
    now, replies = services.payment_problem(s.state, s.today)
    return replace(now, standing=Standing("report_payment_problem", now.child, now.region)), replies


SHEET_ASKS = 0.25
"""Least probability of a question that is asked in the same breath as a sheet: then it stands on it."""


_WRITES = re.compile("写|拟|通知|发群|群里|转发|文案|稿")
_IN_SHORT = re.compile("[0-9一二两三四五六七八九十百]个?字|[短简][一些点]|精简|简短|一句话")


def _short_sheet(s: Situation) -> bool:
    """“写个八十字的通知”, after a sheet: a short one, not the last answer shortened."""
    short = s.reading.does("shorter") or _IN_SHORT.search(s.reading.text)
    return bool(s.before.sheet and short and _WRITES.search(s.reading.text))


def wants_sheet(s: Situation) -> bool:
    if _short_sheet(s):
        return True
    if s.reading.does("request_faq_sheet"):
        return s.picked or s.before.standing is None or not _ATTACHED.search(s.reading.text)
    return bool(s.before.sheet) and bool(re.search("加(?:进去|上)|补(?:进去|上)|写(?:进去|上)|也放", s.reading.text))


def sheet(s: Situation) -> Result:
    if _short_sheet(s):
        return services.short_sheet(s.state, s.today)
    likely = [(name, p) for name, p in s.reading.ranking if name in default().questions]
    if s.before.sheet and (not s.reading.does("request_faq_sheet") or re.search("加|补|也放", s.reading.text)):
        extra = next((name for name, _ in likely), "")
    else:  # “要发通知，一个孩子多少钱”
        extra = next((name for name, p in likely if p >= SHEET_ASKS), "")
    return services.sheet(s.state, s.today, s.turn.around, extra, s.heard.supposed)


# The last answer


def about_last_answer(s: Situation) -> bool:
    """An operation on the last answer; before any answer, or for another place, it is a question of its own."""
    label = _operation(s)
    if label == "request_faq_sheet" and s.before.standing is not None and _ATTACHED.search(s.reading.text):
        return True
    if asked_for.comes_home(s):
        return False
    if _is_hearsay(s):
        return True
    if label not in ABOUT or any(name.startswith("ask_") for name in s.reading.labels):
        return False
    asks = any(n in default().questions for n, p in s.reading.ranking if p >= asked.ASKS)
    if s.before.standing is None:
        return not asks
    if label in ("challenge", "verdict", "compare") and asked.asks_by_itself(s):
        return False
    if label in ("compare", "example") and (s.heard.supposed or s.heard.day):  # “明天到账差别大吗”: to be computed
        return False
    theirs = any(place.owner == STRANGER for place in s.reading.of(*PLACES))
    doubts = sum(p for name, p in s.reading.ranking if name in ("compare", "challenge"))
    if label in ("compare", "challenge") and theirs and doubts < DOUBTS:
        return False  # “我姐家的在盐城呢”: the same question for there
    there = s.heard.place is not None and not s.heard.own  # “她娘家那头才380，咱凭啥400” is of here
    return not (there or (s.heard.moved and label in ("about_source", "about_validity", "compare")))


def _operation(s: Situation) -> str:
    """The first label; of a message that is no question, what it surely asks of an answer when read alone."""
    label = s.reading.labels[0] if s.reading.labels else ""
    alone = next(iter(s.reading.alone), ("", 0.0))
    again = label == "unsure" and alone[0] in AGAIN and alone[1] >= asked.BY_ITSELF
    return alone[0] if again and not s.heard.moved and s.heard.place is None else label


_SAYS = re.compile(
    "(?:[妈爸爷奶公婆姥姐妹哥弟姑姨舅叔伯嫂娭毑嗲]|娘|同事|朋友|邻居|同学|亲戚|人家|他们|她们|别人|有人|佢|群里|网上|隔壁|那边|嗰边)[^，,。；;！!？?]{0,8}(?:说|讲|话)(?!错)|听(?:说|讲|人)"
)


_OF_OURS = re.compile("孩子|宝|娃|崽|小孩|我们|我就|我在|咱|俺们|二胎|[大小]的")
"""What is told of one's own is no mere hearsay (“我婆婆在威海给孩子交了说不用再交”)."""


def _is_hearsay(s: Situation) -> bool:
    """“我婆婆讲江西老家那边二月底都行”: nothing is asked and nothing told of the child; the answer for here stands."""
    standing = s.before.standing
    if standing is None or s.before.form is not None or s.heard.moved or s.heard.told or s.picked:
        return False
    here = standing.region or s.state.region
    text = s.reading.text
    elsewhere = here and any(
        m.kind == "place" and m.said and not m.corrects and len(m.value) == 1 and places.apart(str(m.value[0]), here)
        and (m.role == "elsewhere" or SAID_BY.search(text[: m.start]) or their_word(text, m))
        for m in s.reading.mentions
    )  # fmt: skip
    says = _SAYS.search(text) is not None and not asked.asks(text) and _OF_OURS.search(text) is None
    of_it = ("inform", "follow", "challenge", "compare", "deny", "unsure", "chitchat", "complain")
    return bool(elsewhere) and says and s.reading.labels[:1] != () and s.reading.labels[0] in of_it


def last(s: Situation) -> Result:
    label = _operation(s) if _operation(s) in ABOUT else "about_link"
    if _is_hearsay(s):
        heard = replace(s.heard, relative=False)  # told of there, meant of here
        return last_answer.about("challenge", replace(s.state, standing=s.before.standing), heard, s.reading, s.today)
    if s.state.standing is None and s.before.form is not None:
        return unsure(s)  # a question of the rules, in the middle of an enrollment
    if s.state.standing is None:
        if label in ("challenge", "verdict", "press", "compare") and s.heard.anything:
            return what_now(s)
        return last_answer.without_answer(label, s.state)
    named = ""
    if (
        label in AGAIN and s.before.standing
    ):  # “学校让11月前交是啥意思” asks about no answer of before: one word is not enough
        least = 1 if label == "repeat" else 2
        named = question_named(s.reading.text, s.before.standing.intent, least)
        said = [s.before.standing, *s.before.earlier]
        if s.heard.children:  # “大的你刚刚讲几月份好用”: what was answered of that child
            said = [one for one in said if one.child == s.state.child]
        if not named and label == "repeat" and _A_DAY.search(s.reading.text):
            of_days = [one.intent for one in said if one.intent in PAYMENTS]
            by_when = BY_WHEN in of_days or (s.heard.children and _LIMIT.search(s.reading.text))
            named = BY_WHEN if by_when else next(iter(of_days), "")
        of_payments = any(one.intent in PAYMENTS for one in (s.before.standing, *s.before.earlier))
        if not named and of_payments and _LIMIT.search(s.reading.text) and not _tells_a_limit(s):
            named = BY_WHEN
        if not named and label == "repeat" and s.reading.confidence < HARDLY_AGAIN:
            named = next((n for n, p in s.reading.ranking if n in default().questions and p >= ASKS_BESIDE), "")
            named = "" if named == s.before.standing.intent else named
        if not named and label == "repeat" and s.heard.children:
            named = next((one.intent for one in said), "")
    if named:  # “刚才说的材料再讲一遍”: the answer before the last one
        return give(s.state, asked_about(s.state, named, s.heard), s.today, lead=words("again"))
    spoken_of = _spoken_of(label, s)
    state = s.state.answered(spoken_of) if spoken_of else replace(s.state, standing=s.before.standing)
    return last_answer.about(label, state, s.heard, s.reading, s.today)


def _tells_a_limit(s: Situation) -> bool:
    """Does the last answer say by when, of the child and the place the message is about?"""
    standing = s.before.standing
    if standing is None or standing.supposed or standing.elsewhere:
        return False
    if standing.child != (s.state.child if s.heard.children or s.reading.notes.get("own_child") else standing.child):
        return False
    made = answering.decided_or_none(s.state, standing, s.today)
    return made is not None and (standing.intent == BY_WHEN or "deadline" in made.values)


def _spoken_of(label: str, s: Situation) -> Standing | None:
    """“你先前说的共济是哪个文件”: the one of the earlier answers whose question is named."""
    if s.before.standing is None:
        return None
    if label in DOUBTS_OF:
        return _doubted(s)
    if label not in OF_GROUNDS:
        return None
    of_sum = _in_which_stands(s)
    if of_sum is not None:
        return of_sum if of_sum is not s.before.standing else None
    found = answer_named(s.reading.text, (s.before.standing, *s.before.earlier))
    if found is None and (
        name := question_named(s.reading.text, s.before.standing.intent, besides="ask_policy_source")
    ):
        return asked_about(s.state, name, s.heard)  # an answer that is no longer kept, or none yet
    return found if found is not s.before.standing else None


def _doubted(s: Situation) -> Standing | None:
    """“那一万三真的有得报？” behind several answers: the earlier one it is about, not the last."""
    of_sum = _in_which_stands(s)
    if of_sum is not None:
        return of_sum if of_sum is not s.before.standing else None
    here, alone = dict(s.reading.ranking), dict(s.reading.alone)
    last = s.before.standing.intent if s.before.standing else ""
    if max(here.get(last, 0.0), alone.get(last, 0.0)) >= HARDLY_OF_THE_LAST:
        return None
    of_it = (
        one for one in s.before.earlier if min(here.get(one.intent, 0.0), alone.get(one.intent, 0.0)) >= ASKS_BESIDE
    )
    return max(of_it, key=lambda one: alone[one.intent], default=None)


_SUM = re.compile("(?<![0-9.])[0-9]{1,4}(?:[.][0-9]{1,2})?(?:万|千|元)|(?<![0-9])[1-9][0-9]{2,5}(?![0-9年月日号天岁])")


def _in_which_stands(s: Situation) -> Standing | None:
    """“这50万是从哪天起的”: the newest answer with that sum; None when no answer has it."""
    said = _SUM.search(s.reading.text)
    if said is None:
        return None
    sums = {said.group().rstrip("元")}
    if said.group().endswith("万"):
        sums.add(str(round(float(said.group()[:-1]) * 10_000)))
    elif said.group().isdigit() and int(said.group()) % 10_000 == 0:
        sums.add(f"{int(said.group()) // 10_000}万")
    number = re.compile(rf"(?<![0-9.])(?:{'|'.join(map(re.escape, sorted(sums)))})")
    for standing in (s.before.standing, *s.before.earlier):
        made = answering.decided_or_none(s.state, standing, s.today) if standing else None
        if made is None:
            continue
        told = compose(replace(made, ask_for=()))
        if number.search("\n".join((told.headline, *told.lines))):
            return standing
    return None


# What must be clear first


def impossible_day(s: Situation) -> Result:
    fact, reason = s.heard.doubts[0]
    label = LABELS.get(fact, "日期")
    text = words("impossible_day", reason=reason, label=label, example=f"{s.today.year}年{s.today.month}月1号")
    standing = s.state.standing or _standing_of(s)
    return replace(s.state, expected=fact if fact in LABELS else s.state.expected, standing=standing), [
        Reply((QuestionPart(text),))
    ]


def _standing_of(s: Situation) -> Any:
    """The question the message asked beside what was unclear, so that it is answered once that is clear."""
    intent = next((label for label in s.reading.labels if label in default().questions), None)
    return Standing(intent, s.state.child, s.state.region) if intent else None


def which_place(s: Situation) -> Result:
    now = replace(s.state, standing=_standing_of(s) or s.state.standing, expected="region")
    return now, [say("", *place_offers(s.heard.ambiguous), ask=words("which_place"))]


def is_it_so(s: Situation) -> Result:
    """A place or day nobody stated for sure is asked about, never taken."""
    mention = s.heard.unsure
    assert mention is not None
    if mention.kind == "day":
        said = QuickReply("出生", f"{mention.text}出生的", "inform", {"birth_date": mention.value})
        paid = QuickReply("缴费到账", f"{mention.text}缴费到账的", "inform", {"paid_date": mention.value})
        now = replace(s.state, standing=_standing_of(s) or s.state.standing)
        return now, [
            say(
                "",
                said,
                paid,
                QuickReply("别的事", "是别的事", "deny"),
                ask=words("what_is_that_day", day=mention.text),
            )
        ]
    code = str(mention.value[0])
    here = QuickReply(f"在{region_name(code)}", f"我在{region_name(code)}", "inform", {"region": code})
    there = QuickReply(
        f"还在{region_name(s.state.region)}", f"我在{region_name(s.state.region)}", "inform", {"region": s.state.region}
    )
    now = replace(s.state, standing=_standing_of(s) or s.state.standing, expected="region")
    return now, [say("", here, there, ask=words("is_it_there", place=mention.text, region=region_name(s.state.region)))]


def which_day(s: Situation) -> Result:
    alike = follow_ups.same_all_month(s)
    if alike is not None:
        return alike
    fact, month = s.heard.month or ("birth_date", "")
    label = LABELS.get(fact, "日期")
    text = words("which_day", month=f"{month[:4]}年{int(month[5:])}月", label=label)
    return replace(s.state, expected=fact, standing=s.state.standing or _standing_of(s), missed=0), [
        Reply((QuestionPart(text),))
    ]


def will_not_tell(s: Situation) -> bool:
    """Was the fact that was asked for refused?"""
    wonders = _WHY.search(s.reading.text) is not None  # “为啥不告诉我数”
    refuses = _declines(s) and not wonders and not asked_for.over_there(s)
    return refuses and s.before.expected is not None


def _declines(s: Situation) -> bool:
    sure = s.reading.labels[:1] != ("decline",) or s.reading.confidence >= DECLINES
    return s.reading.does("decline") and sure


def declined(s: Situation) -> Result:
    """Not telling is fine: the general answer stands, and this is not asked again."""
    fact = s.before.expected or ""
    text = words("declined", fact=LABELS[fact]) if fact in LABELS else words("declined_plain")
    if s.before.form is not None:
        step = form.resume_line(s.state)
        return s.state, [say(words("declined_plain")), *([step] if step else [])]
    return replace(s.state, declined=(*s.state.declined, fact), expected=None), [say(text)]


# Talk


def is_small(s: Situation) -> bool:
    label = s.reading.labels[0] if s.reading.labels else ""
    return label in SMALL or label in ("deny", "resume") or (label == "decline" and _declines(s))


def small(s: Situation) -> Result:
    """“你好”, “谢谢”, “哈哈”: a word back; what stands open stays open."""
    label = s.reading.labels[0]
    if label in ("help", "greet", "deny", "thank") and (s.heard.told or s.heard.moved) and s.before.form is None:
        return what_now(s)  # “咨询下，人在杭州户口在南通”, “不对，生日是3月20”: said what about, not yet what
    if label == "resume":
        return s.state, [say(words("what_now"), *_starters())]
    if label == "decline":
        return s.state, [say(words("declined_plain"))]
    if label == "deny":
        key = "what_is_wrong" if _CORRECTING.search(s.reading.text) else "deny"
        return replace(s.state, missed=0), [say(words(key))]
    key = SMALL[label]
    tired = label == "thank" and not _THANKS.search(s.reading.text)  # “一个人带俩 真心累”
    if label == "chitchat" or (tired and _WEARY.search(s.reading.text)):
        key = "weary" if _WEARY.search(s.reading.text) else "laughs" if _LAUGHS.search(s.reading.text) else key
    return replace(s.state, missed=0), [say(words(key), *options(key))]


def with_courtesies(s: Situation, rule: str, replies: list[Reply]) -> list[Reply]:
    """Thanks or an apology beside a question get half a line before the answer; a complaint beside one is noted."""
    if not replies or rule in ("small talk", "complaint", "distress", "danger"):
        return replies
    first = replies[0]
    if first.card is not None and s.reading.does("apologise", "insult") and len(s.reading.labels) > 1:
        first = led(first, words("apologise") if s.reading.does("apologise") else words("complaint_line"))
    if s.reading.does("complain") and rule not in ("complaint",) and first.noted is None:
        first = replace(led(first, words("complaint_line")), noted={"kind": "complaint"})
    return [first, *replies[1:]]


def not_ours(s: Situation) -> Result:
    """A short pointer to who can help; the question that stands is named, so that it can go on.

    Fear for a baby (“早产 在箱子里 我心里发毛”) is nobody else's business: it is met, and asked on.
    """
    if s.reading.notes.get("unwritten") and _WEARY.search(s.reading.text):
        return replace(s.state, missed=0), [say(words("weary"), *options("weary"))]
    noted = {"kind": "unsure", "intent": "out_of_scope", "confidence": s.reading.confidence}
    standing = s.before.standing
    offers = options("out_of_scope")
    if standing is None or s.before.form is not None:
        return s.state, [say(words("out_of_scope"), *offers, noted=noted)]
    title = str(default().questions[standing.intent]["title"])
    text = f"{words('out_of_scope')}\n{words('out_of_scope_resume', title=title)}"
    return s.state, [say(text, question_offer(standing.intent), *offers[1:], noted=noted)]


def tells_without_asking(s: Situation) -> bool:
    """Facts, or who is speaking (“我是班主任”), and no question yet."""
    introduces = s.reading.labels[:1] == ("inform",) and s.before.standing is None and s.reading.confidence >= TELLS
    return s.before.form is None and (s.heard.anything or introduces)


def what_now(s: Situation) -> Result:
    """Facts came without a question: what was understood, and what could be asked."""
    born = str(s.state.facts.get("birth_date") or "9999") <= s.today.isoformat()
    known = (n for n, p in s.reading.ranking if n in default().questions and p >= 0.2)
    guess = next((n for n in known if not (born and n == UNBORN)), None)
    if s.today.year in (s.heard.told.get("lapse_years") or ()):  # “今年这钱落下没交”: what now?
        guess = "ask_late_payment"
    if guess is not None and s.before.standing is None:
        return follow_ups.follow(replace(s, turn=replace(s.turn, reading=replace(s.reading, ranking=((guess, 1.0),)))))
    limit = answers.limit_of_newborn(s)
    if limit is not None:
        return limit
    if s.reading.notes.get("grave"):  # what may help comes before “what would you like to ask”
        told = noticed(s.before, s.heard, everything=True)
        offers = tuple(question_offer(one) for one in AFTER_BAD_NEWS)
        return replace(s.state, missed=0), [say(f"{words('grave')}\n{told}".strip(), *offers)]
    noted = noticed(s.before, s.heard, everything=True)
    lead = words("noted_what", known=f"{noted[:-1]}，") if noted else words("what_now")
    return replace(s.state, missed=0), [say(lead, *_starters(), services.ENROLL)]


AFTER_BAD_NEWS = ("ask_critical_illness_cap", "ask_medical_assistance", "ask_remote_settlement")


def _starters() -> tuple[QuickReply, ...]:
    return tuple(question_offer(i) for i in ("ask_newborn_enrollment", "ask_payment_period", "ask_waiting_period"))


def unsure(s: Situation) -> Result:
    """Not understood: what was heard is kept, two or three readings are offered, then a person."""
    known = default().questions
    missed = s.state.missed + 1
    noted = {
        "kind": "unsure",
        "intent": s.reading.ranking[0][0] if s.reading.ranking else None,
        "confidence": s.reading.confidence,
    }
    if s.before.form is not None:
        step = form.open_step(s.before)
        guess = next((n for n, p in s.reading.ranking if n in known and p >= asked.ASKS), None)
        if guess is not None:
            now, replies = give(s.state, asked_about(s.state, guess, s.heard), s.today, day=s.heard.day)
            resume = form.resume_line(now)
            return now, [*replies, resume] if resume else replies
        if step is not None:
            told = noticed(s.before, s.heard, everything=True).removesuffix("：")
            said = words("form_noted_besides", known=told, ask=step.ask) if told else ""
            ask = QuestionPart(said or words("form_not_heard", ask=step.ask))
            return s.state, [Reply((ask, Choices((*step.offers, form.STOP))), noted=noted)]
    if not re.search("[\u4e00-\u9fff]", s.reading.text):
        return replace(s.state, missed=missed), [say(words("only_words"), HELP, PERSON)]
    if missed >= PATIENCE:
        return replace(s.state, missed=missed), [say(words("still_not_sure"), PERSON, HELP, noted=noted)]
    standing = s.before.standing
    offered = [
        name for name, _ in s.reading.ranking if name in known and (standing is None or name != standing.intent)
    ][:3]
    offers = tuple(question_offer(name) for name in offered)
    title = str(known[standing.intent]["title"]) if standing else ""
    if standing is not None:
        offers = (question_offer(standing.intent), *offers[:2])
        lead = words("not_sure_about", title=title)
    else:
        lead = words("not_sure", known=noticed(s.before, s.heard))
    if not offers:
        offers = _starters()
    reply = say(lead, *offers, listed=True, noted=noted)
    reply = replace(reply, parts=(*reply.parts, QuestionPart(words("not_sure_end")), Choices((PERSON,))))
    return replace(s.state, missed=missed), [reply]


__all__ = ["Card", "date", "places", "region_offers"]
