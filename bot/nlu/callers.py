"""Whose turn it is in an agent's notes: the mark of a caller before a message (“c2 …”, “3)…”, “④…”, “回1 …”, “A：…”).

A mark opens another family's account, so it needs more than its shape: callers who are known already, or a place right
behind it. A number may be the answer to what was asked, or count questions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Optional

from bot.nlu.conversation import Context
from bot.nlu.places import find_places
from bot.nlu.splitting import asks_in
from bot.nlu.text import read_text

MOST, LEAD, TAIL = 8, 12, 4
"""Marks of one message, characters before the first of them, and figures of a telephone."""
_THE_ONE_IN = re.compile(
    "(?:那|回到?|再问|还有)?(?:刚才|刚刚|前面|上面|之前|头一个|第一个|最早|先头)?(?:那个|那位|的)?"
)
_THAT_ONE = re.compile("的?那(?:个|位|家|通|户|边|头)")
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NTH = "一二三四五六"
_N = "(?:[1-9]|1[0-9]|20)"
_STEMS, _NO_STEMS = "甲乙丙丁戊己庚辛壬癸", "(?!流|肝|脑|状|类|等|醇|型|级|方|乙|同学|亢|沟|苯|烯|酸|字|班|组)"
_TAIL = "(?!(?:19|20)[0-9]{2}|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9]))[0-9]{4}(?![0-9年元块])"
"""The last figures of a telephone: no year, no day."""
_BACK = "(?:那|给|再|又|绕|转|先)?(?:回到?|让|给|问|进来一?个|来了?一?个)?"
_LETTERED = re.compile(
    r"(?:回|给|再回)?(?P<who>[A-F]|[1-9](?=号(?:来电|家长|市民|群众)))(?:号(?:来电|家长|市民|群众)|家|那边|那位)?"
    r"(?:补?[\s：:，,、]+(?!\s*(?:超|族|型|级|类|股|座|区|栋|幢|单元|卡|轮|档|款|证|照|肝|罩|反应|蛋白|二聚|站))"
    r"|(?=[补问死截限到再也同户娃孩新]))(?=\S)"
)
"""“A 到账死线”, “回A：”, “A补：”: a caller by a letter; no B超, no D3."""
_SHAPED = re.compile(
    rf"{_BACK}(?:(?P<circle>[{_CIRCLES}])|[#＃]\s?(?P<hash>{_N})(?!\d)|[Nn][Oo][.．]?\s?(?P<no>{_N})(?!\d)"
    rf"|[（(【\[](?P<inside>{_N}|[A-Fa-f])[)）】\]]|(?P<before>{_N}|[A-Fa-f])[)）#＃](?!\d)|(?P<mixed>[A-Za-z]{_N})(?![\dA-Za-z.])"
    r"(?=[\s：:、，,)）再补追问]))(?:补(?![交缴办报])|追问?|再问)?[\s：:、，,)）]*(?=\S)"
)
"""Shapes that agents write and parents hardly: “c2 …”, “3)…”, “4# …”, “④…”, “(2)…”, “No.3 …”."""
_BARE = re.compile(rf"(?P<who>{_N})号?[\s、：:]+(?=\S)")
"""“2 威海 小学 …”, “1号 威海 小学 …”."""
_AGAIN = re.compile(
    rf"(?P<who>{_N})[\s、：:]+(?:补(?![交缴办报])|追问|再问|再报|接着问)[\s、：:，,]*(?=\S)|(?:那|回到?)?(?P<one>[1-9])那[个位通][\s：:，,]*(?=\S)"
)
"""“1 补 只缴27年”, “那2那个 27年的呢”: one who was told of before."""
_NOTES = re.compile(r"\S{2,8}\s+(?!生|剖|落地|出生|到账|交|缴|扣|办|登)\S+\s+\S")
"""Behind “1号 ”: a place and at least two words more; “9号 苏州 生的” is a day."""
_BACK_TO = re.compile(
    rf"(?:(?:那|给|再)?回到?(?P<to>{_N})(?!\d)|(?P<who>{_N})(?:补(?![交缴办报])|追问?|再问|又问|更正|改))[\s、：:，,]*(?=\S)"
)
_NEW = re.compile(rf"(?P<who>{_N})(?:号(?=\s+[\u4e00-\u9fff]{{2}}))?[\s、：:，,]+(?=\S)")
"""“1追 89天内扣款”, “回1 生日改0810”, and “3 新来的”: where callers by number are known."""
_NAMED = re.compile(
    rf"{_BACK}(?:(?P<who>[{_STEMS}]){_NO_STEMS}|尾[号数](?P<said>[0-9]{{4}})|(?P<tail>{_TAIL}))(?:女士|先生|大姐|家长|来电|市民|那边|那家|那位|家|的)?"
    r"(?:又|再)?(?:补一句|改口了?|追问|补)?[\s：:、，,]*(?=\S)"
)
"""“甲女士 无锡 …”, “3307：保定 …”, “尾号0912 南京 …”."""
_EDITS = re.compile(
    "(?:更正|补充|纠正|小结|总结|复核|核对|确认|再确认|重报|最后|接着|继续)(?:一下|一句)?[\\s：:，,、]*"
)
"""“更正：甲不是6岁”, “小结：甲几号前”: what an agent is about to do, before a caller who is known."""
_LEADS = re.compile(f"[^。；;！!？?]{{1,{LEAD}}}[。；;！!]\\s*")
_DIRECTLY = re.compile(
    rf"{_BACK}(?:(?P<no>{_N})号(?:家长|来电|市民|群众|那边|那家|那位|那个|的)?[\s，,：:]*"
    rf"(?![日前后之以起出登扣交缴生到止截就才办])|(?P<who>[A-Fa-f]?{_N}|[A-F])(?:那边|那家|那位|那个|的)?)(?=[\u4e00-\u9fff])"
)
"""“A最晚哪天”, “c5保温箱那个”, “1号亲戚能代办吗”: one who is known, with nothing between."""
_SEVERAL = re.compile(
    rf"(?:^|(?<=[\s，,；;。：:？?！!）)、]))(?:(?P<who>[{_CIRCLES}]|{_N}(?=[)）#、]|[.．](?!\d))|{_N}(?=\s+[\u4e00-\u9fff])|[A-Fa-f]{_N}(?=[\s：:、，,)）])"
    rf"|[A-F](?=[\s：:、，,)）家])|[{_STEMS}](?=[\s：:、，,（(])|(?<=[（(【]){_N}(?=[)）】]))[)）#、.．：:，,\s】（(]*"
    rf"|(?P<no>{_N}|[A-F])号(?=家长|来电|市民|群众|[\s：:，,])[\s：:，,]*|(?:来电|个案)(?P<call>{_N}|[A-F])[\s：:，,]*"
    rf"|尾[号数](?P<tail>[0-9]{{4}})[\s：:，,]*|第(?P<nth>[一二三四五六])位[\s：:，,]*)"
    r"(?:家长|来电|市民|群众|一位|有个|是|[\s：:，,])*"
)
"""Each mark of a message that tells of several callers, with the words for a caller behind it."""
_SHARED = re.compile(
    "[。；;，,\\s](?P<all>(?:[两三四几]位)?(?:都|均|全都)(?:是)?(?:想|要)?问[^。；;]*)$|(?:[。；;]\\s*|\\s(?=想?问))(?P<then>[^。；;0-9]{3,})$"
)
"""What is asked for all of them at the end of a message: “都问没户口”, “。能不能从出生报”."""
_CHOICE = re.compile("选哪|二选一|划算|合算|哪(?:个|边|头|里|种|一个)(?:更)?(?:好|交|缴|合适|省|便宜|强)")
"""One speaker weighs two places: “1. 南京交 2. 苏州交 哪个好”."""
_CALL = re.compile(
    rf"{_BACK}(?:来电|个案)(?P<call>{_N}|[A-Fa-f])(?![0-9年月日号个位名天岁点人次通家户条遍])[\s：:，,]*(?=\S)"
)
_KNOWN_TAIL = re.compile(
    rf"{_BACK}(?:尾[号数])?(?P<tail>[0-9]{{4}})(?![0-9])(?:女士|先生|家长|的|家|那边|那个)?(?:改口了?|又?补一句|追问)?[\s：:、，,]*(?=\S)"
)
_COUNTS = re.compile("[个月天岁年号日点块元千百万次周级胎孩娃口人位份套项条%％-]|[0-9]")
_PAUSE = re.compile(r"[\s，,、：:0-9]|$")
"""Behind 南通, 大同, 海宁: everyday words as well, but not alone."""
_MARKS = re.compile(rf"(?:^|[\s，,；;。])(?:[{_CIRCLES}]|[（(]{_N}[)）]|{_N}[)）、.．](?!\d))")


