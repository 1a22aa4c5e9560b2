"""Services around an enrollment: where an application stands, whether a child is covered, a person, complaints."""

import re
from dataclasses import replace
from datetime import date

from actions.memory import Memory, Turn
from actions.replies import Reply, answered, option, plain
from leaflets import Plan, compose_sheet, offers, suggested, year_of
from policies import places
from policies.answers import compose
from policies.counting import chinese_date
from policies.decisions import decide
from policies.library import default
from registration.client import (
    Application,
    NotFound,
    RegistrationClient,
    RegistrationRejected,
    RegistrationUnavailable,
)

FINAL = ("insured", "rejected", "cancelled", "expired")

NUMBER = re.compile(r"TB[-A-Z0-9]{8,24}", re.IGNORECASE)


def _unreachable() -> list[Reply]:
    text = f"办理系统暂时连不上，请过几分钟再问一次，或拨 {default().hotline}。"
    return [plain(text, option("转人工"))]


def _numbers(turn: Turn, client: RegistrationClient) -> list[str]:
    """The application numbers in the message, else those of this conversation, newest first."""
    said = NUMBER.findall(turn.text.upper())
    return said or [found.number for found in client.find(turn.conversation)]


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


def state_line(application: Application) -> str:
    """One application: number, state, why, and what to do now."""
    why = f"，原因：{application.reason}" if application.reason else ""
    since = f"，从{chinese_date(application.insured_since)}起" if application.insured_since else ""
    return f"{application.number}：{application.state_text}{since}{why}。{WHAT_NEXT[application.state]}"


def told(memory: Memory, applications: list[Application]) -> Memory:
    """These states are known to the parent from now on."""
    kept = {**(memory.applications or {}), **{a.number: str(a.state) for a in applications}}
    return replace(memory, applications=dict(list(kept.items())[-5:]))


def news(memory: Memory, client: RegistrationClient) -> tuple[Memory, list[Reply]]:
    """Applications whose state changed since it was last told; silent when the bureau cannot be asked."""
    live = [number for number, state in (memory.applications or {}).items() if state not in FINAL]
    try:
        found = [client.get(number) for number in live]
    except (RegistrationUnavailable, NotFound, RegistrationRejected):
        return memory, []
    changed = [a for a in found if a.state != (memory.applications or {}).get(a.number)]
    if not changed:
        return memory, []
    text = "您的参保申请有新进展：\n" + "\n".join(state_line(a) for a in changed)
    return told(memory, changed), [plain(text, option("办到哪一步了", f"查一下{changed[0].number}办到哪了"))]


def check(turn: Turn, memory: Memory, client: RegistrationClient) -> tuple[Memory, list[Reply]]:
    """Where the applications of this conversation stand."""
    try:
        numbers = _numbers(turn, client)
        if not numbers:
            text = "这个聊天里还没有参保申请。要现在起一份吗？"
            return memory, [plain(text, option("帮我办参保", "帮我给宝宝办参保"))]
        found = [client.get(number) for number in numbers[:3]]
    except RegistrationUnavailable:
        return memory, _unreachable()
    except (NotFound, RegistrationRejected):
        return memory, [plain("没有查到这个受理号，请核对一下，或者点“转人工”。", option("转人工"))]
    options = [option("撤销申请", f"撤销申请{found[0].number}")] if found[0].state not in FINAL else []
    own = [a for a in found if a.conversation == turn.conversation]
    return told(memory, own), [plain("\n".join(state_line(a) for a in found), *options)]


def cancel(turn: Turn, client: RegistrationClient, confirmed: bool) -> list[Reply]:
    """Withdraw an application, once the parent confirmed with its number."""
    try:
        numbers = _numbers(turn, client)
        if not numbers:
            return [plain("这个聊天里没有可以撤销的申请。")]
        number = numbers[0]
        if not confirmed:
            return [
                plain(
                    f"确定撤销申请 {number} 吗？撤销以后要重新申请。",
                    option("确定撤销", f"确定撤销申请{number}"),
                    option("不撤了"),
                )
            ]
        if client.get(number).conversation != turn.conversation:
            return [
                plain(
                    "这个受理号不是在这个聊天里起的，不能在这里撤销。请回到原来的聊天，或者点“转人工”。",
                    option("转人工"),
                )
            ]
        client.cancel(number)
    except RegistrationUnavailable:
        return _unreachable()
    except (NotFound, RegistrationRejected) as error:
        title = error.title if isinstance(error, RegistrationRejected) else "没有查到这个受理号"
        return [plain(f"没有撤成：{title}。", option("转人工"))]
    return [plain(f"申请 {number} 已经撤销。")]


