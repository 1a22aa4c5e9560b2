"""Services around an enrollment: links, where an application stands, cancelling, coverage, payment problems, sheets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from dialogue.answering import brief_text, region_name
from dialogue.bureau import Application, ApplicationNotFound, RegistrationRejected, RegistrationUnavailable, Services
from dialogue.form import BEIJING, OVER, link
from dialogue.reading import Reading
from dialogue.reply import Card, Choices, LinkPart, Notice, Part, QuestionPart, Reply, Result, say
from dialogue.state import DialogueState, QuickReply
from dialogue.words import question_offer, words
from leaflets import LeafletError, Plan, compose_sheet, offers, suggested, year_of
from policies import places
from policies.answers import compose
from policies.counting import chinese_date
from policies.decisions import decide
from policies.library import default
from policies.scene import SceneError

FINAL = ("insured", "rejected", "cancelled", "expired")
NUMBER = re.compile(r"TB[-A-Z0-9]{8,24}", re.IGNORECASE)
PERSON = QuickReply("转人工", "转人工", "request_human")
ENROLL = QuickReply("帮我办参保", "帮我给宝宝办参保", "start_enrollment")
_SURE = re.compile("确定|确认|嗯|是的|对|撤$|撤吧|^撤")
_HOUSEHOLD = re.compile("更新户口信息|更新.{0,4}(?:户口|户籍|落户)|(?:户口|落户).{0,6}(?:更新|登记到申请)")
MOST_ITEMS = 4
"""Questions of a text that is forwarded to parents."""
WHAT_NEXT = {
    "draft": "证件信息还没填。要新链接就说“再发一个申请链接”。",
    "submitted": "等当地医保经办机构受理。",
    "accepted": "已经受理，等着生成缴费信息。",
    "awaiting_payment": "可以缴费了：按当地税务部门的渠道交，我这里不收钱。",
    "insured": "参保成功了。",
    "rejected": "按原因补好以后可以重新起一份，或者点“转人工”。",
    "cancelled": "想办的话重新起一份就行。",
    "expired": "过了时间没有填完，重新起一份就行。",
}
"""What a parent can do in each state of the registration contract."""


def _away() -> list[Reply]:
    return [say(words("bureau_away"), PERSON)]


def _numbers(reading: Reading, around: Services, conversation: str) -> list[str]:
    """The application numbers in the message, else those of this conversation, newest first."""
    said = NUMBER.findall(reading.text.upper())
    return said or [found.number for found in around.bureau.find(conversation)]


def state_line(application: Application) -> str:
    """One application: number, state, why, and what to do now."""
    why = f"，原因：{application.reason}" if application.reason else ""
    since = f"，从{chinese_date(application.insured_since)}起" if application.insured_since else ""
    return f"{application.number}：{application.state_text}{since}{why}。{WHAT_NEXT[application.state]}"


def _told(state: DialogueState, applications: list[Application]) -> DialogueState:
    kept = {**state.applications, **{a.number: str(a.state) for a in applications}}
    return replace(state, applications=dict(list(kept.items())[-5:]))


def news(state: DialogueState, around: Services) -> Result:
    """Applications whose state changed since it was last told; silent when the bureau cannot be asked."""
    live = [number for number, told in state.applications.items() if told not in FINAL]
    try:
        found = [around.bureau.get(number) for number in live]
    except (RegistrationUnavailable, ApplicationNotFound, RegistrationRejected):
        return state, []
    changed = [a for a in found if a.state != state.applications.get(a.number)]
    if not changed:
        return state, []
    text = words("news", lines="\n".join(state_line(a) for a in changed))
    return _told(state, changed), [say(text, _where(changed[0].number))]


def _where(number: str) -> QuickReply:
    return QuickReply("办到哪一步了", f"查一下{number}办到哪了", "check_application")


def check(state: DialogueState, reading: Reading, around: Services, conversation: str) -> Result:
    """Where the applications of this conversation stand."""
    try:
        numbers = _numbers(reading, around, conversation)
        if not numbers:
            return state, [say(words("no_application"), ENROLL)]
        found = [around.bureau.get(number) for number in numbers[:3]]
    except RegistrationUnavailable:
        return state, _away()
    except (ApplicationNotFound, RegistrationRejected):
        return state, [say(words("unknown_number"), PERSON)]
    offered = (
        [QuickReply("撤销申请", f"撤销申请{found[0].number}", "cancel_application")]
        if found[0].state not in FINAL
        else []
    )
    own = [a for a in found if a.conversation == conversation]
    return _told(state, own), [say("\n".join(state_line(a) for a in found), *offered)]


def cancel(state: DialogueState, reading: Reading, around: Services, conversation: str) -> Result:
    """Withdraw an application, once the parent confirmed."""
    confirmed = "确定" in reading.text or (state.expected == "cancel" and bool(_SURE.search(reading.text)))
    try:
        numbers = _numbers(reading, around, conversation)
        if not numbers:
            return replace(state, expected=None), [say(words("no_application_to_cancel"))]
        number = numbers[0]
        if not confirmed:
            yes, no = (
                QuickReply("确定撤销", f"确定撤销申请{number}", "cancel_application"),
                QuickReply("不撤了", "不撤了", "deny"),
            )
            return replace(state, expected="cancel"), [say("", yes, no, ask=words("sure_to_cancel", number=number))]
        if around.bureau.get(number).conversation != conversation:
            return replace(state, expected=None), [say(words("not_yours"), PERSON)]
        around.bureau.cancel(number)
    except RegistrationUnavailable:
        return state, _away()
    except (ApplicationNotFound, RegistrationRejected) as error:
        why = error.title if isinstance(error, RegistrationRejected) else "没有查到这个受理号"
        return replace(state, expected=None), [say(words("not_cancelled", why=why), PERSON)]
    return replace(state, expected=None, applications={**state.applications, number: "cancelled"}), [
        say(words("cancelled", number=number))
    ]


def wants_household_update(text: str) -> bool:
    """Is an application's household to be updated (not a question about it)?"""
    return _HOUSEHOLD.search(text) is not None


