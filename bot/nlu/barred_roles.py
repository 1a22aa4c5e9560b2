"""Roles a candidate cannot have, by the words right around it: what was due is no birth, a notice pays nothing."""

from __future__ import annotations

import re

import numpy as np

from bot.nlu.mentions import Candidate
from bot.nlu.role_names import CLASSES, LABELS, LAST_PAID, NONE, STOP, group
from dialogue.vocabulary import KIN_THERE, PLACE_ROLES, ROLES, WORKS_THERE

_LIVES = re.compile("(?:家|住|人)(?:就|都|也|是|在|到|于)*$")
"""Before a place: somebody lives there, whatever street or hall of the address follows."""
_HOME = re.compile("(?:家|住)(?:就|都|也|是|在|到|于)*$")
"""The same of a whole family: the only place of a message is where the child is, too."""
_KIN_HOME = re.compile("(?:爷爷|奶奶|外公|外婆|姥姥|姥爷|公婆|娘|婆|丈母娘)家(?:就|是|都)?(?:在|是)$")
_WE_ARE_IN = re.compile("(?:^|[，,。；; ]|我们?|全家|一家|娃|孩子)人(?:都|就|现在?|也)?在$")
_FAMILY_HOME = re.compile("(?:^|[，,。；; ])(?:我们|我|咱)?家(?:就|都|现在)?在$")
_ENDS_THERE = re.compile("$|[，,。；;！!？? ]")
_INSURED_SAID = re.compile("医保(?:都|也|就|还|一直)*在|参保|上学|念书|读书|学籍|跟我")
BORN_THERE = re.compile("(?:市里头?|城里|那边|的?医院|妇幼|市区)?(?:出生(?!.{0,2}长大)|生的|剖的|顺产)")
"""Behind a place, beside another: a child was born there, which says not where it is insured."""
_REGISTER = re.compile("户口|户籍|落户")
"""“户口在安徽，人在江苏”: where the people are, beside a register elsewhere, is where the child is."""
_ADDRESS = re.compile("[^，。,；;！？!?]{0,12}?(?:路|街|道|巷|弄|村|号|栋|幢|苑|园|小区|大厦)")
_TEACHES = re.compile("(?:教|(?:楼下|对面|隔壁|旁边)(?:就)?(?:是|有)(?:个|所)?)了?$")
_NO_PUPIL = re.compile("(?:的|当)?(?:老师|教师|校长|班主任|门口|对面|旁边|那会儿?|那时候?)|毕业(?:就|后就|了就)")
"""Around a school somebody teaches at, lives beside or once went to: no child's stage."""
_MYSELF = re.compile("[我俺咱]|本人")
"""Who speaks is nobody else: “我自己家的9月5号生”."""
_UNBROKEN = re.compile(
    "(?:年度?)?[^，。；,;断停漏没未冇]{0,6}(?:没有?|没曾|未曾?|不曾|冇)(?:怎么)?(?:断|停|漏|落下|缺|空|间断|中断)"
    "(?:(?:过|掉)?(?:$|[，。；,; 哈啊呀哦的])|(?:过)?(?:保|缴|交|参保|医保|档)|(?:过|掉)(?![奶药课学电网水粮货氧针过]))"
)
"""Behind a year: nothing was left out in it (“去年没断过”)."""
_UNBROKEN_BEFORE = re.compile("(?:没有?|未|不曾)断(?:过|保|缴|交|档)*[^断停漏，。；,; ]{0,4}$")
_LAPSED = re.compile(
    "(?:年度?)?(?:[、，,和跟](?:20)?[0-9]{2}年?){0,4}(?:[两三四五几]年|这[两三几]年)?的?(?:我们?|他|她|娃)?"
    "(?:都|全|也|就|还|[他她娃]?在[^，。；,;]{1,4}(?:就|也|都|又))?(?:断了|断过|断保|断缴|断交|没有?交|没有?缴|没有?续|漏了(?!.{0,6}补)|漏交|空着|空了|没(?:有)?人管)"
)
_NOT_PAID_SOON = re.compile("[^。；！？;!?]{0,8}?(?:没有?|未|不)(?:再)?(?:交|缴|续|参保)")
_NOT_PAID_THEN = re.compile(
    "(?:年度?)?(?:的)?(?:我们?|咱们?|俺们?|他|她|家里)?(?:要是|就|也|又|都|给)?"
    "(?:懒得|忘了?|忘记|没顾[上得]上?|没来得及|没舍得|舍不得|嫌.{1,3}没)(?:去|再|给他|给她)?(?:交|缴|续)(?!没|了?没有|过没)"
)
"""“27年我懒得交”: whatever the reason, that year was not paid."""
_NOT_PAID_BEFORE = re.compile("(?<![的年度])(?:没有?|未|漏|忘了?|忘记)(?:给[他她娃])?(?:交|缴|续|参保)(?:过|上|了)?$")
"""Before a year: “缴了26年度的，没缴25年度”."""
_PAID_BEFORE = re.compile("(?<![没未有忘了漏])(?:交|缴)(?:过|了)$")
_OF_THE_YEAR_BEFORE = re.compile("(?:年(?:度|份)?|[0-9])的?(?:都|也|已经)?(?:交|缴)(?:过|了)$")
"""The payment before a year is another year's (“25年的交了，26年的没交”)."""
_OF_SOMETHING_ELSE = re.compile("[^，。；,; ]{0,6}(?:断|停)(?:过|掉|了)?(?:奶|药|课|学|电|网|水|粮|货|氧|针)")
"""Behind a year: what was broken off or not is no cover (“去年没断过奶”)."""
_OF_A_CHANGE = re.compile(
    "(?:退役|转业|毕业|停保|离职|迁户|释放)证?书?上?(?:的|写的)?(?:日子|日期|那天)(?:是|在|写的)?$"
)
"""Before a day: it is that of a change (“退役证上的日子9月16”)."""
_UNCLAIMED = re.compile(
    "(?:年度?|那年)?(?:[、，,和跟]?(?:20)?[0-9]{2}年?){0,4}[^，。；,;]{0,3}"
    "(?:(?:没有?|未|从未)(?:去)?(?:报(?:过|销)|看过?病|住过?院|用过|生过?病|去过医院)|一次(?:都|也)?没报)"
)
_PAID_THEN = re.compile(
    "(?:那天|当天|上午|下午|晚上)?(?:才|就|刚)?(?:到账|到的账|到的(?=[，,。！!]|$)|入账|扣的|扣款|交的|缴的|付的|划走|划的|登的)"
)
_OURSELVES_PAID = re.compile(
    "(?:那天|当天)?(?:我|俺|我们|他爸|他妈|她爸|她妈|孩子[爸妈])自?己?(?:去|才|就|刚)*(?:交|缴|付)的(?!话|职工|灵活)"
)
_PUT_OFF = re.compile("拖拖?拉?拉?到了?$")
_LAST_DAY = re.compile("(?:截止(?:日期?|时间|到)?|最后一天|期限)[^，。；！？,;!?]{0,4}$")
_ENDS_THEN = re.compile("(?:号|日)?(?:就|才)?(?:截止|到期|结束)(?![^，。；！？,;!?]{0,8}生)")
"""Around a day: something ends then, nobody was born."""
_EXPECTED = re.compile("(?:原定|本来定|预产期(?:是|在|定在|本来是|写的是)?)$")
_BORN_THEN = re.compile(
    "(?:号|那天|凌晨|半夜|早上|晚上)?(?:就|提前|却|早早|倒)(?:就|给|自己)?(?:发动了?|破水了?)?[^，。]{0,4}?(?:生了|剖了|剖的|顺产|出来了|落地了)"
)
_DELIVERED = re.compile("(?:凌晨|早上|上午|下午|晚上|半夜)?(?:顺产|剖宫产|剖腹产|剖的|剖出来)")
_JUST_BORN = re.compile("(?:号|日|那天)?(?:才刚|刚刚|刚|才)(?:出生|生(?![病效气])|落地|落生|下地)")
_CHANGED_THEN = re.compile(
    "(?:那天|起|开始)?(?:单位|公司|厂里)?(?:就|给|把)*(?:停|断|退)(?:了|掉)?(?:我|我的)?(?:单位的?)?职工"
)
_NOTED_CHILD, _FIGURES = re.compile("(?:女|男|婴|婴儿|子|孙女?|娃|宝)$"), re.compile("[0-9]{6}|[0-9]{8}")
"""Before figures without a word: “婴250820” in an agent's notes; “孩子22了” is no day."""
_CAME_THEN = re.compile("(?:才|刚|就)*(?:转[学来校入]|插班|入园|入学|开学|报到)(?![^，。；,; ]{0,2}[账帐钱费])")
"""Behind a day: a pupil came then (“小B6月3号转来的”)."""
_SOME_DAYS = re.compile("[号日]?那(?:几|两|三|些|一?阵|段)(?![^，。；,;]{0,3}[生剖])")
"""Behind a day: it is of a stay, for nobody is born, registered or paid for on several days."""
_NOT_YET_THAT_OLD = re.compile("(?:等到?|到|过了?)?(?:他|她|娃|孩子|宝宝)?满?$")
_THEN_FIRST = re.compile(
    "(?:了)?(?:再(?!次)|[以之]?后再|[以之]?前|也不迟|也来得及|来不来得及|还?来得及|赶得上|赶不赶得上)"
)
"""Around an age: “满百天再弄也不迟”: something is put off until then, and the child is not that old."""
NEW_CHILD = re.compile(
    "(?:那天|凌晨|早上|晚上)?(?:又|才|刚|再)?(?:添|得|迎来|抱上)了?(?:一?个)?(?:大?胖)?(?:儿子|女儿|闺女|小子|丫头|千金|娃|宝宝|弟弟|妹妹|小家伙|老[二三]|[二三]宝|小的|孙)"
)
"""Behind a day: another child was born then."""
_MINDS_CHILD = re.compile(
    "(?:帮[^，。 ]{1,4})?(?:看|带|照看|照顾|哄|领)(?:着|大的?)?(?:[外俺我]?孙|娃|孩|小孩|宝宝|小的)"
)
"""Behind a place: a grandchild is minded there; nobody is treated there."""
_MINDS_THERE = re.compile("(?:在|来|到)[\u4e00-\u9fff]{2,6}(?:看|带|照看|照顾|哄|领)(?:着)?(?:外?孙|娃|孩|小孩)")
_ONE_OF_THEM, _CHILD_FROM = (
    re.compile("(?:[一两几]|有|来了?)(?:个|位|名)$"),
    re.compile("(?:来的|籍的?|的)?(?:娃|孩子|学生|小孩|同学|小朋友)"),
)
"""“插来一个山西娃”: a pupil from there is no place of the class."""
_CHILD_IS_IN = re.compile(
    "(?:孙儿|孙子|孙女|外孙|娃|孩子|孩儿|宝宝|崽|儿子|女儿|闺女)(?:[^，。；,; ]{0,6})(?:在|搁|住)(?=[\u4e00-\u9fff]{2})"
)
_CHILD_AT = re.compile(_CHILD_IS_IN.pattern.removesuffix("(?=[\u4e00-\u9fff]{2})") + "$")
_ORIGIN_TOLD = re.compile(
    "(?:俺|我|我们|俺们|咱)(?:家|们)?(?:本来|原本|老家)?是[\u4e00-\u9fff]{2,8}?(?:嘞|哩|的|人)(?:[，,。；; ]|$)"
)
"""“俺是周口嘞，孙儿跟他爸妈搁苏州”: where the child is said to be, beside where the speaker is from."""
_WE_ARE_FROM = re.compile("(?:俺|我|我们|俺们|咱)(?:家|们)?(?:本来|原本|老家)?是$")
_FROM_THERE = re.compile("(?:嘞|哩|的|人|那边的|农村的)(?:[，,。；; ]|$)")
_PEOPLE = re.compile("人(?![口数员家])")
_IS_BORN = re.compile(
    "(?:号|日|那天|早上|晚上|凌晨)?(?:出生|出世|落地)(?![医证登]|的?(?:孩子|同学|小孩|学生)(?:不|才|可|能|都))"
)
_BIRTHDAY_PUT_RIGHT = re.compile(
    "(?<![未没日号月年天0-9])(?:出生|生日|生于|出世)(?:日期?|时间|年月)?(?:是|为)?[：: ]?$|(?:生日|出生日期|出生)(?:报|记|说|写|填|打|搞|弄)[错岔]了?[，,。 ]{0,2}(?:应该?|改|实际|其实|正确)?(?:是|为|成)?$|生日(?:应该?|其实|实际|改)(?:是|为|成)?$"
)
"""“生日报错，应为260415”: whatever else is spoken of."""
_WE_ARE_OF = re.compile("(?:^|[，,。 ])(?:那)?(?:我|我们|我哋|俺|俺们|咱|阿拉)(?:家|们)?(?:系|是|喺|都是)$")
_OF_IT = re.compile("嘅|嘞|哩|(?:的|人|这边的?|那边的?)(?=[，,。；;？?！! 啊哈哦0-9]|$)")
"""“我系东莞嘅”: where they are, where no other place is named."""
_OUTSIDERS = re.compile("居住证|外地|户口|户籍|这边|这里|本地|当地")
_WITH_US = re.compile(
    "(?<![不没])(?<!没法)(?<!不能)(?:跟|随)(?:到|着|倒|了|住)?(?:在)?(?:我|我们|俺|俺们|咱|咱们|爸妈|父母|大人|他爸妈)(?:一起|一块儿?|身边|这边|走|在|住|过|读书?|生活|来|$|[，,。 ])"
)
"""“在苏州打工，娃跟到我们在”: the child is where its parents work."""
_WE_OF = re.compile("(?:^|[，,。 ])(?:我|我们|俺|俺们|咱|咱们)(?:家|们)?(?:是|系)?$")
_AT = re.compile("(?<!老公)(?<!老婆)(?<!爱人)(?<!对象)(?<![爸妈爷奶公婆])(?:在|到|来|搁)$")
_WE_WORK = re.compile(
    "(?<!老公)(?<!老婆)(?<!爱人)(?<!对象)(?<![爸妈爷奶公婆])(?:在|到|来|搁)[一-鿿]{2,8}(?:干活|打工|上班|工作|做工|做事|务工|开店|做生意|跑车|租房)"
)
_WORKS_HERE = re.compile("(?:这边|这里)?(?:打工|上班|做工|务工|租房|开店|做生意|干活|跑车)的")
_WORKERS_FROM = re.compile("(?:打工|上班|做工|务工|租房|开店|做生意|干活|跑车)的[\u4e00-\u9fff]{2,6}人(?![口数员家])")
"""“宁波打工的贵州人”: the first is where they are, the second where they are from."""
_KIN = "(?:爸|妈|爹|娘|爷|奶|外?公|外?婆|姥|姥爷|老公|老婆|爱人|先生|丈夫|媳妇|姐|哥|妹|弟|舅|姑|姨|叔|伯|嫂|婆婆|公公)"
_KIN_AT_HOME = re.compile(f"{_KIN}(?:们)?(?:一直|还|都)?在(?:老家|乡下|农村)(?:的)?$")
"""“我妈在老家江西又给孩子交一份”: where the grandparents are is not where the family is."""
_KIN_MOVED = re.compile(f"{_KIN}(?:刚|又|已经|就|现在|去年|今年|前年)*(?:搬|去|回|调|嫁|跑)(?:到|去|回)?了?$")
KIN_IN = re.compile(f"(?:{_KIN}|同事|朋友|同学|邻居|亲戚)(?:家|他们|她们|人)?(?:就|都|也|一直)*(?:在|到)$")
"""Before a place: a relative is there, whoever else is not."""
_PAYS_OWN = re.compile("(?:那天|才|刚|就)*(?:去)?(?:交|缴|买|上)(?:了|的|上)*(?:职工|灵活就业)")
_KIN_BEFORE = re.compile(f"{_KIN}(?:是|在|才|就)?$")
_CHILD_UNPAID = re.compile(
    "(?:宝|宝宝|娃|崽|孩子|小的|老[二三]|弟弟|妹妹)[^，。；,; ]{0,14}?(?:还|都|也)?没(?:有)?(?:交|缴)"
)
"""“孩子妈12月1号交了，小的还没交”: the payment is the relative's own."""
_CLAUSE_BEGINS, _CLAUSE_ENDS = re.compile("[，,。；;！!？? \n]$"), re.compile("[，,。；;！!？? \n]|$")
_HEARSAY = re.compile("听|讲|说|都|人家|网上|群里|看到")
_OF_SOMEBODY = re.compile(
    "(?:姐|妹|哥|弟|姑|姨|舅|叔|伯|嫂|爸|妈|爷|奶|公|婆|娘|同事|朋友|邻居|同学|闺蜜|亲戚|家)[的]?[，, ]$"
)
_COMPUTED = re.compile(
    "(?:算(?:的|出来|下来|起来)?(?:是|成|到|就是)?|(?:个月|[0-9]天)(?:内|的话)?[，, ]?(?:就|那)?(?:是|到)|你们?(?:刚才|刚刚|之前|上次|上回|前面)?(?:说|讲|写|算)(?:的|是|过)*)$"
)
_IS_A_LIMIT = re.compile("(?:就|才|都)?(?:开始|截止|截至|结束|为止|到期|收尾|关门)")
"""Around a day: it was computed or is when a collection begins or ends (“按3个月就是11月12”, “10月20号开始吧”)."""
_SO_OLD_THEN = re.compile("(?:号|日)?(?:那天)?(?:刚|才|正好|就)*(?:满月|百天|百日|满?周岁|一周岁)")
"""Behind a day: a child was so old then (“16号刚满月”), not born."""
_SO_MANY_DAYS = re.compile("(?:出生|生下来)?[0-9零〇一二两三四五六七八九十百]{1,4}天了?")
_ARE_OVER, _ONCE = re.compile("(?:已经?|都|早)?过了|(?:以|之)后|的话"), re.compile("呢|怎么|咋")
_FULL = re.compile("(?:满|超|超过|过了?)$")
"""“90天过了还没交”, “满180天了呢”: a limit; nobody says that the child is so old today."""
_BEGINS = re.compile("(?:就|才|都)?开始(?![^，。；,;]*[交缴办]的)")
_GOES_THEN = re.compile("(?:那天|当天)?(?:再(?:去|来|办|交|弄|跑)|才(?:去|办|交|弄|跑))")
_BORN_IT_ENDS = re.compile("(?:号|日|那天)?(?:出?生)(?:的|人|哒|嘅|咯|滴)?(?=$|[，,。；; ])")
_PAID_ALREADY = re.compile(
    "(?<![没未])(?:[交缴买办上]|参保)(?:了|的|过)(?:医?保险?|钱)?[，,。 ]{0,2}(?:去|到|在|来|拿到)?$"
)
_IS_IT_GOOD_THERE = re.compile(
    "(?:那边|这边|那儿|这儿|那里|这里)?(?:的?医院|看病|住院)?(?:也|还|就)?(?:能|可以|可不可以|行不行|认|管|给)(?:不能|不可以|不)?(?:直接)?(?:用|刷|报|认|看|住院|结算|管|账|$)"
)
_AT_HOME = re.compile("老家|家乡|屋里|乡下|村里|户口(?:那边|所在)|娘家|婆家")
"""“老家交了上海能用吗”: insured in another place already, a place is where one would be treated."""
_AWAY = ("elsewhere", "account")
_EVERY_YEAR = re.compile("(?:每年|年年|往年|历年|一般)[^，。；！？,;!?\\s]{0,8}$")
_COMES_ROUND = re.compile("(?:就|都|才)?(?:开始)?(?:收|催|截止|集中|停)")
"""Before and behind a day: what comes every year is no payment of one's own."""
_OF_A_NOTICE = re.compile(
    "(?:年度?)?的?(?:城乡)?居民(?:基本)?医(?:疗)?保(?:险)?的?(?:集中)?(?:缴费|参保|征缴)[^，。；,;已我]{0,6}(?:将|于|至|期|工作|通知|时间|截止(?!前?我)|开始|启动|结束)"
)
"""Behind a year: the words of a notice, which says not that anybody paid."""
_COLLECTED_THEN = re.compile("(?:学校|村里|社区|园里|单位)?(?:收|交|缴)的?(?:就)?是(?:20)?[0-9]{2}年")
"""Behind “去年”: it is when something was paid, another year is which."""
_LACKS = re.compile(
    "没|未|断|漏|忘|停|空|落|缺|差|欠|懒|顾不|冇|唔|无|莫|不(?!是问)|补|弃|退|错过|误|迟|晚|跳|隔|脱|掉|白|拉下|国外|出国"
)
"""Around a year, in a whole message: without one of these nobody says it was not paid."""
_ON_THE_SPOT = re.compile(
    "[^。；;！？!?生剖产院]{0,14}?钱?(?:当场|当时|立马|马上|随即|一下子)(?:就)?(?:给)?(?:扣|交|缴|付|划)(?:了|走|掉|完|成)"
)
_NO_LONGER_PREGNANT = re.compile(
    "(?:[加+零]?[0-9一二三四五六]?天?)?(?:算|就|是|时|的时候)?(?:个)?(?:早产|生[的了]|剖|出来|破水)|(?:以后|以上|之后|后|起)(?:就)?(?:可以|才|能)(?:先|去)?(?:登|参|办|报)"
)
"""Behind weeks: of a child that is born, or of a rule."""