def coverage(turn: Turn, memory: Memory, client: RegistrationClient) -> list[Reply]:
    """Whether the child counts as covered: from our own applications, else who can tell."""
    try:
        numbers = _numbers(turn, client)
        if not numbers:
            note = "我只查得到在这里起的申请，这个聊天里没有。孩子参没参保，可以这样查："
            return [_told("ask_enrollment_status", memory, turn, note)]
        found = client.coverage(numbers[0])
    except RegistrationUnavailable:
        return _unreachable()
    except (NotFound, RegistrationRejected):
        return [plain("没有查到这个受理号，请核对一下。", option("转人工"))]
    since = f"，从{chinese_date(found.since)}起" if found.since else ""
    return [plain(f"{numbers[0]}：{'已参保' + since if found.insured else '还没有显示参保'}。")]


def no_look_up(turn: Turn, memory: Memory) -> Reply:
    """A number was sent to be looked up: we cannot and must not; where it can be done."""
    return _told(
        "ask_enrollment_status", memory, turn, "我这里不能凭证件号查，号码也没有保存。孩子参没参保，可以这样查："
    )


def payment_problem(turn: Turn, memory: Memory) -> list[Reply]:
    """Paid but not shown: keep the proof, do not pay again, and what the documents say of it."""
    note = "先别急，也别重复交：留好缴费凭证，到交钱的渠道看扣款是不是成功。"
    return [_told("report_payment_problem", memory, turn, note)]


def _told(intent: str, memory: Memory, turn: Turn, note: str) -> Reply:
    made = compose(decide(intent, {}, memory.region or places.NATION, turn.as_of))
    return answered(made, region_known=memory.region is not None, note=note)


def person(turn: Turn) -> list[Reply]:
    """A person was asked for. The gateway opens the case and puts number and hours before these words."""
    return [plain(f"也可以直接拨医保服务热线 {default().hotline}，按当地的工作时间接听。", handover="家长要找人")]


def calm(turn: Turn) -> list[Reply]:
    """Somebody at the end of their strength: no rules now, a person, and help at once where life is in danger."""
    text = (
        "听得出您现在特别难，先缓一缓，您不是一个人。医保的事可以慢慢办，我已经请工作人员来接着陪您说。\n"
        f"如果您或孩子现在有危险，请马上拨 {default().emergency}，或者告诉身边信得过的人。"
    )
    return [plain(text, handover="家长情绪激动，请尽快接")]


def not_ours(resume: Reply | None) -> list[Reply]:
    """A short pointer to who can help; an open enrollment is taken up again."""
    text = (
        "这个不归我管，怕说错耽误您。我只懂孩子的医保参保、缴费和待遇；"
        "大人的社保、养老金请问当地人社部门，看病的事请问医生。"
    )
    reply = plain(text, option("问孩子医保", "你能做什么"), option("转人工"))
    return [reply, resume] if resume else [reply]


def complaint() -> list[Reply]:
    """Acknowledged, without arguing, kept for the supervisor, with where it can be followed up."""
    text = (
        "让您受累了，这事儿该有人管。您说的我记下转给管理人员看（不带姓名证件）。"
        f"要正式反映，可以拨 {default().hotline}，说清时间、窗口和经过；想现在就找人，点“转人工”。\n"
        "您的具体问题也可以告诉我，我先查文件怎么说。"
    )
    return [plain(text, option("转人工"), noted={"kind": "complaint"})]


def faq_sheet(memory: Memory, as_of: date, public_url: str) -> list[Reply]:
    """A text that can be forwarded, and the same as a picture and on A4: the published answers of the region."""
    region, stage = memory.region or places.NATION, memory.facts.get("stage")
    stages = (stage,) if stage else ("新生儿", "小学")
    parts, links = [f"【{places.full_name(region)}儿童医保常见问答】"], []
    for one in stages:
        blank = Plan(region, one, year_of(region, one, as_of, default()), (), day=as_of)
        told = [o.intent for o in offers(blank, default()) if not o.reason and o.intent in suggested(one)]
        if not told:
            continue
        sheet = compose_sheet(replace(blank, questions=tuple(told)), default(), public_url)
        for item in sheet.items:
            said = f"问：{item.question}\n答：{item.headline}（{item.sources[0].split(' ')[0]}）"
            parts += [said] if said not in parts else []
        address = f"{public_url}/sheets/{sheet.scene}"
        links += [f"{one}家长的图片：{address}.png", f"{one}家长的 A4（打印用）：{address}.pdf"]
    if not links:
        return [plain(f"{parts[0]}\n现有文件没有能印给家长的答案。请拨 {default().hotline}。")]
    return [plain("\n".join([*parts, f"拿不准的请拨 {default().hotline}。", *links]))]
