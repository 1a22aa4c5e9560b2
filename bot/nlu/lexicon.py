"""People, school stages, hardship, changes of status and residence permits by their words, as candidates.

A word is only a candidate: 妈妈读大专 says nothing of the child. `roles` judges whose it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from bot.nlu.needed_characters import needed
from bot.nlu.words import borders, tokenizer

_RELATIVES: Dict[str, str] = {
    "祖辈": "(?:我|俺|咱)(?:的|家|老)?(?:爸妈|爹娘|妈妈|爸爸|父亲|母亲|妈|爸|爹|娘)(?!家)|岳父|岳母|丈母娘|老丈人|婆家爸妈|(?:老公|老婆|他|她)爸妈",
    "爸爸": "爸爸|孩子他?爸|娃他?爸|宝宝爸|他爸|她爸|老公|孩子他?爹|娃他?爹|他爹|她爹|爹|父亲|老爸|爸|老汉|我爱人|我对象|当爹的",
    "妈妈": "妈妈|孩子他?妈|娃他?妈|宝妈|他妈妈?|她妈妈?|老婆|媳妇|孩子他?娘|娃他?娘|母亲|老妈|妈|我娘(?!家)|当妈的",
    "爷爷": "爷爷|他爷|她爷|公公|孩子爷", "奶奶": "奶奶|他奶|她奶|婆婆|孩子奶|阿嬷|嫲嫲",
    "外公": "外公|姥爷|老爷|阿公|外爷", "外婆": "外婆|姥姥|姥娘|阿婆|家婆|婆(?=[^婆媳])",
    "舅舅": "舅舅|大舅|小舅|他舅|她舅|我弟|我哥|俺弟|俺哥|咱弟|咱哥|我老弟|俺老弟|舅", "姑姑": "姑姑|姑妈|大姑|小姑|他姑|她姑|姑", "叔叔": "叔叔|他叔|她叔|小叔|堂叔|叔",
    "阿姨": "阿姨|姨妈|小姨|大姨|他姨|她姨|我妹|我姐|俺妹|俺姐|咱妹|咱姐|我老妹|老妹|姨", "大伯": "大伯|伯伯|伯父|他大爷|伯母|婶婶|婶",
    "哥哥": "哥哥|他哥|她哥", "姐姐": "姐姐|他姐|她姐|大姐",
    "家长": "父母|家长|爸妈|爹妈|我们两口子|夫妻俩?|大人|监护人|我自己|我本人|本人|(?:我们?|俺|咱)(?=的?(?:卡|医保|职工|账户|个账|社保)|去|来|办|跑|代|替|绑|自己)|(?<=[用刷拿从由换是让归])(?:我|俺)",
    "亲友": "亲戚|亲友|朋友|邻居|同事|同学|保姆|月嫂|中介|表哥|表姐|表弟|表妹|堂哥|堂姐|堂弟|堂妹|侄子|侄女|外甥女?|继父|继母|养父|养母|后爸|后妈",
}  # fmt: skip
_CHILDREN: Tuple[Tuple[str, str], ...] = (
    ("老三", "老三|三宝|三娃|三胎|三姐|小三子|最小的"),
    ("老二", "老二|二宝|二娃|二胎|二丫|二姐|二妹|二小子|二女儿|二闺女|二儿子|二囡|二孙[子女]|二孩"),
    (
        "大的",
        "老大|大宝|大娃|大孩子?|大儿子|大女儿|大闺女|大丫头|大小子|大崽|大囡|大孙[子女]|大儿(?![子媳童科])|哥哥|姐姐|大姐|大的|头胎|头一个",
    ),
    (
        "小的",
        "小宝|小儿子|小女儿|小闺女|小丫头|小崽|小囡|小孙[子女]|小女(?![儿孩生])|老幺|幺儿|幺妹|(?<![一二三四五六七八九十附实])小的|弟弟|妹妹|小弟|小妹",
    ),
)
MOST_NAMES = 6
"""Names a message may introduce; a family has no more, and every one is looked for in the whole text."""
_NAME = re.compile(
    r"(?:(?:小名|乳名|名|小的|大的|老二|老大|孩子|娃)?叫|小名|乳名)(?P<called>[\u4e00-\u9fff]{2})(?=的|，|,|。|$|是|今年|上|读|刚|才)|(?P<twice>(?P<c>[\u4e00-\u9fff])(?P=c))"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_PUPIL = re.compile(
    f"(?<![我俺咱老她他])(?:小?[{_SURNAMES}]|[甲乙丙丁]|[A-Ea-e])同学(?!们|校)"
    "|(?:学生|(?<![素最太很])小)[A-Ea-e](?![A-Za-z超])|学生[1-9](?![0-9年月日号个位名天岁点人次通家户条遍])"
)
"""A teacher's pupil by the surname, 王同学, or a letter."""
_NO_NAMES = frozenset(
    [
        "妈妈",
        "爸爸",
        "奶奶",
        "爷爷",
        "宝宝",
        "谢谢",
        "刚刚",
        "天天",
        "常常",
        "慢慢",
        "看看",
        "问问",
        "等等",
        "试试",
        "想想",
        "年年",
        "月月",
        "人人",
        "家家",
        "通通",
        "偏偏",
        "渐渐",
        "仅仅",
        "多多",
        "好好",
        "娃娃",
        "哥哥",
        "姐姐",
        "弟弟",
        "妹妹",
        "叔叔",
        "伯伯",
        "舅舅",
        "姑姑",
        "姥姥",
        "婆婆",
        "公公",
        "太太",
        "说说",
        "讲讲",
        "听听",
        "走走",
        "跑跑",
        "查查",
        "算算",
        "翻翻",
        "写写",
        "念念",
        "催催",
        "退退",
        "补补",
        "交交",
        "办办",
        "领领",
        "用用",
        "花花",
        "早早",
        "明明",
        "哈哈",
        "呵呵",
        "嘿嘿",
        "嘻嘻",
        "呜呜",
        "嗯嗯",
        "哦哦",
        "啊啊",
        "喂喂",
        "对对",
        "行行",
        "是是",
        "好的",
        "错错",
        "样样",
        "件件",
        "个个",
        "处处",
        "时时",
        "次次",
        "回回",
        "句句",
        "白白",
        "统统",
        "单单",
        "稍稍",
        "默默",
        "偷偷",
        "往往",
        "每每",
        "久久",
        "远远",
        "高高",
        "大大",
        "小小",
        "满满",
        "足足",
        "整整",
        "真真",
        "确确",
        "实实",
        "清清",
        "楚楚",
        "星星",
        "崽崽",
        "乖乖",
        "囡囡",
        "囝囝",
        "宝贝",
        "比比",
        "帮帮",
        "解解",
        "缓缓",
        "学学",
        "读读",
        "歇歇",
        "坐坐",
        "挪挪",
        "洗洗",
        "猜猜",
        "数数",
        "瞧瞧",
        "瞅瞅",
        "聊聊",
        "断断",
        "续续",
        "来来",
        "去去",
        "前前",
        "后后",
        "左左",
        "右右",
        "急急",
        "忙忙",
        "匆匆",
        "勤勤",
        "恳恳",
        "老老",
        "少少",
        "上上",
        "下下",
        "点点",
        "改改",
        "换换",
        "带带",
        "住住",
        "多少",
        "零零",
        "一一",
        "二二",
        "三三",
        "四四",
        "五五",
        "六六",
        "七七",
        "八八",
        "九九",
        "拜拜",
        "嬷嬷",
        "嫲嫲",
        "伢伢",
        "毛毛雨",
        "乱乱",
        "滚滚",
        "哪哪",
        "啥啥",
        "得得",
        "了了",
        "吗吗",
        "呢呢",
        "可可以",
        "加加",
        "减减",
        "转转",
        "落落",
        "搞搞",
        "弄弄",
        "约约",
        "报报",
        "医医",
        "疼疼",
        "哭哭",
        "生生",
        "死死",
        "忘忘",
        "记记",
        "存存",
        "删删",
        "发发",
        "贴贴",
        "抄抄",
        "核核",
        "摸摸",
        "别别",
        "不不",
        "推推",
        "碎碎",
    ]
)
"""Doubled syllables that are words."""
_OURS = re.compile("儿子|女儿|闺女|丫头|孙子|孙女|外孙女?|宝宝|宝贝|孩子|小孩|娃娃|娃儿?|崽崽?|小家伙|小子|千金|双胞胎")
_STRANGERS = re.compile(
    "(?:我|俺|咱|她|他|人家|朋友|同事|邻居|隔壁|表?[哥弟姐妹]|闺蜜|亲戚|别人|楼上|村里)?(?:家)?(?:的)?(?:侄子|侄女|侄儿|侄孙女?|外甥女?|表弟|表妹|表哥|表姐|堂弟|堂妹)"
    "|(?:我|俺|咱)?(?:姐|妹|哥|弟|舅|姑|叔|姨|婶|大伯|二伯|表姐|表妹|表哥|表弟|堂哥|堂姐|同事|邻居|朋友|闺蜜|对门|隔壁|亲戚|同学|楼上|楼下|老乡|战友|嫂子|表嫂|弟媳|弟妹|妯娌|小姑子|大姑子|小舅子|大舅子|丈母娘|连襟|发小|师傅|同村|一个村|小区)(?:们)?家?的?(?:那?个)?(?:的)?(?:儿子|女儿|闺女|孩子|小孩|娃娃?|宝宝|小子|丫头|孙子|孙女)"
    "|(?:别人|人家|别的|其他)(?:家)?(?:的)?(?:孩子|小孩|娃娃?|宝宝|家长|学生)|隔壁老?[张王李赵]?家?的?|(?:我|俺)?(?:同事|邻居|闺蜜|嫂子|表嫂|弟媳|弟妹|妯娌|妹夫|姐夫|连襟|发小)(?:家?的?老[大二三幺])?"
    "|其中一?[个位]家长|同桌(?!.{0,2}同学)"
    "|(?:我|俺|咱)?[大二三]?(?:姐|哥|姑|舅|姨|叔|妹|弟)家的?老[大二三幺]|(?:我|俺|咱)?大[姐哥]家"
)
_WORDS: Tuple[Tuple[str, Any, str], ...] = (
    (
        "stage",
        "新生儿",
        "新生儿|(?<![a-z])xse(?![a-z])|新生婴儿|刚出生|刚生(?!病|完?孩子的?妈)|才出生|刚落地|初生|月子里的娃|奶娃娃?",
    ),
    ("stage", "学龄前", "学龄前|还没上学|没上幼儿园|没上学|早教|托班|托儿所|托育|亲子班"),
    ("stage", "幼儿园", "幼儿园|幼稚园|小班|中班|大班|学前班|幼小"),
    (
        "stage",
        "小学",
        "小学[一二三四五六123456]年级|小学生?|(?<![初高]中|职高|大学|中专|技校|大专|职中|卫校)[一二三四五六123456]年级|小[一二三四五六](?![年月日个岁号阳])|小升初",
    ),
    (
        "stage",
        "初中",
        "初中[一二三123]年级|初中生?|初[一二三123](?![那天晚早号日夜生一]|早上|晚上)|[七八九789]年级|中考",
    ),
    ("stage", "高中", "高中[一二三123]年级|高中生?|高[一二三123]|高考"),
    ("stage", "中职", "中职|(?:中专|技校|职高|职校|卫校)[一二三123]年级|中专生?|技校|职高|职校|技工学校|卫校"),
    ("stage", "高职", "高职|大专生?|专科生?|职业学院|职业技术学院|专升本"),
    (
        "stage",
        "大学",
        "大学[一二三四1234]年级|大学(?!附|城|路|医院|东|西|南门|北门)生?|大[一二三四](?![岁天个斤圈码寸])|本科生?|研究生|读研|考研|研[一二三]|硕士|博士|读博",
    ),
    (
        "change",
        "停职工医保",
        "停了?的?职工(?:医保|保险)?|职工(?:医保|保险)(?:停|断)了?|(?:单位|厂里|公司).{0,8}?停(?:了|的)?(?:社保|医保|保|职工)|停保|离职|辞职|辞工|辞了(?:工作?|职|活儿?)|把(?:工作|活儿?)辞|炒了?鱿鱼|失业|下岗|被裁|断了职工",
    ),
    ("change", "毕业", "(?<!没)毕了?业(?!班|照|典礼|论文|季)了?|结业"),
    ("change", "退役", "退役|退伍|转业|复员"),
    (
        "change",
        "迁户",
        "迁户口?|户口(?:.{0,4}?|(?:刚|才|去年|今年|上个?月)?从[^，。；,; ]{2,6}?)(?:迁|转)(?:过来|过去|到|走|出|入|回)?了?|迁了户|落户(?:到|在)",
    ),
    ("change", "刑满", "刑满|出狱|释放|劳教"),
    ("category", "低保对象", "低保户?|吃低保|最低生活保障|低保对象|低保家庭"),
    ("category", "特困供养人员", "特困(?:户|供养|人员|家庭)?|五保户?|特困供养人员"),
    ("category", "孤儿", "孤儿"),
    ("category", "事实无人抚养儿童", "事实无人抚养(?:儿童)?|事实孤儿"),
    ("category", "返贫致贫人口", "返贫致贫(?:人口|户)?|返贫"),
    ("category", "监测对象", "监测户|监测对象|防返贫(?:监测)?(?:户|对象)?|纳入监测|三类人员?|三类户"),
    ("category", "脱贫人口", "脱贫(?:户|人口)?|建档立卡|贫困户"),
    ("category", "残疾", "残疾(?:证|人|儿童|孩子)?|残联|一级残|二级残"),
    ("permit", True, "居住证"),
)
_COMPILED = tuple((kind, value, re.compile(words)) for kind, value, words in _WORDS)
_PATTERNS = tuple((kind, value, pattern, needed(pattern)) for kind, value, pattern in _COMPILED)
_PEOPLE = re.compile("|".join(f"(?P<p{n}>{words})" for n, words in enumerate(_RELATIVES.values())))
_CHILD = re.compile("|".join(f"(?P<c{n}>{words})" for n, (_, words) in enumerate(_CHILDREN)))
_YEAR_OF_SCHOOL = re.compile("[小初高大研][一二三四五六]")
"""初二, 小一, 大三."""
_EVERYDAY = 500
"""How often the dictionary has seen a word that nobody has to look up."""
_NOT_OF_THINGS = re.compile("(?:大的|小的)(?:影响|区别|差别|问题|医院|城市|毛病|手术|病|额度|变化|地方|事)")