def called_by(message: str, context: Context) -> Optional[re.Match[str]]:
    """The mark a message begins with (its one group that is there is the caller's), if it has one."""
    if lettered := _LETTERED.match(message):
        return lettered
    known = context.callers
    if call := _CALL.match(message):
        return call
    if (tail := _KNOWN_TAIL.match(message)) and tail["tail"] in known:
        return tail
    edits = _EDITS.match(message) if known else None
    if edits and (meant := _known_at(message, edits.end(), known)):
        return meant
    behind = _LEADS.match(message)  # “夜班，用尾号记。3307：保定 …”
    for named in (_NAMED.match(message), behind and _NAMED.match(message, behind.end())):
        if named and (caller_of(named) in known or _a_place_follows(message, named)):
            return named
    if not known and (context.offered or context.form or context.expect == "region"):
        return None
    if again := _AGAIN.match(message):
        return again
    if len(_MARKS.findall(message)) > 1:
        return None  # questions, counted
    if shaped := _SHAPED.match(message):
        mixed = (shaped["mixed"] or "").upper()  # D3 is a vitamin, unless somebody is D2
        like = known if not mixed else [one for one in known if one[:1] == mixed[:1]]
        return shaped if like or _a_place_follows(message, shaped) else None
    if known and (direct := _DIRECTLY.match(message)) and known_caller(caller_of(direct), known) in known:
        counts = direct["who"] and direct["who"].isdigit() and _COUNTS.match(message[direct.end("who") :])
        return None if counts else direct
    numbers = [int(one) for one in known if one.isdigit() and len(one) < TAIL]
    if numbers and (back := _BACK_TO.match(message)) and int(caller_of(back)) in numbers:
        return back
    if numbers and (new := _NEW.match(message)) and int(new["who"]) <= max(numbers) + 1:
        return None if _COUNTS.match(message[new.end() :]) else new
    bare = _BARE.match(message)
    if bare is None or context.offered or not _a_place_follows(message, bare):
        return None
    return bare if "号" not in bare.group() or _NOTES.match(message[bare.end() :]) else None


