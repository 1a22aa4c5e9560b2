"""Starting an enrollment: one question at a time, a summary to confirm, then a draft with number and one-time link.

Identity data is never asked here: it is typed on the page behind the link. Answers come from the same reading as
everything else: days, places and people by their roles, yes and no by the acts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogue.answering import place_offers, region_name, region_offers
from dialogue.bureau import Application, RegistrationRejected, RegistrationUnavailable, Services
from dialogue.reading import NEGATED, PLANNED, Reading
from dialogue.reply import Choices, LinkPart, Notice, Part, QuestionPart, Reply, Result, say
from dialogue.state import ONLY, DialogueState, Form, QuickReply
from dialogue.update import StateUpdate
from dialogue.words import options, words
from policies import places
from policies.answers import compose
from policies.counting import chinese_date
from policies.decisions import decide

BEIJING = ZoneInfo("Asia/Shanghai")
OVER = ("rejected", "cancelled", "expired")
STOP = QuickReply("先不办了", "先不办了", "stop")
CONFIRM = QuickReply("都对，起申请", "确认", "affirm")
PROXIES = {"parents": "爸爸妈妈", "relative": "亲友"}
ASKS = 0.5
"""Probability from which a message in the middle of the form is a question."""
_PARENTS = ("爸爸", "妈妈", "家长")
_YES = re.compile(
    "上好|上了|有户口|已经|落了|落好|办好|好了|拿到|有了|在手|齐了|有的|有出生证|领到|开出来|^有$|^有[啊的呀]$"
)
_NOTHING_WRONG = re.compile("没有?(?:错|毛病|问题|差错|误)|不错")
_ASKS_BACK = re.compile("[?？]|吗|有没|是不是|哪|呢")
_NO = re.compile("没|未|不|还在|等|冇|莫|无")
_CERTIFICATE = re.compile("出生医学证明|出生证明?|证")
_HANDED_OUT = re.compile("拿|领到|领了|没领|未领|开出来|没开|^有[了的啊呀]?$")
"""Verbs of the birth certificate: a register is 上 or 落, a certificate is 拿到, and one has it."""
_WOULD_SEND = re.compile(
    "(?:身份证|证件|户口本|卡)(?:号码?|照片?|正反面)?[^，,。]{0,4}(?:发|给|俾|报|拍|念)"
    "|[发给俾报拍传念][^，,。]{0,6}(?:身份证|证件|户口本)"
)
"""“我把身份证号发你”: in a chat, where no number belongs."""
_ENTERED = re.compile("^(?:早就?|已经|还|都|也)*(?:没有?|未)?(?:上|落)(?:好|完|上)?(?:了|呢|啊|呀|户|哦|嘞)*$")
_CLAUSES = re.compile("[，,。；;、 ]|但是?|不过|可是")
_UNBORN = re.compile("(?:还没|还未|没有?|尚未|未)(?:出生|生(?!病|育|效))|怀孕|怀着|怀了|肚子里|待产|准新生儿")
_HOUSEHOLD = re.compile("户口|上户|落户|户籍|入户")
_CONFIRMS = re.compile(
    "(?:嗯|哦|好|行|成|中|可以|都|全)*(?:对|没错|无误|没毛病|没问题|正确|是的?|好的?|可以|行|成|中|确认|确定|提交|办吧?|交吧?|起吧|定|走起|得|ok|yes|都对)"
    "(?:[,，。 ]*(?:了|的|啊|吧|呀|哦|就?这么(?:定|办|样)|就这样|起申请|提交|办理|起吧|没错|对的))*[。.!！~ ]*",
    re.IGNORECASE,
)


Works = Callable[[], Result]


@dataclass(frozen=True)
class FormStep:
    """One question: which part of the form it fills, how it is asked, what can be tapped."""

    name: str
    ask: str
    offers: tuple[QuickReply, ...] = ()


def open_step(state: DialogueState) -> FormStep | None:
    """The first question without an answer; when all have one, the summary until it is confirmed; then None."""
    form = state.form
    if form is None:
        return None
    if state.region in (None, places.NATION):
        return FormStep("region", words("form_region"), region_offers())
    if state.facts.get("birth_date") is None and form.due_month is None:
        return FormStep("birth_date", words("form_birth"))
    unborn = state.facts.get("birth_date") is None
    if form.household is None and not unborn:
        return FormStep("household", words("form_household"), options("form_household"))
    if form.proxy is None:
        return FormStep("proxy", words("form_proxy"), options("form_proxy"))
    if not form.confirmed:
        return FormStep("confirm", words("form_confirm", summary=summary(state)), (CONFIRM,))
    return None


def start(state: DialogueState, reading: Reading, today: date, conversation: str, message_id: str) -> Result:
    """Begin, or go on where it stood. What is already known is not asked again."""
    lead = words("form_goes_on") if state.form else words("form_start")
    lead += words("form_no_number") if _WOULD_SEND.search(reading.text) else ""
    form = state.form or Form(_key(conversation, message_id), today.isoformat())
    now = _filled(replace(state, form=form), reading, None)
    return ask_next(now, lead)


def _key(conversation: str, message_id: str) -> str:
    """One start, one draft: the same message again, or a retry after a crash, finds the same application."""
    return hashlib.sha256(f"{conversation}\n{message_id}".encode()).hexdigest()[:40]


def ask_next(state: DialogueState, lead: str = "") -> Result:
    """The next question of the form; no reply when nothing is left to ask."""
    step = open_step(state)
    if step is None:
        return state, []
    parts: list[Part] = [Notice(lead)] if lead else []
    parts += [QuestionPart(step.ask), Choices((*step.offers, STOP))]
    return replace(state, expected=step.name, missed=0), [Reply(tuple(parts))]


def resume_line(state: DialogueState) -> Reply | None:
    """After another question was answered in the middle: where we were."""
    step = open_step(state)
    if step is None:
        return None
    return Reply((QuestionPart(words("form_resume", ask=step.ask)), Choices((*step.offers, STOP))))


def answers(state: DialogueState, reading: Reading, heard: StateUpdate) -> bool:
    """Does the message answer the open step, or put something of the form right?"""
    step = open_step(state)
    if step is None or reading.does("show_memory", "forget"):
        return False
    if step.name == "confirm" and says_yes(reading):
        return True
    if reading.does("follow") and (heard.supposed and not heard.told):
        return False
    if any(label.startswith("ask_") for label in reading.labels) and reading.confidence >= ASKS:
        return False  # a question with facts in it: answered, its facts kept, and the form goes on
    if step.name == "birth_date" and _UNBORN.search(reading.text):
        return True
    before, after = state, _filled(heard.state, reading, step)
    if before.form != after.form:
        return True
    if step.name == "region" and (heard.moved or heard.ambiguous):
        return True
    if heard.doubts or heard.month:
        return step.name in ("birth_date", "confirm")
    corrected = any(name in heard.told for name in ("birth_date",)) or heard.moved
    return corrected and not any(label.startswith("ask_") for label in reading.labels)


def says_yes(reading: Reading) -> bool:
    """Agreement in any words, with nothing against it."""
    short = len(reading.text) <= 16
    if short and _CONFIRMS.fullmatch(reading.text.strip()):
        return True
    against = _NO.search(_NOTHING_WRONG.sub("", reading.text)) or _ASKS_BACK.search(reading.text)
    agrees = reading.first == "affirm" or _NOTHING_WRONG.search(reading.text) is not None
    return agrees and short and not against


def take(
    state: DialogueState, reading: Reading, heard: StateUpdate, today: date, around: Services, conversation: str
) -> Result:
    """An answer while the enrollment is open."""
    step = open_step(state)
    if step is not None and step.name == "confirm" and says_yes(reading) and not heard.told and not heard.moved:
        assert state.form is not None
        return make_draft(replace(state, form=replace(state.form, confirmed=True)), today, around, conversation)
    now = _filled(heard.state, reading, step)
    still = open_step(now)
    if still is not None and still.name == "birth_date" and _UNBORN.search(reading.text) and not heard.doubts:
        return replace(now, expected=still.name), [Reply((QuestionPart(words("form_due_month")), Choices((STOP,))))]
    if heard.ambiguous:
        return now, [say(words("which_place"), *place_offers(heard.ambiguous))]
    if heard.doubts:
        return now, [
            Reply(
                (
                    QuestionPart(
                        words(
                            "impossible_day",
                            reason=heard.doubts[0][1],
                            label="孩子的出生日期",
                            example=_some_day(today),
                        )
                    ),
                )
            )
        ]
    if (
        heard.month
        and step is not None
        and step.name == "birth_date"
        and now.facts.get("birth_date") is None
        and not (now.form and now.form.due_month)
    ):
        month = heard.month[1]
        return now, [
            Reply((QuestionPart(words("which_day", month=f"{month[:4]}年{int(month[5:])}月", label="孩子的出生日期")),))
        ]
    if step is not None and step.name == "confirm":
        if _same(state, now):
            return now, [say(words("form_what_is_wrong"), CONFIRM, STOP)]
        return ask_next(now, words("form_corrected"))
    changed = not _same(state, now)
    lead = "".join((words("form_corrected"), echo(state, now))) if changed and _corrected(state, now, step) else ""
    after = open_step(now)
    if after is not None and step is not None and after.name == step.name:
        if changed:
            return ask_next(now, lead or echo(state, now))
        return replace(now, expected=after.name), [
            Reply((QuestionPart(words("form_not_heard", ask=after.ask)), Choices((*after.offers, STOP))))
        ]
    return ask_next(now, lead or echo(state, now))


def echo(before: DialogueState, now: DialogueState) -> str:
    """What was just understood, so that a mishearing is seen at once."""
    birth = now.facts.get("birth_date")
    if birth and birth != before.facts.get("birth_date"):
        return words("form_noted", what=f"{chinese_date(date.fromisoformat(birth))}出生")
    if now.region != before.region and now.region:
        return words("form_noted", what=region_name(now.region))
    who = now.form.proxy if now.form else None
    if who and (before.form is None or before.form.proxy != who):
        return words("form_noted", what=f"{PROXIES[who]}来办")
    return ""


def _same(one: DialogueState, other: DialogueState) -> bool:
    return (one.facts, one.region, one.form) == (other.facts, other.region, other.form)


def _corrected(before: DialogueState, now: DialogueState, step: FormStep | None) -> bool:
    """Was something put right that had been answered before?"""
    birth = before.facts.get("birth_date")
    return bool(
        (birth and birth != now.facts.get("birth_date"))
        or (before.region and before.region != now.region and step and step.name != "region")
    )


def _some_day(today: date) -> str:
    return f"{today.year}年{today.month}月1号"


def _filled(state: DialogueState, reading: Reading, step: FormStep | None) -> DialogueState:
    """The form with what this message answers: the open question, and whatever else it names in so many words."""
    form = state.form
    if form is None:
        return state
    asked = step.name if step else ""
    for mention in reading.of("due"):
        if isinstance(mention.value, str) and mention.polarity != NEGATED:
            form = replace(form, due_month=mention.value[:7])
    if state.facts.get("birth_date") is not None:
        form = replace(form, due_month=None)
    certificate, household = _papers(reading, asked)
    if certificate is not None:
        form = replace(form, certificate=certificate)
    if household is not None:
        form = replace(form, household=household, certificate=True if household else form.certificate)
    who = _who(reading, asked)
    if who is not None:
        form = replace(form, proxy=who)
    if form != state.form:
        form = replace(form, confirmed=False)
    return replace(state, form=form)


def _papers(reading: Reading, asked: str) -> tuple[bool | None, bool | None]:
    """What is told of the birth certificate and of the register, clause by clause; both are asked for in one question.

    A child with a certificate in hand that is told of when the register was asked for is not in the register yet.
    """
    certificate: bool | None = None
    household: bool | None = None
    if asked not in ("household", "confirm") and _asks(reading):
        return None, None
    for clause in _CLAUSES.split(reading.text):
        told = _told(clause)
        of_register = bool(_HOUSEHOLD.search(clause)) or (asked == "household" and bool(_ENTERED.search(clause)))
        of_certificate = bool(_CERTIFICATE.search(clause)) and asked in ("household", "confirm")
        of_certificate = of_certificate or (
            asked == "household" and bool(_HANDED_OUT.search(clause)) and not of_register
        )
        certificate = told if of_certificate and told is not None else certificate
        household = told if of_register and told is not None else household
    if asked == "household" and household is None:
        household = _yes_no(reading) if certificate is None else False
    return certificate, household


def _asks(reading: Reading) -> bool:
    return any(label.startswith("ask_") or label == "follow" for label in reading.labels)


def _told(text: str) -> bool | None:
    """没 before 上好: no; 上好了: yes; neither: not told."""
    if _NO.search(text):
        return False
    return True if _YES.search(text) else None


def _yes_no(reading: Reading) -> bool | None:
    if reading.of("birth", "due", "insured", "proxy") and not (
        _CERTIFICATE.search(reading.text) or _HOUSEHOLD.search(reading.text)
    ):
        return None
    told_label = reading.first in ("affirm", "deny", "inform", "decline")
    if not told_label or (_asks(reading) and len(reading.text) > 8) or reading.notes.get("next_year_only"):
        return None
    if any(m.role == "hukou" and m.polarity == PLANNED for m in reading.mentions):
        return False
    told = _told(reading.text)
    if told is not None and len(reading.text) <= 24:
        return told
    if reading.first == "affirm":
        return True
    return False if reading.first == "deny" else None


def _who(reading: Reading, asked: str) -> str | None:
    if _asks(reading) and asked != "proxy":
        return None
    if re.search("换(?:成|我)?(?:我|爸|妈)", reading.text):
        return "parents"
    for mention in reading.mentions:
        if mention.role == "proxy" and mention.polarity != NEGATED:
            return "parents" if mention.value in _PARENTS else "relative"
    if asked != "proxy":
        return None
    for mention in reading.mentions:
        if mention.kind == "person" and mention.polarity != NEGATED:
            return "parents" if mention.value in _PARENTS else "relative"
    if re.search("我|自己|本人|爸|妈|父母|家长|两口子", reading.text):
        return "parents"
    if re.search("爷|奶|外公|外婆|姥|公公|婆婆|亲戚|亲友|舅|姑|叔|姨|伯|朋友|邻居|别人", reading.text):
        return "relative"
    return "parents" if reading.first == "affirm" else None


def summary(state: DialogueState) -> str:
    """What will be handed in, line by line, with what the region's documents say of a proxy."""
    form = state.form
    assert form is not None
    birth = state.facts.get("birth_date")
    child = f"{chinese_date(date.fromisoformat(birth))}出生" if birth else f"预产期{form.due_month}"
    name = f"（{state.child}）" if state.child != ONLY else ""
    lines = [f"参保地：{region_name(state.region)}", f"孩子{name}：{child}"]
    if birth:
        if form.certificate is not None and not form.household:
            lines.append(f"出生医学证明：{'拿到了' if form.certificate else '还没拿到'}")
        lines.append(f"户口：{'上好了' if form.household else '还没上'}")
    lines.append(f"谁来办：{PROXIES[form.proxy or 'parents']}{'代办' if form.proxy == 'relative' else ''}")
    if form.proxy == "relative":
        lines.append(f"代办：{_proxy_rule(state)}")
    if form.certificate is False:
        lines.append(f"提醒：{words('certificate_missing')}")
    return "\n".join(f"· {line}" for line in lines)