_WHICH_TO_PAY = re.compile("(?:还是|或者|或是)(?:说)?(?:都|两[年个]|一起|只|先)?(?:得|要|该)?[交缴]?(?!了|过|的)")
_PAID_SAID = re.compile("[交缴][了过]|已经|都[交缴]的")
"""“交24的25的还是都交啊” asks which is to be paid."""
_BROKEN_OFF = re.compile(
    "(?:年度?)?(?:那年)?(?:就|又|也|都)?断(?:了|过|掉|保|缴|交)(?!奶|药|课|学|电|网|水|粮|货|氧|针)"
)
_BROKEN_OFF_BEFORE = re.compile(
    "(?<!没)(?<!未)(?:断|漏|空|落下)(?:了|过|掉|缴|保|的是){1,2}(?:(?:20)?[0-9]{2}年?[、和跟与])*$"
)
"""“断了2025和2026”: each year of the list."""
_AGAIN_THEN = re.compile("(?:年度?)?(?:那年)?(?:再|又|接着|继续|重新|才)(?:去|来)?(?:交|缴|续|参保|接上)")
"""Behind a year: “26断了 27又交”."""


def which_to_pay(text: str) -> bool:
    """Is it asked which of several years is to be paid?"""
    asks = len(text) < WHOLE and _WHICH_TO_PAY.search(text) is not None and ("交" in text or "缴" in text)
    return asks and _PAID_SAID.search(text) is None


