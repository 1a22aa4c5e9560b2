"""Small things a message tells besides its mentions, by rule: what is not done yet, the use of an account, how many
years were lapsed, a situation no document names, a number sent to be looked up. Name → value."""

from __future__ import annotations

import re
from typing import Any, Dict, Optional

from bot.nlu.amounts import find_amounts
from bot.nlu.numerals import NUMBER, number

LAST_OF_MONTH = 31
_SHORT = 20
"""Characters of a fragment that leans on the question before it."""
_ACCOUNT = re.compile("共济|个人账户|个账|医保卡里|卡里的钱|账户|他的卡|她的卡|我的卡|爸的卡|妈的卡|奶的卡|卡上的钱")
_MEDICAL_USE = re.compile("看病|买药|住院|门诊|购药|药店|挂号|自费|打针|退烧药")
_GOODS = re.compile("奶粉|尿不湿|纸尿裤|辅食|玩具|衣服|奶瓶|婴儿车|洗衣液|牙膏|生活用品|日用品")
_PREMIUM_USE = re.compile("(交|缴|付|扣).{0,8}(医保|保费|费|合作医疗|那笔|三百|四百)|交.{0,4}的")
_ELAPSED = re.compile(
    rf"(?P<how>超过了?|超了|过了|多于|晚于|满了?|不到|不满|没到|刚好|正好|第)(?P<n>{NUMBER})(?P<u>天|日|个月)(?P<exact>那天|当天)?"
)
"""“过了12月31日”, “过了31日” are days of the calendar, “过了三月” is March."""
_LEANS = re.compile(
    "^(那|那么|要是|如果|假如|万一|倘若|要|若)|(呢|咧|捏|的话|咋办|怎么办|怎么算|咋整|行吗|行不)[？?。!！]*$"
)
_UNWRITTEN = (
    ("双胞胎", "双胞胎|龙凤胎|多胞胎|三胞胎"),
    ("早产", "早产"),
    ("试管", "试管"),
    ("单亲", "单亲"),
    ("超生", "超生"),
    ("外籍", "外籍|外国国?籍|外国护照|(?<!祖)[美英法德日韩俄加澳新](?:国|拿大|大利亚|西兰|加坡)?国?籍"),
)
_LOOK_UP = re.compile("查|看看|看下|看一下|身份证|证件")
_OFFERS_NUMBER = re.compile(
    "(?:查|看)[^？?]{0,12}(?:身份证|证件)(?:号码?)?[^，,。？?]{0,4}(?:发|给|报|念)(?:给)?[你您]"
    "|(?:发|报|念)(?:给)?[你您][^，,。？?]{0,4}(?:身份证|证件)"
)
"""“你直接帮我查，我把她身份证号发你”."""
_MASKED = "已隐去"
"""Stands for a number the gateway took out of the message."""
_NEXT_CALLER = re.compile(
    "(?:换|转|接|来|到|轮到)了?(?:下|另|后)(?:面)?一(?:位|个|通)(?!月|年|季|学期|孩子|娃|宝|学生|问题)|(?:下|另|后面?)一(?:位|个|通)(?:来电|电话|市民|群众)"
    "|第[二三四五六七八九十2-9](?:位|个)?(?:来电|通电话|通来电|位市民)|换个(?:人|来电)|新来电"
    "|^(?:好了?|嗯|行|再|又)*(?:下|另)一(?:位|个|通)(?=[，,。:： ]|$)|[，,。！!；; ](?:来|到|接着?)?下一位(?=[，,。:： ]|$)"
    "|^(?:好了?|嗯|行|再|那)*[，, ]?换(?:一|下)?(?:位|通)(?:市民|来电|群众|电话)?(?=[，,。:： ]|$)"
    "|^(?:又|再)(?:来|接)?了?一(?:位|通|个)(?:市民|来电|群众|电话)"
)
_CALLER = re.compile(
    "(?:^|[，,。；; ])(?:来电|个案)(?P<who>[1-9]|1[0-9]|20|[A-Ea-e](?![A-Za-z]))(?![0-9年月日号个位名天岁点人次通家户条遍])"
)
"""来电2: a family by its number in an agent's notes."""
_SAME_QUESTION = re.compile(
    r"(?:^|[\s，,、。])(?:同问|同上|同前|问的?一样|一样的?问题|同样的?问题|也是?问(?:的?(?:是)?(?:这个|同样的?|一样的?)(?:问题)?)|也是?这个问题|同(?:[12]|一)问?|同|那?呢|那?也(?:能|行|可以|是|要|得)(?:这样)?(?:吗|么|不|嘛|吧|的?吧)?)[？?。.！!]*$"
)
"""“2# 益阳 同问”: what the caller before asked."""
_NEXT_FAMILY = re.compile("(?:下|另|后面?)(?:外)?一(?:位|个)(?:学生)?家长|第[二三四五六七八九十2-9](?:位|个)家长")
"""Another family of the same school or village: the place stays."""
_FOR_WHOM = re.compile(
    "(?:给|帮|替|供|^那?)(?:我|俺|咱)?(?:们|家)?的?(?P<who>外甥女?|侄[子女儿]|岳[父母]|丈母娘|老丈人|公婆|公公|婆婆|儿媳妇?|女婿|[大小](?:舅子|姨子|姑子|叔子)"
    "|嫂子|姐夫|妹夫|弟媳|[表堂][哥姐弟妹]|干儿子|干女儿|朋友|同事|邻居)(?:家?的?(?:孩子|娃|小孩|儿子|女儿))?(?=用|交|缴|买|付|刷|绑|也|呢|行|可|能|不?算|是不是|属于|[，,。？? ]|$)"
)
"""“我的卡能给外甥交吗”: whom an account would pay for."""
_GRAVE = re.compile(
    "(?:查出|确诊|诊断|得了|患了|患上|长了)[^，,。；; ]{0,6}(?:白血病|肿瘤|瘤|癌|淋巴瘤|先心病?|心脏病|尿毒症|脑瘫|血友病|地贫|地中海贫血|罕见病|川崎病)"
)
"""A child is told to be gravely ill."""
_CLASS = re.compile(
    "(?:我们?|咱们?|俺们?|本|我带的|我这)个?班(?![车机次组])(?:级|里头?|上|学生|家长|同学)?(?:[有里的家学同还]|[0-9一二两三四五六七八九十几好])|全班(?:都|[0-9几]|的|学生|家长)"
)
"""A class is spoken of: nobody asked for is a newborn."""
_TEACHES = re.compile(
    "(?:我|我们|本人|这里|[您你]好)[，, ]{0,2}(?:是|在|系)[^，。；,;！!？?]{0,16}(?:老师|教师|班主任|辅导员|校医|园长|家委)"
    "|班主任一[枚名个位]|(?:我|我们)(?:带|教|管)(?:的|着)?[^，。；,; ]{0,6}[班级](?![^，。；,; ]{0,4}(?:读|上学|念书))"
)
"""A teacher speaks: “我是连云港一个小学的班主任”; not of the own child's."""
_BOTH = re.compile(
    "两年(?:的)?(?:都|一起|一块|钱|费|保费|医保)|两个年度|两年一起|(?:当年|今年|本年)(?:和|跟|加)(?:明年|下一?年)"
)
_OWN = re.compile(
    "(?:我|我们|咱|咱们|俺)(?:自己?)?(?:家|们)?(?:的|那|这)?(?:个|边)?(?:儿子|女儿|闺女|丫头|娃|孩子|宝宝|小子)|说回我家|[我俺咱](?:们)?(?:自己?)?家(?:的|这)|[我俺咱](?:们)?这(?:个|边)|[我俺咱](?:们)?自己的"
)
_OVER_THERE = re.compile("(?:她|他|他们|她们|人家|姐|妹|弟|哥|嫂|姑|舅|姨)(?:家|们)?那(?:边|头|儿|里|个)")
_NEXT_ONLY = re.compile("只(?:交|缴|买)了?(?:明年|下一?年度?|来年)")
_NEVER_LAPSED = re.compile(
    "(?:年年|每年|一直|历年|往年|从小)(?:都|也|就)*(?:有医?保|在保|参保|在交|续着|按时交|没断(?!奶)|没落下|没漏|[交缴](?:着|过|了|的(?=[，,。；;]|$)))(?!多少|没有?|什么|啥|吗|不)"
    "|(?<![有要])(?:从|从来|都|也)没有?断(?!奶)|从未断|一(?:年|次|回|天)都?没断|没断过(?![吗没])"
)
_MAY_HAVE_LAPSED = re.compile("要是|如果|假如|万一|有没有|是不是|是否|的话|算不算")
_EVERY_YEAR_CLAIMED = re.compile("(?:每年|年年)(?:都|看病)?.{0,3}报(?:销)?(?:过|了)")
_NEVER_CLAIMED = re.compile(
    "(?:一(?:次|回|分|毛)(?:医保|钱|费用?)?(?:也|都)?没|没|从没|从来没|零)报销?(?:过|了)?|一回医院没进|没(?:看过|生过)病"
)
_ONLY_ONCE = re.compile("就|只|一次|一回|另外|其他|其余|别的|剩下")
_FLAGS = (
    ("cross_province", True, "跨省|外省的?账户|不在一个省|两个省"),
    ("new_assistance", True, "(?:刚|新)(?:评上|认定|批下|纳入).{0,4}(?:低保|救助|特困)|新增.{0,2}救助"),
    ("child_enrolled", False, "(?:孩子|娃|宝宝|他|她)(?:还)?(?:没|未)(?:有)?参保|没给(?:孩子|宝宝|娃)参保"
     "|(?:从来?|一直|压根|至今)(?:都|就)?(?:没|未)(?:有|曾)?(?:参|上|交|办|买|缴)过?(?:医|社|参)?保|没(?:参|上|买|办)过医?保"),
)  # fmt: skip


