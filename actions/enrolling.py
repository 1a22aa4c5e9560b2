"""Starting an enrollment: one question at a time, a summary to confirm, then a draft with number and one-time link.

Identity data is never asked here: it is typed on the page behind the link.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.memory import Memory, Turn, region_name
from actions.replies import REGIONS, Option, Reply, option, plain
from policies import places
from policies.answers import compose
from policies.counting import chinese_date
from policies.decisions import decide
from policies.library import default
from registration.client import (
    Application,
    RegistrationClient,
    RegistrationRejected,
    RegistrationUnavailable,
)

BEIJING = ZoneInfo("Asia/Shanghai")
WHO = {"爸爸妈妈": "parents", "爷爷奶奶": "relative", "外公外婆": "relative", "其他亲友": "relative"}
OVER = ("rejected", "cancelled", "expired")


@dataclass(frozen=True)
class Step:
    """One question: the field it fills, how it is asked, and what can be tapped."""

    field: str
    ask: str
    options: tuple[Option, ...] = ()


STEPS = (
    Step("region", "孩子要在哪里参保？说省、市或区县都行。", tuple(option(name, f"我在{name}") for name in REGIONS)),
    Step("birth_date", "孩子是哪天出生的？还没出生就说预产期在几月。"),
    Step("household_registered", "户口上好了吗？", (option("上好了"), option("还没上"))),
    Step("proxy", "谁来办？", tuple(option(who) for who in WHO)),
)
LONGEST_ANSWER = 14
"""Characters: more than this is a question or a story, not an answer to ours."""
_ASKS = re.compile("[吗呢？?]|怎么|咋|什么|啥|多少|哪|能不能|可以")
_HOUSEHOLD = re.compile("户口|上户|落户|户籍|入户")
_NOT_REGISTERED = re.compile("没|未|不|还在|等")
_REGISTERED = re.compile("上好|上了|有户口|已经|落了|办好|好了|落好")
_PARENT = re.compile("爸|妈|父母|我|自己|本人|家长")
_RELATIVE = re.compile("爷|奶|外公|外婆|公公|婆婆|姥|亲戚|亲友|舅|姑|叔|姨|伯|别人|朋友|邻居")
_CONFIRM = re.compile(
    "(确认|确定|对|没错|无误|是的?|好的?|可以|行|嗯+|提交|办吧?|就这样|没问题|ok|yes)+[的了啊吧呀哦]*(没错|提交|办理|起申请)?[。.!！]*",
    re.IGNORECASE,
)
_DUE = re.compile("预产|快生|还没生|没出生|怀孕|肚子|待产|要生")


def start(turn: Turn, memory: Memory, message_id: str) -> tuple[Memory, list[Reply]]:
    """Begin, or go on where it stood. Facts already known are not asked again."""
    now = memory.hear(turn)
    form = dict(now.enrollment or {"key": _key(turn, message_id)})
    form.setdefault("started", turn.as_of.isoformat())
    form = _filled(form, turn, None)
    lead = "好，我帮您起一份参保申请，只要几句话。" if not memory.enrollment else "咱们接着办。"
    return _next(replace(now, enrollment=form), lead=lead)


def _key(turn: Turn, message_id: str) -> str:
    """One start, one draft: the same message again, or a retry after a crash, finds the same application."""
    return hashlib.sha256(f"{turn.conversation}\n{message_id}".encode()).hexdigest()[:40]


def hear(turn: Turn, memory: Memory) -> tuple[Memory, list[Reply]]:
    """An answer while the enrollment is open."""
    assert memory.enrollment is not None
    step = _open_step(memory)
    if turn.intent == "stop" or (
        step is not None and re.fullmatch("(先)?不办了.{0,2}|取消|算了.{0,2}|退出", turn.text)
    ):
        return replace(memory, enrollment=None, asked=None), [
            plain("好，这次先不办，什么都没有提交。想办的时候说一声就行。")
        ]
    if step is not None and step.field == "confirmed" and _says_yes(turn):
        return replace(memory, enrollment={**memory.enrollment, "confirmed": True}), []
    now = replace(memory, asked=step.field if step and step.field.endswith("_date") else memory.asked).hear(turn)
    form = _filled(dict(now.enrollment or {}), turn, step)
    wrong = turn.first("doubt")
    now = replace(now, enrollment=form)
    if wrong is not None:
        return now, [plain(f"{wrong['reason']}，请再看一下孩子的出生日期。")]
    several = now.ambiguous_place(turn)
    if several is not None:
        names = [places.full_name(code) for code in several[:6]]
        return now, [plain("叫这个名字的地方不止一处，是哪一个？", *(option(n, f"我在{n}") for n in names))]
    if step is not None and step.field == "confirmed":
        return _corrected(memory, now)
    after = _open_step(now)
    if after is not None and step is not None and after.field == step.field:
        return replace(now, asked=after.field), [plain(f"我没听明白。{after.ask}", *after.options, option("先不办了"))]
    return _next(now)


def _filled(form: dict[str, Any], turn: Turn, step: Step | None) -> dict[str, Any]:
    """The form with what this message answers: the open question, and whatever else it names in so many words."""
    asked = step.field if step else ""
    month = turn.first("month")
    if month is not None and _DUE.search(turn.text):
        form["due_month"] = month["month"]
    elif turn.first("birth_date") or (asked == "birth_date" and turn.first("date")):
        form.pop("due_month", None)
    said = _yes_no(turn) if asked == "household_registered" else None
    if said is None and _HOUSEHOLD.search(turn.text) and not _ASKS.search(turn.text):
        said = _yes_no(turn)
    if said is not None:
        form["household_registered"] = said
    named = _RELATIVE.search(turn.text) and re.search("办|去|代|来|替", turn.text)
    who = _who(turn) if asked == "proxy" or (named and asked == "confirmed") else None
    if who is not None:
        form["proxy"] = who
    return form


def _corrected(before: Memory, now: Memory) -> tuple[Memory, list[Reply]]:
    """Something in the summary was put right, or said to be wrong without saying what."""
    if (before.facts, before.region, before.enrollment) == (now.facts, now.region, now.enrollment):
        ask = "哪一项不对？把对的说一遍就行，比如“是10月4号生的”“户口上好了”“奶奶去办”。"
        return now, [plain(ask, option("都对，起申请", "确认"), option("先不办了"))]
    return _next(now, lead="好，改过来了。")


def takes(turn: Turn, memory: Memory) -> bool:
    """Is this an answer to the open question, whatever it was classified as? “爸爸妈妈” alone is nothing else here."""
    step = _open_step(memory) if memory.enrollment is not None else None
    if step is None or turn.first("remember"):
        return False
    if step.field == "confirmed" and _says_yes(turn):
        return True
    if len(turn.text) > LONGEST_ANSWER or _ASKS.search(turn.text):
        return False
    if step.field == "region":
        return turn.first("region") is not None or turn.first("household_region") is not None
    if step.field == "birth_date":
        return any(turn.first(name) is not None for name in ("birth_date", "date", "doubt", "month"))
    if step.field == "confirmed":
        return any(turn.first(n) is not None for n in ("birth_date", "date", "region", "doubt")) or bool(
            _HOUSEHOLD.search(turn.text) or _RELATIVE.search(turn.text)
        )
    heard = _yes_no(turn) if step.field == "household_registered" else _who(turn)
    return heard is not None


def _says_yes(turn: Turn) -> bool:
    return len(turn.text) <= LONGEST_ANSWER and _CONFIRM.fullmatch(turn.text) is not None


def _yes_no(turn: Turn) -> bool | None:
    if turn.intent == "deny" or _NOT_REGISTERED.search(turn.text):
        return False
    if turn.intent == "affirm" or _REGISTERED.search(turn.text):
        return True
    return None


def _who(turn: Turn) -> str | None:
    if _RELATIVE.search(turn.text):
        return "relative"
    return "parents" if _PARENT.search(turn.text) or turn.intent == "affirm" else None


def _open_step(memory: Memory) -> Step | None:
    """The first question without an answer; when all have one, the summary until it is confirmed."""
    form = memory.enrollment or {}
    place = memory.region if memory.region != places.NATION else None
    child = memory.facts.get("birth_date") or form.get("due_month")
    known: dict[str, Any] = {**form, "region": place, "birth_date": child}
    step = next((step for step in STEPS if known.get(step.field) is None), None)
    if step is None and not form.get("confirmed"):
        options = (option("都对，起申请", "确认"),)
        return Step("confirmed", "请核对一下，都对就点“都对，起申请”，哪里不对直接说：", options)
    return step


def ready(memory: Memory) -> bool:
    """Is everything asked and confirmed, so that the draft can be made?"""
    return memory.enrollment is not None and _open_step(memory) is None


def _next(memory: Memory, lead: str = "") -> tuple[Memory, list[Reply]]:
    step = _open_step(memory)
    if step is None:
        return memory, []
    ask = f"{step.ask}\n{summary(memory)}" if step.field == "confirmed" else step.ask
    return replace(memory, asked=step.field), [plain(f"{lead}{ask}", *step.options, option("先不办了"))]


def summary(memory: Memory) -> str:
    """What will be handed in, line by line, with what the region's documents say of a proxy."""
    form = memory.enrollment or {}
    birth = memory.facts.get("birth_date")
    child = f"{chinese_date(date.fromisoformat(birth))}出生" if birth else f"预产期{form['due_month']}"
    lines = [
        f"参保地：{region_name(memory.region)}",
        f"孩子：{child}",
        f"户口：{'上好了' if form.get('household_registered') else '还没上'}",
        f"谁来办：{'爸爸妈妈' if form.get('proxy') == 'parents' else '亲友代办'}",
    ]
    if form.get("proxy") == "relative":
        lines.append(f"代办：{_proxy_rule(memory)}")
    return "\n".join(f"· {line}" for line in lines)