def another_link(state: DialogueState, reading: Reading, around: Services, conversation: str) -> Result | None:
    """Another one-time link for an application of this talk.

    None when a household was to be updated and there is no application.
    """
    household = wants_household_update(reading.text)
    try:
        known = [a for a in around.bureau.find(conversation) if a.state not in OVER]
        if not known and household:
            return None
        if not known:
            return state, [
                say(words("no_open_application"), QuickReply("开始办参保", "给孩子办参保", "start_enrollment"), PERSON)
            ]
        first = known[0]
        if household and first.state == "draft":
            again = QuickReply("再发一个链接", "再发一个申请链接", "resend_link")
            return state, [say(words("not_submitted_yet", number=first.number), again)]
        if not household and first.state != "draft":
            return state, [
                say(words("nothing_to_fill", number=first.number, state=first.state_text), _where(first.number))
            ]
        fresh = around.bureau.fresh_link(first.number, conversation, "household_update" if household else "identity")
    except RegistrationUnavailable:
        return state, _away()
    except RegistrationRejected as error:
        return state, [say(words("cannot_update", why=error.title), PERSON)]
    what = "登记户口信息" if household else "填证件信息"
    address = f"{around.public_url}/enroll/{fresh.link_token}"
    return state, [Reply((link(fresh.link_expires_at, address, "new_link", number=first.number, what=what),))]


def coverage(state: DialogueState, reading: Reading, today: date, around: Services, conversation: str) -> Result:
    """Whether the child counts as covered: from our own applications, else who can tell."""
    try:
        numbers = _numbers(reading, around, conversation)
        if not numbers:
            return state, [_told_by_rule("ask_enrollment_status", state, today, words("coverage_only_here"))]
        found = around.bureau.coverage(numbers[0])
    except RegistrationUnavailable:
        return state, _away()
    except (ApplicationNotFound, RegistrationRejected):
        return state, [say(words("unknown_number"), PERSON)]
    if found.insured and found.since:
        return state, [say(words("coverage_yes", number=numbers[0], since=chinese_date(found.since)))]
    text = words("coverage_plain", number=numbers[0], state="已参保" if found.insured else "还没有显示参保")
    return state, [say(text)]


def no_look_up(state: DialogueState, today: date) -> Result:
    """A number was sent to be looked up: we cannot and must not; where it can be done."""
    return state, [_told_by_rule("ask_enrollment_status", state, today, words("no_look_up"))]


