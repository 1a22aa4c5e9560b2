"""Signing off with what one is going to do: “好 明天让他爸跑一趟”, “收到，已录”. An acknowledgement, then an errand, and
nothing else.

Heard by its form, as errands are without number: a separator of letters takes “下午去幼儿园” for a question about
kindergartens. Whoever asks, supposes, tells or requests anything in the same breath does not sign off.
"""

from __future__ import annotations

import re

_SHORTEST, _LONGEST = 3, 40
"""Characters of a message that only signs off."""
_GAP = re.compile(r"[\s，,。.！!～~；;、…]+")
_ACKNOWLEDGES = re.compile(
    "好[的嘞咧嘅滴吧呀了哒]?|行[的吧嘞了]?|中|妥[了咧]?|成嘞?|要得|得[了嘞]?|ok|OK|Ok|嗯|哦|噢|喔|哎|唉|收到?|完了?|完毕|了解|明白了?|懂了|晓得[了咯]?|知道[了啦]?|清楚了"
    "|先?谢[了谢]?[你您]?[啊哈]?|多谢|唔该晒?|辛苦[你您了啦]*|麻烦[你您]了|(?:难为|受累|费心)[你您了啦]*|么么哒?|就?先?这样|没事了|没别的了?|可以(?=我|俺|$)"
    "|累[瘫死坏趴]了?|困死了?|乏了|眼皮打架了?|散架了"
)
_TO_WHOM = re.compile(
    "(?:老?妹[儿子]|大?妹子|大姐|阿姨|老师|美女|帅哥|小伙子|小姑娘|姑娘|同志|亲|大兄弟|师傅|老弟|老乡|你们)[啊呀哈]?"
)
"""Behind an acknowledgement: to whom it is said."""
_FAREWELL = re.compile(
    "晚安|(?:我|俺|咱)?先?[走撤闪溜挂]了|不[说讲唠]了|回聊|回头聊|(?:先)?挂了?|拜拜?|再见|回见|88|先?撤了?|走了|先?忙了?去?了?|睡了|不[聊说打扰]+了|先?谢[了谢]?[你您]?[啊哈]?|多谢|唔该晒?|辛苦[你您了啦]*"
    "|先下(?:线)?了?|下线了|先?[闪溜]了"
)
_LEAVES = re.compile("睡|走了|撤|下|挂|忙|闪|溜|不[说讲唠]了")
"""A farewell that says so in plain words: with an acknowledgement before it, it is one (“成，睡了”)."""
_FIRST = re.compile("先|回聊|回头聊|回见|叫我|喊我")
"""Somebody leaves, also without an acknowledgement: “我先上课去了”, “护士叫我，回病房了”."""
_SELF = re.compile("^(?:那)?(?:我|俺|咱|偶)")
_KIN = (
    "(?:(?:我|俺|咱|他|她|娃儿?|娃娃|孩子|孩儿|宝宝|小孩)(?:们|家)?)?(?:爸|妈|爹|娘|爷|奶|外公|外婆|姥|阿公|阿婆|阿妈|阿爸|公公|婆婆|老公|老婆|婆娘|媳妇"
    "|对象|爱人|先生|太太|囡|闺女|女儿|儿子|姐|哥|妹|弟|舅|姑|姨|叔|伯|嫂|队长|班主任|老师|家长|他|她)"
)
_HANDS_ON = re.compile(f"(?:让|喊|叫|跟|同|和|找|催|告诉|通知){_KIN}")
_LATER = re.compile(
    "[明听后今][天日儿朝]|[明今当]晚|下晌|[下上中]午|晚上|晚点|一早|[明今]早|早上|回头|待会|等[会下]|一会|下了?班|周[一二三四五六日末]|星期|礼拜|下周|下个?月"
    "|过[两几]天|天一?亮|过完?年|改天|得空|有空|抽空|节后|国庆|[0-9]{1,2}号"
)
_GOES = re.compile("[去来回跑找问办弄搞整说讲带打交缴发转查拿印看]|告诉|通知|联系|商量|合计|核|准备|试试|睡|休息")
_GOES_OFF = re.compile("[去跑弄搞整带打发转交]|先办|准备|[复打]印")
"""Of oneself, without a time: “我再问一下”, “我看下原文” go on."""
_DONE = re.compile(
    "(?:[A-Za-z0-9]?(?:已|都)+|)(?:录|记|抄|存|截图?|收藏|转告|转达|告知|回复|答复)(?:好|下|完|上)?(?:了|来了|啦|入)?"
)
_CALLED_AWAY = re.compile(
    "(?:护士|医生|大夫|老师|领导|老板|窗口|他们|人家)(?:在)?(?:叫|喊|催|点)(?:号|人|名)?(?:了|啦|嘞)|(?:我|俺|咱)先(?:过去|出去|进去|上去|下去)(?:一下)?(?:了|啦)?"
    "|[\u4e00-\u9fff]{0,4}(?:(?:叫|喊|找)(?:我|俺)(?![\u4e00-\u9fff]{0,3}[交缴办带买填开])[\u4e00-\u9fff]{0,4}|(?:车|护士|医生|老师|领导|老板|客人|快递|顾客)来了|哭[了嘞啦]|醒[了嘞啦]|到站了?|没电了?)"
    "|(?:我|俺|咱|先|得|要|该|去|赶紧|马上|现在|又){0,4}(?:"
    "(?:开会|上课|下课|上班|下班|吃饭|[做烧煮]夜?饭|喂奶|干活|上工|[接换交]班|睡觉|洗澡|冲凉|打牌|带娃|接娃|遛娃|出门|上车|上高速|下车|眯(?:一)?会儿?|困)(?:去|走)?(?:了|啦|咯|喽|嘞|哒)?"
    "|(?:回|上|进|去)(?:病房|车间|教室|办公室|工位|厂里|班上|楼上|床上)(?:去)?(?:了|啦|咯|喽|嘞|哒))"
)
"""Why one leaves, where it says farewell besides."""
_OTHERWISE = re.compile(
    "[?？]|吗|呢|么|嘛$|咋|怎|多少|几|哪|啥|什么|谁|为何|咩|点样|边度|冇|伐|啵|够|能|可|要不|是不|好不|对不|管用|算数|有用"
    "|帮我|给我|替我|[你您]|提醒|人工|申请|退|如果|要是|万一|假如|不过|但|只是|还是|其实|错|昨|前天|去年|已经|(?<![走睡忙])了$|[费记交缴办去弄问]的$|[交缴]的|没|不|我来"
    "|[要想](?!去)|还想|原文|进度|病|烧|抽筋|急诊|医院|救|住院|疼|痛|吐|生了|[明后]年|过完年|年后|下个?月|月底|年底"
)
"""What asks, supposes, tells, requests or objects."""


