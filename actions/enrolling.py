"""Starting an enrollment: one question at a time, then a draft at the bureau with its number and one-time link.

Identity data is never asked here: it is typed on the page behind the link.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from actions.memory import Memory, Turn, region_name
from actions.replies import REGIONS, Option, Reply, option, plain
from policies import places
from policies.library import default
from registration.client import RegistrationClient, RegistrationRejected, RegistrationUnavailable

BEIJING = ZoneInfo("Asia/Shanghai")
WHO = {"爸爸妈妈": "parents", "爷爷奶奶": "relative", "外公外婆": "relative", "其他亲友": "relative"}


@dataclass(frozen=True)
class Step:
    """One question: the field it fills, how it is asked, and what can be tapped."""

    field: str
    ask: str
    options: tuple[Option, ...] = ()


STEPS = (
    Step("region", "孩子要在哪里参保？说省、市或区县都行。", tuple(option(name, f"我在{name}") for name in REGIONS)),
    Step("birth_date", "孩子是哪天出生的？还没出生就说预产期。"),
    Step("household_registered", "户口上好了吗？", (option("上好了"), option("还没上"))),
    Step("proxy", "谁来办？", tuple(option(who) for who in WHO)),
)
LONGEST_ANSWER = 14
"""Characters: more than this is a question or a story, not an answer to ours."""
_ASKS = re.compile("[吗呢？?]|怎么|咋|什么|啥|多少|哪|能不能|可以")
_NOT_REGISTERED = re.compile("没|未|不|还在|等")
_REGISTERED = re.compile("上好|上了|有户口|已经|落了|办好|好了")
_PARENT = re.compile("爸|妈|父母|我|自己|本人|家长")
_RELATIVE = re.compile("爷|奶|公|婆|姥|亲|舅|姑|叔|姨|别人|朋友")


def start(turn: Turn, memory: Memory, message_id: str) -> tuple[Memory, list[Reply]]:
    """Begin, or go on where it stood. Facts already known are not asked again."""
    now = memory.hear(turn)
    form = dict(now.enrollment or {"key": _key(turn, message_id)})
    form.setdefault("started", turn.as_of.isoformat())
    return _next(
        replace(now, enrollment=form),
        lead="好，我帮您起一份参保申请，只要几句话。" if not memory.enrollment else "咱们接着办。",
    )


def _key(turn: Turn, message_id: str) -> str:
    """One start, one draft: the same message again, or a retry after a crash, finds the same application."""
    return hashlib.sha256(f"{turn.conversation}\n{message_id}".encode()).hexdigest()[:40]


def hear(turn: Turn, memory: Memory) -> tuple[Memory, list[Reply]]:
    """An answer while the enrollment is open."""
    assert memory.enrollment is not None
    step = _open_step(memory)
    if turn.intent == "stop" or (step is not None and re.fullmatch("不办了.{0,2}|取消|算了.{0,2}|退出", turn.text)):
        return replace(memory, enrollment=None, asked=None), [
            plain("好，这次先不办，什么都没有提交。想办的时候说一声就行。")
        ]
    now = replace(memory, asked=step.field if step and step.field.endswith("_date") else memory.asked).hear(turn)
    form = dict(now.enrollment or {})
    if step is not None and step.field == "household_registered":
        said = _yes_no(turn)
        if said is not None:
            form["household_registered"] = said
    if step is not None and step.field == "proxy":
        who = _who(turn)
        if who is not None:
            form["proxy"] = who
    wrong = turn.first("doubt")
    now = replace(now, enrollment=form)
    if wrong is not None:
        return now, [plain(f"{wrong['reason']}，请再看一下孩子的出生日期。")]
    several = now.ambiguous_place(turn)
    if several is not None:
        names = [places.full_name(code) for code in several[:6]]
        return now, [plain("叫这个名字的地方不止一处，是哪一个？", *(option(n, f"我在{n}") for n in names))]
    after = _open_step(now)
    if after is not None and step is not None and after.field == step.field:
        return replace(now, asked=after.field), [plain(f"我没听明白。{after.ask}", *after.options, option("先不办了"))]
    return _next(now)


def takes(turn: Turn, memory: Memory) -> bool:
    """Is this an answer to the open question, whatever it was classified as? “爸爸妈妈” alone is nothing else here."""
    step = _open_step(memory) if memory.enrollment is not None else None
    if step is None or len(turn.text) > LONGEST_ANSWER or _ASKS.search(turn.text):
        return False
    if step.field == "region":
        return turn.first("region") is not None or turn.first("household_region") is not None
    if step.field == "birth_date":
        return any(turn.first(name) is not None for name in ("birth_date", "date", "doubt"))
    heard = _yes_no(turn) if step.field == "household_registered" else _who(turn)
    return heard is not None


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
    """The first question without an answer."""
    form = memory.enrollment or {}
    place = memory.region if memory.region != places.NATION else None
    known: dict[str, Any] = {"region": place, "birth_date": memory.facts.get("birth_date"), **form}
    return next((step for step in STEPS if known.get(step.field) is None), None)


def ready(memory: Memory) -> bool:
    """Is everything asked, so that the draft can be made?"""
    return memory.enrollment is not None and _open_step(memory) is None


def _next(memory: Memory, lead: str = "") -> tuple[Memory, list[Reply]]:
    step = _open_step(memory)
    if step is None:
        return memory, []
    return replace(memory, asked=step.field), [plain(f"{lead}{step.ask}", *step.options, option("先不办了"))]


def resume_line(memory: Memory) -> Reply | None:
    """After another question was answered in the middle: where we were."""
    step = _open_step(memory) if memory.enrollment is not None else None
    if step is None:
        return None
    return plain(f"参保申请还在办，接着刚才的：{step.ask}", *step.options, option("先不办了"))


def make_draft(memory: Memory, turn: Turn, client: RegistrationClient, public_url: str) -> tuple[Memory, list[Reply]]:
    """Create the draft at the bureau. Called in a worker thread: the client is synchronous and bounded in time."""
    form = memory.enrollment or {}
    hotline = default().hotline
    birth = date.fromisoformat(memory.facts["birth_date"])
    unborn = birth > turn.as_of
    try:
        draft = client.create_draft(
            region=memory.region or places.NATION,
            birth_date=None if unborn else birth,
            due_month=f"{birth.year}-{birth.month:02d}" if unborn else None,
            household_registered=bool(form["household_registered"]),
            proxy=form["proxy"],
            conversation=turn.conversation,
            idempotency_key=form["key"],
        )
    except RegistrationUnavailable:
        text = f"办理系统暂时连不上，您说的都记下了，没有重复提交。过一会儿回“继续”我再试，或拨 {hotline}。"
        return memory, [plain(text, option("继续"), option("先不办了"))]
    except RegistrationRejected as error:
        return replace(memory, enrollment=None, asked=None), [plain(f"申请没有收下：{error.title}。", option("转人工"))]
    done = replace(memory, enrollment=None, asked=None)
    text = (
        f"参保申请起好了，受理号 {draft.number}（{region_name(memory.region)}）。\n"
        f"请在{draft.link_expires_at.astimezone(BEIJING):%H:%M}前点下面的链接，填孩子和监护人的证件信息：只能用一次，不经过聊天。\n"
        f"{public_url}/enroll/{draft.link_token}\n"
        "填好提交后才算递上去；缴费按当地税务部门的渠道，我这里不收钱。"
    )
    return done, [plain(text, option("办到哪一步了", f"查一下{draft.number}办到哪了"))]
