"""Where somebody lives, works, was born or is treated: which place a child is insured at, and which only looks so."""

from __future__ import annotations

import re

from bot.nlu.barred_roles.engine import RoleRule, Spot
from bot.nlu.role_names import NONE
from dialogue.vocabulary import KIN_THERE, WORKS_THERE

_INSURED = frozenset({"insured"})
_INSURED_OR_AT_SCHOOL = frozenset({"insured", "school"})
_AWAY = frozenset({"elsewhere", "account"})

KIN = "(?:爸|妈|爹|娘|爷|奶|外?公|外?婆|姥|姥爷|老公|老婆|爱人|先生|丈夫|媳妇|姐|哥|妹|弟|舅|姑|姨|叔|伯|嫂|婆婆|公公)"
_NOT_OF_A_RELATIVE = "(?<!老公)(?<!老婆)(?<!爱人)(?<!对象)(?<![爸妈爷奶公婆])"
_AT_WORK = "(?:打工|上班|做工|务工|租房|开店|做生意|干活|跑车)"
KIN_IN = re.compile(f"(?:{KIN}|同事|朋友|同学|邻居|亲戚)(?:家|他们|她们|人)?(?:就|都|也|一直)*(?:在|到)$")
"""Before a place: a relative is there, whoever else is not."""
BORN_THERE = re.compile("(?:市里头?|城里|那边|的?医院|妇幼|市区)?(?:出生(?!.{0,2}长大)|生的|剖的|顺产)")
"""Behind a place: a child was born there."""
_BEGINNING = re.compile("^$")
"""Before a candidate: nothing, the message begins with it."""
_LIVES = re.compile("(?:家|住|人)(?:就|都|也|是|在|到|于)*$")
_ADDRESS = re.compile("[^，。,；;！？!?]{0,12}?(?:路|街|道|巷|弄|村|号|栋|幢|苑|园|小区|大厦)")
_REGISTER = re.compile("户口|户籍|落户")
_WE_ARE_OF = re.compile("(?:^|[，,。 ])(?:那)?(?:我|我们|我哋|俺|俺们|咱|阿拉)(?:家|们)?(?:系|是|喺|都是)$")
_OF_IT = re.compile("嘅|嘞|哩|(?:的|人|这边的?|那边的?)(?=[，,。；;？?！! 啊哈哦0-9]|$)")
_CHILD_IS_IN = "(?:孙儿|孙子|孙女|外孙|娃|孩子|孩儿|宝宝|崽|儿子|女儿|闺女)(?:[^，。；,; ]{0,6})(?:在|搁|住)"
_HEARSAY = re.compile("听|讲|说|都|人家|网上|群里|看到")
_OF_SOMEBODY = re.compile(
    "(?:姐|妹|哥|弟|姑|姨|舅|叔|伯|嫂|爸|妈|爷|奶|公|婆|娘|同事|朋友|邻居|同学|闺蜜|亲戚|家)[的]?[，, ]$"
)
_AT_HOME = re.compile("老家|家乡|屋里|乡下|村里|户口(?:那边|所在)|娘家|婆家")
_WITH_US = re.compile(
    "(?<![不没])(?<!没法)(?<!不能)(?:跟|随)(?:到|着|倒|了|住)?(?:在)?"
    "(?:我|我们|俺|俺们|咱|咱们|爸妈|父母|大人|他爸妈)"
    "(?:一起|一块儿?|身边|这边|走|在|住|过|读书?|生活|来|$|[，,。 ])"
)
_WE_WORK = re.compile(
    f"{_NOT_OF_A_RELATIVE}(?:在|到|来|搁)[一-鿿]{{2,8}}(?:干活|打工|上班|工作|做工|做事|务工|开店|做生意|跑车|租房)"
)
_WORKERS_FROM = re.compile(f"{_AT_WORK}的[\u4e00-\u9fff]{{2,6}}人(?![口数员家])")
_ENOUGH = 12
"""Characters of a message in which one place, set apart, says where the family is."""


def _insured_elsewhere(spot: Spot) -> bool:
    """Another place is named, or the home they come from."""
    return not spot.alone or _AT_HOME.search(spot.text, 0, spot.candidate.start) is not None


def _not_where_kin_is(spot: Spot) -> bool:
    return KIN_IN.search(spot.before()) is None