def _proxy_rule(memory: Memory) -> str:
    as_of = date.fromisoformat((memory.enrollment or {})["started"])
    made = compose(decide("ask_proxy_enrollment", {}, memory.region or places.NATION, as_of))
    source = f"（{made.citations[0].document}）" if made.citations and made.status == "decided" else ""
    return f"{made.headline}{source}"


def resume_line(memory: Memory) -> Reply | None:
    """After another question was answered in the middle: where we were."""
    step = _open_step(memory) if memory.enrollment is not None else None
    if step is None:
        return None
    return plain(f"参保申请还在办，接着刚才的：{step.ask}", *step.options, option("先不办了"))


def make_draft(memory: Memory, turn: Turn, client: RegistrationClient, public_url: str) -> tuple[Memory, list[Reply]]:
    """Create the draft at the bureau, or show the one this child already has. Called in a worker thread."""
    form = memory.enrollment or {}
    birth = date.fromisoformat(memory.facts["birth_date"]) if memory.facts.get("birth_date") else None
    unborn = birth is None or birth > turn.as_of
    due = form.get("due_month") if birth is None else f"{birth.year}-{birth.month:02d}"

    def work() -> tuple[Memory, list[Reply]]:
        for known in client.find(turn.conversation):
            same = known.due_month == due if unborn else known.birth_date == birth
            if same and known.state not in OVER and known.number in (memory.applications or {}):
                return _existing(memory, turn, client, public_url, known)
        draft = client.create_draft(
            region=memory.region or places.NATION, birth_date=None if unborn else birth,
            due_month=due if unborn else None, household_registered=bool(form["household_registered"]),
            proxy=form["proxy"], conversation=turn.conversation, idempotency_key=form["key"],
        )  # fmt: skip
        done = _with_application(memory, draft.number, "draft")
        text = (
            f"参保申请起好了，受理号 {draft.number}（{region_name(memory.region)}）。\n"
            f"{_link_lines(draft.link_expires_at, f'{public_url}/enroll/{draft.link_token}')}\n"
            "填好提交后才算递上去；缴费按当地税务部门的渠道，我这里不收钱。"
        )
        return done, [plain(text, option("办到哪一步了", f"查一下{draft.number}办到哪了"))]

    return _guarded(memory, work)