def payment_problem(state: DialogueState, today: date) -> Result:
    """Paid but not shown: keep the proof, do not pay again, and what the documents say of it."""
    return state, [_told_by_rule("report_payment_problem", state, today, words("payment_problem"))]


def _told_by_rule(intent: str, state: DialogueState, today: date, note: str) -> Reply:
    made = compose(decide(intent, {}, state.region or places.NATION, today))
    parts: list[Part] = [Card(made, note)]
    if state.region is None:
        from dialogue.answering import region_offers

        parts += [QuestionPart(words("which_region")), Choices(region_offers())]
    else:
        parts.append(Choices(tuple(question_offer(one) for one in made.related)))
    return Reply(tuple(parts))


def sheet(
    state: DialogueState, today: date, around: Services, extra: str = "", supposed: Mapping[str, Any] | None = None
) -> Result:
    """A text that can be forwarded, and the same as a picture and on A4: the published answers of the region.

    Args:
        extra: a question to add to what the last sheet said, or one that was asked with it.
        supposed: what that question supposes (a year).
    """
    region = state.region or (state.standing.region if state.standing else None) or places.NATION
    stage = state.facts.get("stage") or state.of_a_class
    stages = (str(stage),) if stage else ("新生儿", "小学")
    library = default()
    asked = [*state.sheet, *([extra] if extra else [])]
    parts: list[Part] = [Notice(words("sheet_head", place=places.full_name(region))), Notice(words("sheet_greeting"))]
    if extra and state.sheet:
        parts.insert(0, Notice(words("sheet_added")))
    items: list[str] = []
    links: list[LinkPart] = []
    told_intents: list[str] = []
    for one in stages:
        blank = Plan(region, one, year_of(region, one, today, library), (), day=today)
        possible = [o.intent for o in offers(blank, library) if not o.reason]
        wanted = [*[i for i in possible if i in suggested(one)][:MOST_ITEMS], *[i for i in asked if i in possible]]
        chosen = tuple(dict.fromkeys(wanted))
        if not chosen:
            continue
        try:
            made = compose_sheet(replace(blank, questions=chosen), library, around.public_url)
        except (LeafletError, SceneError):  # nothing can be printed for such a day; the text below is told all the same
            continue
        told_intents += chosen
        for item in made.items:
            line = words(
                "sheet_item", question=item.question, answer=item.headline, source=item.sources[0].split(" ")[0]
            )
            items += [line] if line not in items else []
        address = f"{around.public_url}/sheets/{made.scene}"
        links += [
            LinkPart(words("sheet_picture", stage=one, address=address), ""),
            LinkPart(words("sheet_paper", stage=one, address=address), ""),
        ]
    if not items:
        for intent in ("ask_payment_period", "ask_student_enrollment" if stage else "ask_newborn_enrollment"):
            answer = compose(decide(intent, {}, region, today))
            if answer.citations and answer.status in ("decided", "need_facts"):
                items.append(words("sheet_item", question=library.questions[intent]["title"], answer=answer.headline,
                                   source=answer.citations[0].document))  # fmt: skip
                told_intents.append(intent)
    for one in asked:  # not printed on paper, but told as the chat tells it
        answer = compose(decide(one, (supposed if one == extra else None) or {}, region, today))
        if answer.citations and one not in told_intents:
            items.append(words("sheet_item", question=library.questions[one]["title"], answer=answer.headline,
                               source=answer.citations[0].document))  # fmt: skip
            told_intents.append(one)
    if not items:
        return state, [say(f"{words('sheet_head', place=places.full_name(region))}\n{words('sheet_empty')}")]
    parts += [Notice("\n".join(items)), Notice(words("sheet_end")), *(Notice(one.text) for one in links)]
    return replace(state, sheet=tuple(dict.fromkeys(told_intents))[-8:]), [Reply(tuple(parts))]


def short_sheet(state: DialogueState, today: date) -> Result:
    """“八十个字以内写个通知”: until when, and whom to ask, in one breath."""
    region = state.region or (state.standing.region if state.standing else None) or places.NATION
    stage = state.facts.get("stage") or state.of_a_class
    decision = decide("ask_payment_period", {"stage": stage} if stage else {}, region, today)
    text = words("sheet_short", place=places.full_name(region), said=brief_text(decision).replace("\n", ""))
    return state, [say(text)]


__all__ = ["BEIJING", "NUMBER", "region_name"]
