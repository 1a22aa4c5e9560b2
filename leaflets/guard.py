"""The content guard: what a school writes itself brings no policy of its own, no insurer, no number, no other place.

The rule behind the first: 苏医保发〔2025〕26号 四／11, cited with every refusal.
"""

import re
from functools import cache

from leaflets.plan import SchoolWords
from policies import places
from policies.library import Library

LONGEST = {"greeting": 160, "signature": 60, "contact": 40}
"""Characters each field may have, so that a leaflet keeps its form."""
NAMES = {"greeting": "称呼和开头", "signature": "落款", "contact": "联系人"}
_INSURERS = re.compile(
    "商业(健康|医疗|补充|意外)?(保险|险)|商保|学平险|学生(平安|意外)|平安险|意外(伤害)?(险|保险)|惠民保|医惠保|补充医疗险|"
    "百万医疗|重疾险|寿险|投保|保单|理赔员|保险(公司|产品|经纪|代理|业务员)|(中国|新华|泰康|太平洋|太平|阳光|平安|大地)(人寿|财险|养老|保险)"
)
_UNITS = "元|块钱|块|万|千元|百元|％|%|折|成|倍|天|日|号|个月|月|周岁|岁|年度|小时|分钟"
# Every repetition has an end, so that no text costs more than its length (tests/test_patterns.py).
_NUMBER = re.compile(
    rf"(?:[0-9０-９][0-9０-９,，.]{{0,20}}+|[一二三四五六七八九十百千两零〇半]{{1,20}}+)\s{{0,9}}+(?:{_UNITS})"
)
_SHARE = re.compile("百分之|％|%|¥|￥|[0-9０-９]{1,9}[.:：][0-9０-９]{1,9}")
_DIGITS = re.compile("[0-9０-９]{1,20}")
_CLASS = re.compile(
    r"[0-9０-９一二三四五六七八九十]{1,4}\s{0,2}"
    r"(?:年级|[(（]?[0-9一二三四五六七八九十]{0,3}[)）]?班|届|楼|室|栋|幢|路|弄)"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_ADDRESS = re.compile(r"https?:|www\.|[a-z0-9-]\.(?:com|cn|net|org|top|vip)\b", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?:0\d{2,3}[- ]?)?\d{7,8}(?:-\d{1,6})?|1[3-9]\d{9}|12393|12345")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")
_PROMISE = re.compile("保证|一定能|必须参保|必须交|强制|不交就|全部报销|免费医疗|先到先得|最后机会")
CLAUSE = "JS25-4.11.1"


def commercial(text: str) -> str | None:
    """Why a text may not stand in a school's leaflet, if it speaks of commercial insurance."""
    found = _INSURERS.search(text)
    return f"提到了商业保险（“{found[0]}”）" if found else None


def refusals(words: SchoolWords, region: str, year: int, library: Library) -> tuple[str, ...]:
    """Every reason why the school's own words cannot be printed; none means that they can."""
    found = []
    for name, label in NAMES.items():
        text = getattr(words, name).strip()
        if text:
            found += [f"{label}：{reason}" for reason in _reasons(name, text, region, year, library)]
    return tuple(found)


def _reasons(name: str, text: str, region: str, year: int, library: Library) -> list[str]:
    if len(text) > LONGEST[name]:
        return [f"最多 {LONGEST[name]} 个字，现在 {len(text)} 个"]  # nothing reads a text of any length
    found = []
    if any(ord(c) < 32 and c != "\n" for c in text):
        found.append("有看不见的控制字符")
    insurer = commercial(text)
    if insurer:
        found.append(f"{insurer}。{_ruled(library)}")
    if _ADDRESS.search(text):
        found.append("不能放网址，二维码已经带了")
    if name != "contact" and _IDENTITY.search(text):
        found.append("像证件号或手机号，请删掉")
    if name == "contact":
        rest = _TELEPHONE.sub("", text)
        if _DIGITS.search(rest):
            found.append("这里的数字只能是电话号码")
    else:
        found += _numbers(text, year)
    if _PROMISE.search(text):
        found.append(f"“{_PROMISE.findall(text)[0]}”是政策的话，文件没有这样写就不能印")
    found += [
        f"提到了别的地方（{place}），这张单子只管{places.full_name(region)}" for place in _elsewhere(text, region)
    ]
    return found


def _ruled(library: Library) -> str:
    """The sentence that forbids it, as the documents have it."""
    sentence = library.sentences.get(CLAUSE)
    if sentence is None:
        return "学校的宣传单不得推销商业保险"
    source = library.sources[sentence.doc]
    return f"{source.number}（{sentence.at}）：“{sentence.quote}”"


def _numbers(text: str, year: int) -> list[str]:
    """A number of the school's own has no source: amounts, shares, days, years. Classes and houses may be numbered."""
    found = []
    years = {int(one) for one in _YEAR.findall(text)} - {year}
    if years:
        found.append(f"写了 {'、'.join(map(str, sorted(years)))} 年，这张单子只管 {year} 年度")
    rest = _CLASS.sub("", _YEAR.sub("", text).replace(f"{year}年度", ""))
    number = _NUMBER.search(rest) or _SHARE.search(rest) or _DIGITS.search(rest)
    if number:
        found.append(f"数字“{number[0]}”没有出处；金额、日期、比例只由文件里的答案来写")
    return found


@cache
def _large_places() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names of provinces and cities, short and full, with their codes."""
    kept = []
    for name, codes in places.names().items():
        large = [code for code in codes if (place := places.get(code)) and place.level in ("province", "city")]
        if large and len(name) >= 2 and len(large) == len(codes):
            kept.append((name, tuple(large)))
    return tuple(sorted(kept, key=lambda pair: -len(pair[0])))


def _elsewhere(text: str, region: str) -> list[str]:
    """Provinces and cities named that are neither above nor inside the leaflet's region."""
    chain = {place.adcode for place in places.chain(region)}
    found: list[str] = []
    for name, codes in _large_places():
        if name not in text:
            continue
        inside = any(code in chain or (code.rstrip("0") and region.startswith(code.rstrip("0")))
                     or any(up.adcode == region for up in places.chain(code)) for code in codes)  # fmt: skip
        text = text.replace(name, "　")
        if not inside:
            found.append(name)
    return found