@dataclass(frozen=True)
class Word:
    """A word by its place in the plain text. `kind`: person · child · stranger · stage · category · change · permit;
    `value` in the words of the contract; for a person its relation, for a child its label."""

    kind: str
    value: Any
    start: int
    end: int
    text: str


def find_words(text: str, names: Sequence[str] = ()) -> List[Word]:
    """Every word of the lexicon, left to right; of overlapping ones the longer. `names`: children known by name."""
    found = [*_strangers(text), *_children(text), *_names(text, names), *_people(text), *_listed(text)]
    kept: List[Word] = []
    for word in sorted(found, key=lambda w: (w.start - w.end, w.start)):
        if not any(word.start < other.end and other.start < word.end for other in kept):
            kept.append(word)
    return sorted(kept, key=lambda word: word.start)


def _strangers(text: str) -> Iterator[Word]:
    for match in _STRANGERS.finditer(text):
        yield Word("stranger", "", match.start(), match.end(), match.group())


def _children(text: str) -> Iterator[Word]:
    for match in _CHILD.finditer(text):
        if _NOT_OF_THINGS.match(text, match.start()) or text[max(match.start() - 1, 0) : match.start()] in (
            "最",
            "挺",
            "蛮",
            "很",
        ):
            continue
        label = next(label for n, (label, _) in enumerate(_CHILDREN) if match[f"c{n}"])
        yield Word("child", label, match.start(), match.end(), match.group())