def _existing(
    memory: Memory, turn: Turn, client: RegistrationClient, public_url: str, known: Application
) -> tuple[Memory, list[Reply]]:
    """The same child twice: the application there is, with a fresh link while it is still a draft."""
    done = _with_application(memory, known.number, known.state)
    lines = [f"这个孩子已经有一份申请：{known.number}，现在是“{known.state_text}”，不用再起一份。"]
    if known.state == "draft":
        link = client.fresh_link(known.number, turn.conversation)
        lines.append(_link_lines(link.link_expires_at, f"{public_url}/enroll/{link.link_token}"))
    return done, [plain("\n".join(lines), option("办到哪一步了", f"查一下{known.number}办到哪了"))]


def _link_lines(expires: datetime, address: str) -> str:
    until = f"{expires.astimezone(BEIJING):%H:%M}"
    return f"请在{until}前点下面的链接，填孩子和监护人的证件信息：只能用一次，不经过聊天。\n{address}"


def _with_application(memory: Memory, number: str, state: str) -> Memory:
    kept = {**(memory.applications or {}), number: state}
    return replace(memory, enrollment=None, asked=None, applications=dict(list(kept.items())[-5:]))


def _guarded(memory: Memory, work: Callable[[], tuple[Memory, list[Reply]]]) -> tuple[Memory, list[Reply]]:
    """The bureau away: nothing said is lost, and the draft is not made twice when it comes back."""
    try:
        return work()
    except RegistrationUnavailable:
        text = f"办理系统暂时连不上，您说的都记下了，没有重复提交。过一会儿回“继续”我再试，或拨 {default().hotline}。"
        return memory, [plain(text, option("继续"), option("先不办了"))]
    except RegistrationRejected as error:
        return replace(memory, enrollment=None, asked=None), [plain(f"申请没有收下：{error.title}。", option("转人工"))]