def _may_be_a_year(candidate: Candidate) -> bool:
    """A year, or its last two figures, which may be a day as well."""
    return candidate.kind == "years" or (candidate.kind == "day" and candidate.thing.bare)


def _not_paid(before: str, after: str) -> bool:
    """Is a year said not to be paid: “没缴25年度”, “25年的没交”; of “缴了26的没缴25的” only the second?"""
    if _NOT_PAID_BEFORE.search(before):
        return True
    paid = _PAID_BEFORE.search(before) is not None and _OF_THE_YEAR_BEFORE.search(before) is None
    return _LAPSED.match(after) is not None and not paid


WHOLE, MORE = 24, 4
"""Characters from which a message tells what it means; and those beside a year that are more than its name."""


def _lacks(text: str, candidate: Candidate) -> bool:
    """Does the sentence of a year, or what stands right before it, say that anything was not done?"""
    end = next((stop.start() for stop in STOP.finditer(text, candidate.end)), len(text))
    return _LACKS.search(text, max(candidate.start - 20, 0), min(end, candidate.end + 40)) is not None


def _family_home(text: str, place: Candidate) -> bool:
    """“我家在洛阳，户口落在三门峡”: where the home is, where nothing says that the child is insured or learns elsewhere."""
    before = text[max(place.start - 8, 0) : place.start]
    ends = _ENDS_THERE.match(text, place.end) is not None
    return ends and _FAMILY_HOME.search(before) is not None and _INSURED_SAID.search(text) is None