def _proxy_rule(state: DialogueState) -> str:
    assert state.form is not None
    as_of = date.fromisoformat(state.form.started)
    made = compose(decide("ask_proxy_enrollment", {}, state.region or places.NATION, as_of))
    source = f"（{made.citations[0].document}）" if made.citations and made.status == "decided" else ""
    return f"{made.headline}{source}"


def stop(state: DialogueState) -> Result:
    """Not now: the form goes, what was told of the child stays."""
    return replace(state, form=None, expected=None), [say(words("form_stopped"))]


def pause(state: DialogueState) -> Result:
    """“我再想想”: the form stays as it is, nothing is handed in."""
    return replace(state, expected=None), [say(words("form_paused"), QuickReply("继续", "继续", "resume"), STOP)]


def where(state: DialogueState) -> Result:
    """“弄到哪步了”, “递上去没有”."""
    step = open_step(state)
    if step is None:
        return state, [say(words("form_not_submitted"))]
    return replace(state, expected=step.name), [
        Reply((QuestionPart(words("form_state", ask=step.ask)), Choices((*step.offers, STOP))))
    ]


def make_draft(state: DialogueState, today: date, around: Services, conversation: str) -> Result:
    """Create the draft at the bureau, or show the one this child already has."""
    form = state.form
    assert form is not None
    facts = state.facts
    birth = date.fromisoformat(facts["birth_date"]) if facts.get("birth_date") else None
    unborn = birth is None or birth > today
    due = form.due_month if birth is None else f"{birth.year}-{birth.month:02d}"

    def work() -> Result:
        for known in around.bureau.find(conversation):
            same = known.due_month == due if unborn else known.birth_date == birth
            if same and known.state not in OVER and known.number in state.applications:
                return _existing(state, around, conversation, known)
        draft = around.bureau.create_draft(
            region=state.region or places.NATION, birth_date=None if unborn else birth,
            due_month=due if unborn else None, household_registered=bool(form.household), proxy=form.proxy,
            conversation=conversation, idempotency_key=form.key,
        )  # fmt: skip
        done = with_application(state, draft.number, "draft")
        reply = Reply((
            Notice(words("draft_made", number=draft.number, place=region_name(state.region))),
            link(draft.link_expires_at, f"{around.public_url}/enroll/{draft.link_token}", "draft_link"),
            Notice(words("draft_rest")),
            Choices((QuickReply("办到哪一步了", f"查一下{draft.number}办到哪了", "check_application"),)),
        ))  # fmt: skip
        return done, [reply]

    return guarded(state, work)