def find_notes(text: str) -> Dict[str, Any]:
    """Every note of a plain text."""
    found: Dict[str, Any] = {}
    for name, value, _, _ in find_amounts(text):
        found.setdefault(name, value)
    for name, value, words in _FLAGS:
        if re.search(words, text):
            found[name] = value
    if _ACCOUNT.search(text):
        if _MEDICAL_USE.search(text):
            found["use"] = "medical"
        elif _PREMIUM_USE.search(text):
            found["use"] = "premium"
    if _GOODS.search(text):
        found["use"] = "goods"
    if len(text) <= _SHORT and _LEANS.search(text) and (match := _ELAPSED.search(text)):
        days = _days(match)
        if days is not None:
            found["elapsed"] = days
    for name, words in _UNWRITTEN:
        if re.search(words, text):
            found.setdefault("unwritten", name)
    if len(text) <= 60 and ((_MASKED in text and _LOOK_UP.search(text)) or _OFFERS_NUMBER.search(text)):
        found["look_up"] = True
    for name, pattern in (("next_caller", _NEXT_CALLER), ("next_family", _NEXT_FAMILY), ("both_years", _BOTH), ("next_year_only", _NEXT_ONLY),
                          ("every_year_claimed", _EVERY_YEAR_CLAIMED), ("never_claimed", _NEVER_CLAIMED),
                          ("only_once", _ONLY_ONCE), ("own_child", _OWN), ("over_there", _OVER_THERE), ("class", _CLASS), ("grave", _GRAVE), ("same_question", _SAME_QUESTION)):  # fmt: skip
        if pattern.search(text):
            found[name] = True
    if _TEACHES.search(text) and not _OWN.search(text):
        found["class"] = True
    if whom := _FOR_WHOM.search(text):
        found["for_whom"] = whom["who"]
    if caller := _CALLER.search(text):
        found["caller"] = caller["who"].upper()
    if found.get("never_claimed") and not _ONLY_ONCE.search(_NEVER_CLAIMED.sub("", text)):
        found.pop("only_once", None)  # “一次医保没报过” is no once
    if _NEVER_LAPSED.search(text) and not _MAY_HAVE_LAPSED.search(text):
        found["never_lapsed"] = True
    return found


def _days(match: re.Match[str]) -> Optional[int]:
    """How many days after birth are meant: “超过90天” the first day beyond, “不到90天” the last day before."""
    count = number(match["n"])
    if count is None or not 0 < count <= 400 or (match["u"] == "日" and count <= LAST_OF_MONTH):
        return None
    days = count if match["u"] in ("天", "日") else count * 30
    how = match["how"]
    if match["exact"] or how.startswith(("满", "第", "刚好", "正好")):
        return days
    return days - 1 if how.startswith(("不", "没")) else days + 1