def signs_off(text: str) -> bool:
    """Does a plain text only acknowledge and announce an errand? Each clause is looked at once."""
    if not _SHORTEST <= len(text) <= _LONGEST:
        return False
    acknowledged = errand = parted = away = False
    for clause in _GAP.split(text):
        rest = clause
        while rest and (found := _ACKNOWLEDGES.match(rest)):
            acknowledged, rest = True, rest[found.end() :]
            rest = rest[spoken.end() :] if (spoken := _TO_WHOM.match(rest)) else rest
        if not rest.rstrip("哈啊呀哦嘞咧喽咯了啦吧") or _FAREWELL.fullmatch(rest):
            parted = parted or (bool(rest) and _LEAVES.search(rest) is not None)
            acknowledged = acknowledged or bool(rest)
            continue
        if not (_is_errand(rest) or _DONE.fullmatch(rest) or _CALLED_AWAY.fullmatch(rest)):
            return False
        errand, away = True, away or _CALLED_AWAY.fullmatch(rest) is not None
    return (acknowledged and (errand or parted)) or ((away or parted) and _FIRST.search(text) is not None)


def _is_errand(clause: str) -> bool:
    """“我明天去窗口”, “让他爸跑一趟”: who or when, and what is done; a request or a question is none."""
    if _OTHERWISE.search(clause):
        return False
    if _HANDS_ON.search(clause) or _LATER.search(clause):
        return _GOES.search(clause) is not None
    return _SELF.match(clause) is not None and _GOES_OFF.search(clause) is not None
