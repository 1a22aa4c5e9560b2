"""What happens to a question on its way to us: homophones, traditional characters, lost punctuation, fillers, letters.

Each variant keeps the meaning and the label. Everything is drawn with a seed, so two systems see the same sentences.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import lru_cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

Variant = Callable[[str, random.Random], str]
_COMMON = (
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好"
    "看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什"
    "两次使身者被高已亲其进此话常与活正感见明问力理尔点文几定本公特做外孩相西果走将月十实向声车全信重三机工物气每并别真打太新比才便"
    "夫再书部水像眼等体却加电主界门利海受听表德少克代员许先口由死安写性马光白或住难望教命花结乐色更拉东神记处让母父应直字场平报友"
    "关放至张认接告入笑内英军候民岁往何度山觉路带万男边风解叫任金快原吃妈变通师立象数四失满战远格士音轻目条呢病始达深完今提求清王"
    "化空业思切怎非找片罗钱语元喜曾离飞科言干流欢约各即指合反题必该论交终林请医晚制球决传画保读运及则房早院量苦火布品近坐产答星精"
    "视五连司巴奇管类未朋且婚台夜青北队久乎越观落尽形影红爸百令周吧识步希亚术留市半热送兴造谈容极随演收首根讲整式取照办强石古华"
    "费社补宝缴户断续险算档销窗证咨询"
)
_PLACES = "。，、；：？！,.;:?!“”\"'（）()…~～ "
_FILLERS = ("嗯，", "那个啥，", "就是说，", "哎，", "请问一下，", "麻烦问下，", "怎么说呢，")
_STORIES = (
    "您好，我们一家四口都在外面打工，平时工作很忙，家里的事情都是老人在操心，最近听邻居说了一些情况心里没有底，特地来问一下。",
    "尊敬的领导，我是本地的一名普通居民，前几天去窗口排了一上午的队，轮到我的时候工作人员说系统正在维护，让我过几天再去。",
    "我和爱人结婚五年了，好不容易有了孩子，双方老人身体都不太好，所以什么事都想早点弄清楚，免得到时候手忙脚乱。",
    "事情是这样的，我之前一直在省外上班，今年才回到老家，很多手续不熟悉，问了好几个部门都说不清，只好在网上留言。",
)
_ENDINGS = ("盼复，谢谢。", "恳请答复，非常感谢！", "麻烦尽快告诉我，辛苦了。", "期待您的回复。")


@lru_cache(maxsize=1)
def _alike() -> dict[str, list[str]]:
    by_sound: dict[str, list[str]] = {}
    for character in dict.fromkeys(_COMMON):
        by_sound.setdefault(_sound(character), []).append(character)
    return by_sound


@lru_cache(maxsize=4096)
def _sound(character: str) -> str:
    return lazy_pinyin(character, style=Style.NORMAL)[0]


def homophones(text: str, chance: random.Random) -> str:
    """One or two characters replaced by others of the same sound, as voice input does."""
    letters = list(text)
    able = [i for i, c in enumerate(letters) if "\u4e00" <= c <= "\u9fff" and set(_alike().get(_sound(c), ())) - {c}]
    for place in chance.sample(able, min(len(able), 1 if len(text) < 12 else 2)):
        letters[place] = chance.choice([c for c in _alike()[_sound(letters[place])] if c != letters[place]])
    return "".join(letters)


def traditional(text: str, chance: random.Random) -> str:
    return _converter().convert(text)


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("s2t")


def unpunctuated(text: str, chance: random.Random) -> str:
    return re.sub(f"[{re.escape(_PLACES)}]", "", text) or text


def filled(text: str, chance: random.Random) -> str:
    return chance.choice(_FILLERS) + text


def letter(text: str, chance: random.Random) -> str:
    """The question inside a story of somebody's life, with a polite end."""
    return f"{chance.choice(_STORIES)}{text.rstrip('。.')}？{chance.choice(_ENDINGS)}".replace("？？", "？")


VARIANTS: dict[str, Variant] = {
    "as written": lambda text, chance: text, "homophones": homophones, "traditional": traditional,
    "no punctuation": unpunctuated, "fillers": filled, "letters": letter,
}  # fmt: skip