def _names(text: str, known: Sequence[str]) -> Iterator[Word]:
    """Children by name: those the conversation knows, one that is introduced, and doubled syllables (糖糖)."""
    for name in known:
        for match in re.finditer(re.escape(name), text):
            yield Word("child", name, match.start(), match.end(), name)
    for match in _PUPIL.finditer(text):
        if match.start() in borders(text):  # 其余同学, 任何同学 are nobody's name
            yield Word("child", match.group().upper(), match.start(), match.end(), match.group())
    called = (match for match in _NAME.finditer(text) if match["called"] and not match.group().startswith("叫"))
    introduced = dict.fromkeys(match["called"] for match in called if match["called"] not in (*_NO_NAMES, *known))
    for name in list(introduced)[:MOST_NAMES]:  # and wherever else it is called by it
        for match in re.finditer(re.escape(name), text):
            yield Word("child", name, match.start(), match.end(), name)
    for match in _NAME.finditer(text):
        part = "called" if match["called"] else "twice"
        if match[part] not in _NO_NAMES and not (part == "twice" and _IN_A_WORD.search(text, *_around(match))):
            yield Word("child", match[part], match.start(part), match.end(part), match[part])


_IN_A_WORD = re.compile(r"(?:(.)\1(.)\2|没有有)")
"""啰啰嗦嗦, 清清楚楚; 没有 before 有效."""


def _around(match: re.Match[str]) -> Tuple[int, int]:
    """From two characters before to two after."""
    return max(match.start() - 2, 0), match.end() + 2


def _people(text: str) -> Iterator[Word]:
    names = list(_RELATIVES)
    for match in _PEOPLE.finditer(text):
        index = next(n for n in range(len(names)) if match[f"p{n}"])
        yield Word("person", names[index], match.start(), match.end(), match.group())


def _across(text: str, start: int) -> bool:
    """Does an everyday word go over the place where another seems to begin (起初|二百, 当初|一直, 从小|一直)?"""
    crossing = text[max(start - 1, 0) : start + 1]
    return start not in borders(text) and (tokenizer().FREQ.get(crossing) or 0) > _EVERYDAY


def _listed(text: str) -> Iterator[Word]:
    characters = frozenset(text)
    for kind, value, pattern, letters in _PATTERNS:
        if letters is not None and letters.isdisjoint(characters):
            continue
        for match in pattern.finditer(text):
            if _YEAR_OF_SCHOOL.fullmatch(match.group()) and _across(text, match.start()):
                continue
            yield Word(kind, value, match.start(), match.end(), match.group())