def _known_at(message: str, start: int, known: Sequence[str]) -> Optional[re.Match[str]]:
    """The mark of a known caller at this place of a message."""
    marks = (pattern.match(message, start) for pattern in (_NAMED, _LETTERED, _CALL, _SHAPED, _DIRECTLY))
    return next((mark for mark in marks if mark and known_caller(caller_of(mark), known) in known), None)


def caller_of(mark: re.Match[str]) -> str:
    """A caller's name as it is kept: “c2” is C2, “④” and “来电4” are 4."""
    said = next(filter(None, mark.groups())).upper()
    if said in _NTH:
        return str(_NTH.index(said) + 1)
    return str(_CIRCLES.index(said) + 1) if said in _CIRCLES else said


def told_apart(message: str) -> list[tuple[str, str]]:
    """The callers of a message that tells of several (“1) 徐州 … 2) 哈尔滨 …”), each with what is told of it; empty for
    one that tells of one. Counted questions do not each hold a place, and begin with one."""
    marks = [] if _CHOICE.search(message) else list(_SEVERAL.finditer(message))[: MOST + 1]
    if not 2 <= len(marks) <= MOST or marks[0].start() > LEAD:
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(message)]
    told, directly = dict[str, str](), 0
    for mark, end in zip(marks, ends):
        who, said = caller_of(mark), message[mark.end() : end].rstrip(" ，,；;。（(【")
        directly += _a_place_follows(message, mark)
        if who not in told and not find_places(read_text(said).plain):
            return []
        told[who] = f"{told[who]} {said}" if who in told else said  # “①文登 ②牡丹江。①：10月8日生”
    if directly < 2:  # one may tell something else first (“2）6岁 哈尔滨”)
        return []
    return _each_with_what_is_shared(told) if len(told) > 1 else []


def _each_with_what_is_shared(told: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each caller with what the end of the message asks for all of them."""
    last = list(told)[-1]
    shared = _SHARED.search(told[last])
    asks = shared and (shared["all"] or not any(asks_in(said) for who, said in told.items() if who != last))
    if not shared or not asks:
        return list(told.items())
    return [(who, said if who == last else f"{said} {shared['all'] or shared['then']}") for who, said in told.items()]


def by_place(message: str, context: Context) -> str:
    """“刚才宿迁那个 …”: the one caller who waits in that place; empty when none or several do."""
    said = _THE_ONE_IN.match(message)
    if said is None or not context.callers:
        return ""
    here = {context.callers[0]: context.within} | {mark: one.within for mark, one in context.waiting.items()}
    place = next((p for p in find_places(read_text(message).plain) if p.start == said.end()), None)
    if place is None or _THAT_ONE.match(message, place.end) is None:
        return ""
    there = [mark for mark, within in here.items() if within in place.adcodes]
    return there[0] if len(there) == 1 else ""


def known_caller(who: str, known: Sequence[str]) -> str:
    """The caller of those known who is meant: whoever was written c1 may be 1) the next time."""
    if who in known:
        return who
    number = who.lstrip(ascii_uppercase)
    alike = [one for one in known if one.lstrip(ascii_uppercase) == number and (one.isdigit() or who.isdigit())]
    return alike[0] if len(alike) == 1 else who


def without_caller(message: str, mark: Optional[re.Match[str]]) -> str:
    """The message with the mark blanked: every place in it stays, and so does a word of putting right before it."""
    if mark is None:
        return message
    kept = message[: mark.start()] if _EDITS.fullmatch(message, 0, mark.start()) else " " * mark.start()
    return f"{kept}{' ' * (mark.end() - mark.start())}{message[mark.end() :]}"


def _a_place_follows(message: str, mark: re.Match[str]) -> bool:
    rest = read_text(message[mark.end() :]).plain
    return any(
        place.start == 0 and (not place.word or _PAUSE.match(rest, place.end) is not None)
        for place in find_places(rest)
    )
