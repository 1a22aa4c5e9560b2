"""Names that are said to be names: 姓名张三, 名字是…, 我叫…, 孩子叫…. Others cannot be told from other words.

A name begins with a family name, has two to four characters, and ends where the sentence goes on.
"""

import re

_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白"
    "邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
    "宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费"
    "卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师仇"
)
_DOUBLE = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|司徒|端木|夏侯|南宫|西门"
_PERSON = (
    "我|他|她|孩子|宝宝|宝贝|小孩|娃|女儿|儿子|闺女|老大|老二|大的|小的|爸爸|妈妈|爷爷|奶奶|外公|外婆|父亲|母亲|名|名字"
)
_SAID = rf"(?:姓名(?:是|叫|为|：|:|\s){{0,2}}|名字(?:是|叫|为|：|:)|(?:{_PERSON})(?:现在|就)?叫(?:做|作)?)\s?"
_GOES_ON = (
    r"(?=$|[\W_]|\d|[的是刚还也和跟与在要想能可怎有没上这吗呢啊呀了家他她我你]"
    r"|今年|去年|明年|今天|昨天|现在|出生|生于|身份|证|电话|手机|户口)"
)
_GIVEN = r"[\u4e00-\u9fff]{1,2}?"
_NAME = re.compile(rf"(?P<said>{_SAID})(?:(?:{_DOUBLE}){_GIVEN}|[{_FAMILY}]{_GIVEN}){_GOES_ON}")


def hide_names(text: str) -> str:
    """The text with 〔姓名〕 in place of each name that is said to be one."""
    return _NAME.sub(lambda found: f"{found['said']}〔姓名〕", text)
