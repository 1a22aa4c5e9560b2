"""Places a person names, with a filter against names that are also words (平安, 和平) or parts of a person's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from policies import places

_WORDS = frozenset(
    [
        "和平",
        "平安",
        "东方",
        "新华",
        "解放",
        "城关",
        "长安",
        "大安",
        "光明",
        "向阳",
        "建设",
        "红旗",
        "胜利",
        "文明",
        "新兴",
        "开发",
        "同心",
        "兴国",
        "永安",
        "安宁",
        "建华",
        "前进",
        "友好",
        "东风",
        "白云",
        "海珠",
        "宝山",
        "金山",
        "青山",
        "南山",
        "中山",
        "石门",
        "城区",
        "郊区",
        "矿区",
        "市中",
        "大同",
        "吉安",
        "保安",
        "太平",
        "长乐",
        "安康",
        "泰安",
        "大方",
        "大城",
        "新建",
        "新城",
        "河东",
        "河西",
        "江南",
        "江北",
        "城中",
        "城东",
        "城西",
        "城北",
        "南岸",
        "中原",
        "二七",
        "高明",
        "凤凰",
        "金湖",
        "望城",
        "新会",
        "兴隆",
        "集美",
        "大新",
        "灵通",
        "安居",
        "海安",
        "通海",
        "永和",
        "天全",
        "平定",
        "万安",
        "崇信",
        "武功",
        "合作",
        "龙井",
        "大化",
        "金安",
        "民和",
        "安定",
        "互助",
        "共和",
        "南部",
        "北关",
        "双清",
        "定安",
        "安平",
        "博爱",
        "万全",
        "高安",
        "都安",
        "新安",
        "民权",
        "新民",
        "平原",
        "文安",
        "安全",
        "万年",
        "三江",
        "大通",
        "孝感",
        "资源",
        "天水",
        "天门",
        "百色",
        "东山",
        "西湖",
    ]
)
_BEFORE = re.compile(
    "(在|是|到|去|换成?|换|改成?|来|回|老家|户口|户籍|籍贯|住|家|我们|咱|咱们|人在|从|问问?|看看?|选|那|省|市|区|州|：|:)$"
)
_AFTER = re.compile("^(市|区|县|省|这边|这里|那边|本地|人|的|呢|户口|户籍|医保|参保|上学|工作|打工|住|怎么|能|有|可以)")
_SURNAMES = (
    "张王李刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范姚"
    "谭廖邹熊陆郝孔崔邱秦史顾侯邵孟段雷钱汤尹黎武乔贺赖龚"
)
_PERSON = re.compile(f"((叫|姓|名字?是?)[\u4e00-\u9fff]?|(^|[，,。 是我])[{_SURNAMES}])$")


@dataclass(frozen=True)
class NamedPlace:
    """A place in a text. `adcodes` has more than one entry when the name alone does not tell which."""

    start: int
    end: int
    text: str
    adcodes: tuple[str, ...]


@lru_cache(maxsize=1)
def _matcher() -> re.Pattern[str]:
    longest_first = sorted((n for n in places.names() if len(n) >= 2), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def find_places(text: str) -> list[NamedPlace]:
    """Places, left to right; 江苏昆山 is one place (the narrower), joined names narrow an ambiguous one."""
    found: list[NamedPlace] = []
    province: str | None = None
    for match in _matcher().finditer(text):
        name = match.group()
        meanings = places.meanings(name, within=province)
        if not meanings or not _is_place(name, text, match.start(), match.end(), bool(found)):
            continue
        previous = found[-1] if found else None
        joins = previous is not None and re.fullmatch(r"(省|市|区|县|的|，|,|\s)*", text[previous.end : match.start()])
        if joins and previous is not None:
            narrower = [
                p for p in places.meanings(name, within=previous.adcodes[0])
                if any(up.adcode in previous.adcodes for up in places.chain(p.adcode))
            ]  # fmt: skip
            if narrower:
                found[-1] = NamedPlace(previous.start, match.end(), text[previous.start : match.end()],
                                       tuple(p.adcode for p in narrower))  # fmt: skip
                continue
        if meanings[0].level == "province":
            province = meanings[0].adcode
        found.append(NamedPlace(match.start(), match.end(), name, tuple(p.adcode for p in meanings)))
    return found


def _is_place(name: str, text: str, start: int, end: int, after_place: bool) -> bool:
    before, after = text[:start], text[end:]
    if _PERSON.search(before):
        return False
    meanings = places.meanings(name)
    formal = any(name == place.name for place in meanings) and len(name) > 2
    if formal:
        return True
    rest = len(re.sub(r"[，。！？,.!?~\s呢吧啊的]", "", text)) - len(name)
    alone = rest <= (0 if name in _WORDS else 2)
    cued = bool(_BEFORE.search(before)) or bool(_AFTER.search(after)) or alone or after_place
    if name in _WORDS:
        return (bool(_BEFORE.search(before)) and bool(re.match("市|区|县|省|这边|那边|$", after))) or alone
    return cued or all(place.level in ("province", "city", "nation") for place in meanings)
