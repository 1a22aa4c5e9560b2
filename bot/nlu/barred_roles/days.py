"""What happened on a day: who was born, what was paid or changed, and which day only ends, begins or was reckoned."""

from __future__ import annotations

import re

from bot.nlu.barred_roles.engine import RoleRule
from bot.nlu.barred_roles.others import A_LIMIT
from bot.nlu.barred_roles.places import KIN
from bot.nlu.barred_roles.years import UNBROKEN
from bot.nlu.role_names import NONE

_BIRTH = frozenset({"birth"})
_CHANGED = frozenset({"changed"})
_PAYMENTS = frozenset({"paid", "registered", "deducted"})

_KIN_BEFORE = re.compile(f"{KIN}(?:是|在|才|就)?$")
NEW_CHILD = re.compile(
    "(?:那天|凌晨|早上|晚上)?(?:又|才|刚|再)?(?:添|得|迎来|抱上)了?(?:一?个)?(?:大?胖)?"
    "(?:儿子|女儿|闺女|小子|丫头|千金|娃|宝宝|弟弟|妹妹|小家伙|老[二三]|[二三]宝|小的|孙)"
)
"""Behind a day: another child was born then."""

RULES = (
    UNBROKEN,
    RoleRule(
        "“拖到今天”: what was put off until today has not happened",
        bars=frozenset({"paid", "registered", "birth"}),
        before=re.compile("拖拖?拉?拉?到了?$"),
        itself=re.compile("今.*"),
    ),
    RoleRule(
        "“最后一天是12月31号”: something ends then, nobody was born",
        bars=_BIRTH,
        before=re.compile("(?:截止(?:日期?|时间|到)?|最后一天|期限)[^，。；！？,;!?]{0,4}$"),
    ),
    RoleRule(
        "“预产期是12月3号”: what was expected then is no birth",
        bars=_BIRTH,
        before=re.compile("(?:原定|本来定|预产期(?:是|在|定在|本来是|写的是)?)$"),
    ),
    RoleRule(
        "“12月31号截止”, “12月20号为止”: something begins or ends then, nobody was born",
        bars=_BIRTH,
        after=re.compile("(?:号|日)?(?:就|才|都)?(?:截止|截至|到期|结束|为止|收尾|关门)(?![^，。；！？,;!?]{0,8}生)"),
    ),
    *A_LIMIT,
    RoleRule(
        "“婴250820”: figures without a word behind a child, in an agent's notes; “孩子22了” is no day",
        only=_BIRTH,
        before=re.compile("(?:女|男|婴|婴儿|子|孙女?|娃|宝)$"),
        itself=re.compile("[0-9]{6}|[0-9]{8}"),
    ),
    RoleRule(
        "“9月3号才出生”: a child was born then, whatever else is spoken of",
        only=_BIRTH,
        after=re.compile("(?:号|日|那天)?(?:才刚|刚刚|刚|才)(?:出生|生(?![病效气])|落地|落生|下地)"),
    ),
    RoleRule(
        "“10月2日又添了个儿子”: another child was born then",
        only=_BIRTH,
        after=NEW_CHILD,
    ),
    RoleRule(
        "“生日报错，应为260415”: the birthday is put right, whatever else is spoken of",
        only=_BIRTH,
        before=re.compile(
            "(?<![未没日号月年天0-9])(?:出生|生日|生于|出世)(?:日期?|时间|年月)?(?:是|为)?[：: ]?$"
            "|(?:生日|出生日期|出生)(?:报|记|说|写|填|打|搞|弄)[错岔]了?[，,。 ]{0,2}"
            "(?:应该?|改|实际|其实|正确)?(?:是|为|成)?$"
            "|生日(?:应该?|其实|实际|改)(?:是|为|成)?$"
        ),
    ),
    RoleRule(
        "“10月3号生的，…”, “10月3号早上出生”, “10月3号凌晨剖的”: somebody was born then, or was due",
        bars=_PAYMENTS | {NONE, "other", "visit", "asked", "discharge", "hukou"},
        after=re.compile(
            "(?:号|日|那天)?(?:出?生)(?:的|人|哒|嘅|咯|滴)?(?=$|[，,。；; ])"
            "|(?:号|日|那天|早上|晚上|凌晨)?(?:出生|出世|落地)(?![医证登]|的?(?:孩子|同学|小孩|学生)(?:不|才|可|能|都))"
            "|(?:凌晨|早上|上午|下午|晚上|半夜)?(?:顺产|剖宫产|剖腹产|剖的|剖出来)"
        ),
    ),
    RoleRule(
        "“16号刚满月”: a child was so old then, not born",
        bars=_BIRTH,
        after=re.compile("(?:号|日)?(?:那天)?(?:刚|才|正好|就)*(?:满月|百天|百日|满?周岁|一周岁)"),
    ),
    RoleRule(
        "“按3个月就是11月12”: a day that was computed is no birth",
        bars=_BIRTH,
        before=re.compile(
            "(?:算(?:的|出来|下来|起来)?(?:是|成|到|就是)?|(?:个月|[0-9]天)(?:内|的话)?[，, ]?(?:就|那)?(?:是|到)"
            "|你们?(?:刚才|刚刚|之前|上次|上回|前面)?(?:说|讲|写|算)(?:的|是|过)*)$"
        ),
    ),
    RoleRule(
        "“12月20号再去交”: a day to go on is no birth",
        bars=_BIRTH,
        after=re.compile("(?:那天|当天)?(?:再(?:去|来|办|交|弄|跑)|才(?:去|办|交|弄|跑))"),
    ),
    RoleRule(
        "“小B6月3号转来的”: a pupil came then",
        bars=_PAYMENTS | _BIRTH,
        after=re.compile("(?:才|刚|就)*(?:转[学来校入]|插班|入园|入学|开学|报到)(?![^，。；,; ]{0,2}[账帐钱费])"),
    ),
    RoleRule(
        "“退役证上的日子9月16”: the day of a change",
        only=_CHANGED,
        before=re.compile(
            "(?:退役|转业|毕业|停保|离职|迁户|释放)证?书?上?(?:的|写的)?(?:日子|日期|那天)(?:是|在|写的)?$"
        ),
    ),
    RoleRule(
        "“10月3号那几天都在医院”: nobody is born, registered or paid for on several days",
        bars=_PAYMENTS | _BIRTH,
        after=re.compile("[号日]?那(?:几|两|三|些|一?阵|段)(?![^，。；,;]{0,3}[生剖])"),
    ),
    RoleRule(
        "“预产期12月，11月20号就提前生了”: who was born then was not due then",
        bars=frozenset({"due"}),
        after=re.compile(
            "(?:号|那天|凌晨|半夜|早上|晚上)?(?:就|提前|却|早早|倒)(?:就|给|自己)?(?:发动了?|破水了?)?"
            "[^，。]{0,4}?(?:生了|剖了|剖的|顺产|出来了|落地了)"
        ),
    ),
    RoleRule(
        "“9月30号公司就停了我的职工医保”: the day of a change",
        only=_CHANGED,
        after=re.compile(
            "(?:那天|起|开始)?(?:单位|公司|厂里)?(?:就|给|把)*(?:停|断|退)(?:了|掉)?(?:我|我的)?(?:单位的?)?职工"
        ),
    ),
    RoleRule(
        "“他爸11月5号交了职工的”: the payment is the relative's own",
        bars=_PAYMENTS | _BIRTH,
        before=_KIN_BEFORE,
        after=re.compile("(?:那天|才|刚|就)*(?:去)?(?:交|缴|买|上)(?:了|的|上)*(?:职工|灵活就业)"),
    ),
    RoleRule(
        "“孩子妈12月1号交了，小的还没交”: the payment is the relative's own",
        bars=_PAYMENTS | _BIRTH,
        before=_KIN_BEFORE,
        after=re.compile("交"),
        said=re.compile(
            "(?:宝|宝宝|娃|崽|孩子|小的|老[二三]|弟弟|妹妹)[^，。；,; ]{0,14}?(?:还|都|也)?没(?:有)?(?:交|缴)"
        ),
    ),
    RoleRule(
        "“11月5号他爸去交的”: one of ours paid then",
        bars=frozenset({NONE, "other", "asked", "birth"}),
        after=re.compile(
            "(?:那天|当天)?(?:我|俺|我们|他爸|他妈|她爸|她妈|孩子[爸妈])自?己?(?:去|才|就|刚)*"
            "(?:交|缴|付)的(?!话|职工|灵活)"
        ),
    ),
    RoleRule(
        "“11月5号才到账”, “上周二到的”: what was paid then is no birth",
        bars=_BIRTH,
        after=re.compile(
            "(?:那天|当天|上午|下午|晚上)?(?:才|就|刚)?"
            "(?:到账|到的账|到的(?=[，,。！!]|$)|入账|扣的|扣款|交的|缴的|付的|划走|划的|登的)"
        ),
    ),
    RoleRule(
        "“10月8号去社区登记，钱当场就扣了”: it was paid on the spot",
        bars=frozenset({NONE, "other", "registered"}),
        after=re.compile(
            "[^。；;！!？?生剖产院]{0,14}?钱?(?:当场|当时|立马|马上|随即|一下子)(?:就)?(?:给)?"
            "(?:扣|交|缴|付|划)(?:了|走|掉|完|成)"
        ),
    ),
)
"""The first counts."""
OF_A_SEASON = (
    RoleRule(
        "“我们这边一般12月20号就截止”: what comes every year is no payment of one's own",
        bars=_PAYMENTS,
        before=re.compile("(?:每年|年年|往年|历年|一般)[^，。；！？,;!?\\s]{0,8}$"),
        after=re.compile("(?:就|都|才)?(?:开始)?(?:收|催|截止|集中|停)"),
    ),
)
"""Of days and months; they count beside the first."""