def _by_itself(text: str, place: Candidate) -> bool:
    """“细伢子11月生的 长沙 听讲不要钱”: the one place of a longer message, set apart, is where they are, unless hearsay
    stands before it (“听说 威海 半年都行”)."""
    before, after = text[max(place.start - 6, 0) : place.start], text[place.end : place.end + 1]
    if _HEARSAY.search(text[max(place.start - 12, 0) : place.start]):
        return False
    apart = _CLAUSE_BEGINS.search(before) is not None and _CLAUSE_ENDS.match(after) is not None
    return apart and after != "" and len(text) >= WHOLE // 2 and _OF_SOMEBODY.search(before) is None


def cannot_be(text: str, candidate: Candidate, *, only: bool, lapses: bool, placed: bool = False) -> np.ndarray:
    """Minus infinity for the roles a candidate cannot have: those of another kind, and none where somebody lives.

    Args:
        only: it is the only place of the message.
        lapses: which years were not paid was asked for, so that a year alone may say it.
        placed: the conversation knows where the family is.
    """
    barred = {role for role in LABELS["role"] if role != NONE and CLASSES[role] != group(candidate.kind)}
    before, after = text[max(candidate.start - 8, 0) : candidate.start], text[candidate.end : candidate.end + 16]
    if candidate.kind == "place":
        address = _ADDRESS.match(after) is not None
        lives = _LIVES.search(before) is not None or (not before and address)
        barred |= {NONE} if lives else set()
        barred |= {"insured"} if _KIN_HOME.search(before) else set()
        insured_elsewhere = (not only or _AT_HOME.search(text, 0, candidate.start)) and _PAID_ALREADY.search(before)
        treated = insured_elsewhere and _IS_IT_GOOD_THERE.match(after) is not None
        barred |= {NONE, *PLACE_ROLES} - {"visited"} if treated else set()
        ours = _WE_ARE_IN.search(before) or _family_home(text, candidate)
        barred |= {NONE, *PLACE_ROLES} - {"insured"} if ours and _REGISTER.search(text) else set()
        barred |= {"insured"} if not only and BORN_THERE.match(after) else set()
        barred |= {"insured", *_AWAY} if before.endswith("从") and _TRANSFERRED.match(after) else set()
        one_of_them = _ONE_OF_THEM.search(before) is not None and _CHILD_FROM.match(after) is not None
        barred |= {"insured"} if one_of_them else set()
        workers = not only and _WORKERS_FROM.search(text) is not None
        barred |= {"insured", "school"} if KIN_THERE.match(after) else set()
        barred |= {"insured"} if workers and _PEOPLE.match(after) else set()
        barred |= {NONE, *PLACE_ROLES} - {"insured"} if workers and _WORKS_HERE.match(after) else set()
        minds = _MINDS_CHILD.match(after) is not None and KIN_IN.search(before) is None
        barred |= {"insured", "school"} if _KIN_MOVED.search(before) else set()
        barred |= {"insured"} if not only and _KIN_AT_HOME.search(before) else set()
        barred |= {NONE, *PLACE_ROLES} - {"insured"} if minds else set()
        from_there = not only and _WE_ARE_FROM.search(before) and _FROM_THERE.match(after)
        child_elsewhere = _MINDS_THERE.search(text) or _CHILD_IS_IN.search(text)
        barred |= {"insured"} if from_there and not minds and child_elsewhere else set()
        child_here = not only and _CHILD_AT.search(text[max(candidate.start - 14, 0) : candidate.start])
        barred |= {NONE, *PLACE_ROLES} - {"insured", "school"} if child_here and _ORIGIN_TOLD.search(text) else set()
        with_us = not only and _WITH_US.search(text) is not None and _WE_WORK.search(text) is not None
        works_here = with_us and _AT.search(before) is not None and WORKS_THERE.match(after) is not None
        barred |= {NONE, *PLACE_ROLES} - {"insured"} if works_here else set()
        barred |= {"insured", "school"} if with_us and _WE_OF.search(before) and _OF_IT.match(after) else set()
        we_are = only and not placed and _WE_ARE_OF.search(before) and _OF_IT.match(after)
        we_are = we_are and _OUTSIDERS.search(text) is None  # “我们是安徽人，要居住证吗”
        barred |= {NONE, *PLACE_ROLES} - {"insured"} if we_are else set()
        home = only and not placed and _by_itself(text, candidate)
        barred |= {NONE, *PLACE_ROLES} - {"insured", "school"} if home else set()
        barred |= set(_AWAY) if only and (_HOME.search(before) or (lives and address)) else set()
    elif candidate.kind == "person" and _MYSELF.match(candidate.text):
        barred |= {"stranger"}
    elif candidate.kind == "stage" and (_TEACHES.search(before) or _NO_PUPIL.match(after)):
        barred |= set(ROLES)
    elif candidate.kind == "pregnancy" and _NO_LONGER_PREGNANT.match(after):
        barred |= {"pregnant"}
    elif candidate.kind == "years" and (
        _OF_A_NOTICE.match(text, candidate.end)
        or _OF_SOMETHING_ELSE.match(text, candidate.end)
        or _COLLECTED_THEN.match(after)
    ):
        barred |= {"paid_years", "enrolled_years", "lapse_years"}
    elif _may_be_a_year(candidate) and _AGAIN_THEN.match(text, candidate.end):
        barred |= {"lapse_years"}
    elif _may_be_a_year(candidate) and (
        _BROKEN_OFF.match(text, candidate.end)
        or _BROKEN_OFF_BEFORE.search(text[max(candidate.start - 20, 0) : candidate.start])
    ):
        barred |= {NONE, *ROLES} - {"lapse_years"}
    elif which_to_pay(text) and (candidate.kind == "years" or (_may_be_a_year(candidate) and after[:1] == "的")):
        barred |= {NONE, *ROLES} - {"asked_year"}
    elif candidate.kind in ("years", "day") and _UNBROKEN.match(text, candidate.end):
        barred |= {NONE, "lapse_years", "asked_year", "other_year"}
    elif candidate.kind == "years" and LAST_PAID.search(before):
        barred |= {"lapse_years"}
    elif candidate.kind == "years" and _NOT_PAID_THEN.match(after):
        barred |= {NONE, *ROLES} - {"lapse_years"}
    elif candidate.kind == "years" and _not_paid(before, after):
        barred |= {"paid_years", "enrolled_years"}
        to_come = "还" in before + after[:6]  # “26年的还没交”
        barred |= set() if to_come else {"asked_year", "other_year"}
    elif candidate.kind == "years" and (unclaimed := _UNCLAIMED.match(text, candidate.end)):
        lapsed = _NOT_PAID_SOON.match(text, unclaimed.end())
        barred |= {"claimed_years"} if lapsed else {"claimed_years", "lapse_years"}
    elif candidate.kind == "day" and candidate.text.startswith("今") and _PUT_OFF.search(before):
        barred |= {"paid", "registered", "birth"}
    elif candidate.kind == "day" and (_EXPECTED.search(before) or _LAST_DAY.search(before) or _ENDS_THEN.match(after)):
        barred |= {"birth"}
    elif (
        candidate.kind in ("age", "day")
        and _SO_MANY_DAYS.fullmatch(candidate.text)
        and (_ARE_OVER.match(after) or (_FULL.search(before) and _ONCE.match(after)))
    ):
        barred |= {"age", "birth"}
    elif candidate.kind == "age" and _NOT_YET_THAT_OLD.search(before) and _THEN_FIRST.match(after):
        barred |= {"age"}
    elif candidate.kind == "day" and (
        _JUST_BORN.match(after)
        or NEW_CHILD.match(after)
        or _BIRTHDAY_PUT_RIGHT.search(before)
        or (_FIGURES.fullmatch(candidate.text) and _NOTED_CHILD.search(before))
    ):
        barred |= {NONE, *ROLES} - {"birth"}
    elif candidate.kind == "day" and _BORN_IT_ENDS.match(after):
        barred |= {NONE, "other", "paid", "registered", "deducted", "visit", "asked"}
    elif candidate.kind == "day" and (
        _SO_OLD_THEN.match(after) or _COMPUTED.search(before) or _IS_A_LIMIT.match(after) or _GOES_THEN.match(after)
    ):
        begins = _BEGINS.match(after)
        barred |= {"birth", "paid", "registered", "asked"} if begins else {"birth"}
    elif candidate.kind == "day" and _CAME_THEN.match(after):
        barred |= {"paid", "registered", "deducted", "birth"}
    elif candidate.kind == "day" and _IS_BORN.match(after):
        barred |= {"other", "paid", "registered", "deducted", "visit", "discharge", "hukou"}
    elif candidate.kind == "day" and _DELIVERED.match(after):
        barred |= {NONE, "other"}
    elif candidate.kind == "day" and _OF_A_CHANGE.search(text[max(candidate.start - 12, 0) : candidate.start]):
        barred |= {NONE, *ROLES} - {"changed"}
    elif candidate.kind == "day" and _SOME_DAYS.match(after):
        barred |= {"birth", "registered", "paid", "deducted"}
    elif candidate.kind == "day" and _BORN_THEN.match(after):
        barred |= {"due"}
    elif candidate.kind == "day" and _CHANGED_THEN.match(after):
        barred |= {NONE, *ROLES} - {"changed"}
    elif (
        candidate.kind == "day"
        and _KIN_BEFORE.search(before)
        and (_PAYS_OWN.match(after) or (after.startswith("交") and _CHILD_UNPAID.search(text)))
    ):
        barred |= {"paid", "registered", "deducted", "birth"}
    elif candidate.kind == "day" and _OURSELVES_PAID.match(after):
        barred |= {NONE, "other", "asked", "birth"}
    elif candidate.kind == "day" and _PAID_THEN.match(after):
        barred |= {"birth"}
    elif candidate.kind == "day" and _ON_THE_SPOT.match(text, candidate.end):
        barred |= {NONE, "other", "registered"}
    elif candidate.kind == "years" and _UNBROKEN_BEFORE.search(before):
        barred |= {"lapse_years"}
    every_year = _EVERY_YEAR.search(text[max(candidate.start - 16, 0) : candidate.start])
    if candidate.kind in ("day", "month") and every_year and _COMES_ROUND.match(text, candidate.end):
        barred |= {"paid", "registered", "deducted"}
    more = len(text) - len(candidate.text) > MORE
    if candidate.kind == "years" and more and not lapses and not _lacks(text, candidate):
        barred |= {"lapse_years"}
    return np.array([-np.inf if role in barred else 0.0 for role in LABELS["role"]])


_TRANSFERRED = re.compile("(?:那边|那儿|老家)?(?:刚|才|新)?(?:转|迁)(?:学|户口?|保)?(?:过|回)?来")
"""Behind a former place: somebody came from there to here, wherever that is."""