def link_again(turn: Turn, memory: Memory, client: RegistrationClient, public_url: str) -> list[Reply] | None:
    """“链接过期了”, “更新户口信息”: another one-time link for an application of this talk.

    None when not asked, or when there is no application whose household could be updated.
    """
    household = re.search("更新户口信息|更新.{0,4}(户口|户籍|落户)|(户口|落户).{0,6}(更新|登记到申请)", turn.text)
    renewed = re.search(
        "链接.{0,8}(过期|失效|打不开|不能用|用不了|没了|再发|重新发|重发)|(再|重新)发.{0,4}链接", turn.text
    )
    if not household and not renewed:
        return None
    try:
        known = [a for a in client.find(turn.conversation) if a.state not in OVER]
        if not known and renewed:
            text = "这段对话里没有没办完的申请，所以没有链接可以重发。要给孩子办参保，现在就可以开始。"
            return [plain(text, option("开始办参保", "给孩子办参保"), option("转人工"))]
        if not known:
            return None
        purpose, state = ("household_update", known[0].state) if household else ("identity", known[0].state)
        if household and state == "draft":
            text = f"申请 {known[0].number} 还没提交，证件信息直接在申请页面填就行。"
            return [plain(text, option("再发一个链接", "再发一个申请链接"))]
        if renewed and state != "draft":
            return [
                plain(f"申请 {known[0].number} 已经是“{known[0].state_text}”，不用再填了。", option("办到哪一步了"))
            ]
        link = client.fresh_link(known[0].number, turn.conversation, "household_update" if household else "identity")
    except RegistrationUnavailable:
        return [plain(f"办理系统暂时连不上，请过几分钟再说一次，或拨 {default().hotline}。", option("转人工"))]
    except RegistrationRejected as error:
        return [plain(f"现在还不能更新：{error.title}。", option("转人工"))]
    what = "登记户口信息" if purpose == "household_update" else "填证件信息"
    until = f"{link.link_expires_at.astimezone(BEIJING):%H:%M}"
    address = f"{public_url}/enroll/{link.link_token}"
    text = f"申请 {link.number}：请在{until}前点下面的链接{what}，只能用一次，不经过聊天。\n{address}"
    return [plain(text)]