def _child_where_parents_work(spot: Spot) -> bool:
    """“在苏州打工，娃跟到我们在”: the child is where its parents work."""
    return _WITH_US.search(spot.text) is not None and _WE_WORK.search(spot.text) is not None


def _told_of_themselves(spot: Spot) -> bool:
    """A place in a longer message, neither hearsay (“听说 威海 半年都行”) nor somebody else's (“我姐 合肥 …”)."""
    mine = _HEARSAY.search(spot.before(12)) is None and _OF_SOMEBODY.search(spot.before(6)) is None
    return mine and len(spot.text) >= _ENOUGH


RULES = (
    RoleRule(
        "“我家住海州区幸福路8号”: where somebody lives is a place, whatever street or hall of the address follows",
        bars=frozenset({NONE}),
        before=_LIVES,
    ),
    RoleRule(
        "“海州区幸福路8号，最晚哪天交”: so is an address a message begins with",
        bars=frozenset({NONE}),
        before=_BEGINNING,
        after=_ADDRESS,
    ),
    RoleRule(
        "“外婆家在扬州”: where the grandparents' home is, the child need not be insured",
        bars=_INSURED,
        before=re.compile("(?:爷爷|奶奶|外公|外婆|姥姥|姥爷|公婆|娘|婆|丈母娘)家(?:就|是|都)?(?:在|是)$"),
    ),
    RoleRule(
        "“老家交了上海能用吗”: insured in another place already, a place is where one would be treated",
        only=frozenset({"visited"}),
        before=re.compile(
            "(?<![没未])(?:[交缴买办上]|参保)(?:了|的|过)(?:医?保险?|钱)?[，,。 ]{0,2}(?:去|到|在|来|拿到)?$"
        ),
        after=re.compile(
            "(?:那边|这边|那儿|这儿|那里|这里)?(?:的?医院|看病|住院)?(?:也|还|就)?"
            "(?:能|可以|可不可以|行不行|认|管|给)(?:不能|不可以|不)?(?:直接)?"
            "(?:用|刷|报|认|看|住院|结算|管|账|$)"
        ),
        when=_insured_elsewhere,
    ),
    RoleRule(
        "“户口在安徽，人在江苏”: where the people are, beside a register elsewhere, is where the child is",
        only=_INSURED,
        before=re.compile("(?:^|[，,。；; ]|我们?|全家|一家|娃|孩子)人(?:都|就|现在?|也)?在$"),
        said=_REGISTER,
    ),
    RoleRule(
        "“我家在洛阳，户口落在三门峡”: so is where the home is, where nothing says that it is insured elsewhere",
        only=_INSURED,
        before=re.compile("(?:^|[，,。；; ])(?:我们|我|咱)?家(?:就|都|现在)?在$"),
        after=re.compile("$|[，,。；;！!？? ]"),
        said=_REGISTER,
        unsaid=re.compile("医保(?:都|也|就|还|一直)*在|参保|上学|念书|读书|学籍|跟我"),
    ),
    RoleRule(
        "“老二在常州生的，户口在徐州”: where a child was born, beside another place, is not where it is insured",
        bars=_INSURED,
        after=BORN_THERE,
        alone=False,
    ),
    RoleRule(
        "“从徐州转学过来”: a former place; somebody came from there to here, wherever that is",
        bars=_INSURED | _AWAY,
        before=re.compile("从$"),
        after=re.compile("(?:那边|那儿|老家)?(?:刚|才|新)?(?:转|迁)(?:学|户口?|保)?(?:过|回)?来"),
    ),
    RoleRule(
        "“插来一个山西娃”: a pupil from there is no place of the class",
        bars=_INSURED,
        before=re.compile("(?:[一两几]|有|来了?)(?:个|位|名)$"),
        after=re.compile("(?:来的|籍的?|的)?(?:娃|孩子|学生|小孩|同学|小朋友)"),
    ),
    RoleRule(
        "“启东他爷爷也交了一份”: relatives are there, not the child",
        bars=_INSURED_OR_AT_SCHOOL,
        after=KIN_THERE,
    ),
    RoleRule(
        "“宁波打工的贵州人”: the first is where they are",
        only=_INSURED,
        after=re.compile(f"(?:这边|这里)?{_AT_WORK}的"),
        said=_WORKERS_FROM,
        alone=False,
    ),
    RoleRule(
        "“我妈刚搬到合肥”: where a relative went is not where the child is",
        bars=_INSURED_OR_AT_SCHOOL,
        before=re.compile(f"{KIN}(?:刚|又|已经|就|现在|去年|今年|前年)*(?:搬|去|回|调|嫁|跑)(?:到|去|回)?了?$"),
    ),
    RoleRule(
        "“我们在南京，我妈在老家江西又给孩子交一份”: where the grandparents are is not where the family is",
        bars=_INSURED,
        before=re.compile(f"{KIN}(?:们)?(?:一直|还|都)?在(?:老家|乡下|农村)(?:的)?$"),
        alone=False,
    ),
    RoleRule(
        "“在昆山看孙儿”: where a grandchild is minded it lives, and nobody is treated",
        only=_INSURED,
        after=re.compile(
            "(?:帮[^，。 ]{1,4})?(?:看|带|照看|照顾|哄|领)(?:着|大的?)?(?:[外俺我]?孙|娃|孩|小孩|宝宝|小的)"
        ),
        when=_not_where_kin_is,
    ),
    RoleRule(
        "“俺是周口嘞，孙儿跟他爸妈搁苏州”: where the speaker is from, beside where the child is",
        bars=_INSURED,
        before=re.compile("(?:俺|我|我们|俺们|咱)(?:家|们)?(?:本来|原本|老家)?是$"),
        after=re.compile("(?:嘞|哩|的|人|那边的|农村的)(?:[，,。；; ]|$)"),
        said=re.compile(
            "(?:在|来|到)[\u4e00-\u9fff]{2,6}(?:看|带|照看|照顾|哄|领)(?:着)?(?:外?孙|娃|孩|小孩)"
            f"|{_CHILD_IS_IN}(?=[\u4e00-\u9fff]{{2}})"
        ),
        alone=False,
    ),
    RoleRule(
        "“俺是周口嘞，孙儿跟他爸妈搁苏州”: where the child is said to be, beside where the speaker is from",
        only=_INSURED_OR_AT_SCHOOL,
        before=re.compile(f"{_CHILD_IS_IN}$"),
        said=re.compile(
            "(?:俺|我|我们|俺们|咱)(?:家|们)?(?:本来|原本|老家)?是[\u4e00-\u9fff]{2,8}?(?:嘞|哩|的|人)(?:[，,。；; ]|$)"
        ),
        alone=False,
    ),
    RoleRule(
        "“我是周口的，在苏州打工，娃跟到我们在”: where they work the child is",
        only=_INSURED,
        before=re.compile(f"{_NOT_OF_A_RELATIVE}(?:在|到|来|搁)$"),
        after=WORKS_THERE,
        alone=False,
        when=_child_where_parents_work,
    ),
    RoleRule(
        "“我是周口的，在苏州打工，娃跟到我们在”: where they are from it is not",
        bars=_INSURED_OR_AT_SCHOOL,
        before=re.compile("(?:^|[，,。 ])(?:我|我们|俺|俺们|咱|咱们)(?:家|们)?(?:是|系)?$"),
        after=_OF_IT,
        alone=False,
        when=_child_where_parents_work,
    ),
    RoleRule(
        "“我系东莞嘅”: where they are, where no other place is named; not “我们是安徽人，要居住证吗”",
        only=_INSURED,
        before=_WE_ARE_OF,
        after=_OF_IT,
        unsaid=re.compile("居住证|外地|户口|户籍|这边|这里|本地|当地"),
        alone=True,
        placed=False,
    ),
    RoleRule(
        "“细伢子11月生的 长沙 听讲不要钱”: the one place of a longer message, set apart, is where they are",
        only=_INSURED_OR_AT_SCHOOL,
        before=re.compile("[，,。；;！!？? \n]$"),
        after=re.compile("[，,。；;！!？? \n]"),
        alone=True,
        placed=False,
        when=_told_of_themselves,
    ),
    RoleRule(
        "“海州区幸福路8号，最晚哪天交”: the address a message begins with, its only place, is where the child is",
        bars=_AWAY,
        before=_BEGINNING,
        after=_ADDRESS,
        alone=True,
    ),
)
"""They count together."""