def link(expires: datetime, address: str, key: str, **names: Any) -> LinkPart:
    """A one-time address with until when it opens."""
    return LinkPart(words(key, until=f"{expires.astimezone(BEIJING):%H:%M}", **names), address)


def _existing(state: DialogueState, around: Services, conversation: str, known: Application) -> Result:
    """The same child twice: the application there is, with a fresh link while it is still a draft."""
    done = with_application(state, known.number, str(known.state))
    parts: list[Part] = [Notice(words("draft_exists", number=known.number, state=known.state_text))]
    if known.state == "draft":
        fresh = around.bureau.fresh_link(known.number, conversation)
        parts.append(link(fresh.link_expires_at, f"{around.public_url}/enroll/{fresh.link_token}", "draft_link"))
    parts.append(Choices((QuickReply("办到哪一步了", f"查一下{known.number}办到哪了", "check_application"),)))
    return done, [Reply(tuple(parts))]


def with_application(state: DialogueState, number: str, told: str) -> DialogueState:
    """The form is done; this application is the conversation's own."""
    kept = {**state.applications, number: told}
    return replace(state, form=None, expected=None, applications=dict(list(kept.items())[-5:]))


def guarded(state: DialogueState, work: Works) -> Result:
    """The bureau away: nothing said is lost, and the draft is not made twice when it comes back."""
    try:
        return work()
    except RegistrationUnavailable:
        return state, [say(words("bureau_away_kept"), QuickReply("继续", "继续", "resume"), STOP)]
    except RegistrationRejected as error:
        return replace(state, form=None, expected=None), [
            say(words("not_accepted", why=error.title), QuickReply("转人工", "转人工", "request_human"))
        ]
