"""Words of danger to life and limb: violence in the family, a deed against oneself, somebody who may die now.

Heard whatever the models think: who writes so is told the emergency numbers before anything else. A word too many costs
a line in front of an answer; one too few may cost more.
"""

from __future__ import annotations

import re

_OURS = "(?:我|咱|孩子|小孩|宝宝|宝贝|娃|崽|儿子|女儿|闺女|丫头|囡|妈|老婆|媳妇|她|他)"
_WHO = "(?:爸|妈|爹|老公|丈夫|男人|男朋友|前夫|继父|婆婆|公公|保姆|老师|他|她|谁)"
_NO_CALL = "(?!.{0,4}(?:电话|手机|座机|微信|针|疫苗|卡|钱|款|名|号|证|单))"
"""打 is also to call, to give an injection, to transfer and to print."""
_VIOLENCE = re.compile(
    "家暴|虐待|性侵|性骚扰|猥亵|强奸|动手动脚|拐走|拐跑|拐卖|绑架|打死|掐死|捅死|砍死|弄死|砍人|捅人"
    "|杀了?(?:我|他|她|你|全家|人)|(?:掐|勒).{0,6}脖子|(?:砸|踹|踢)我?家?门|救救[我孩她他]|救命[啊呀]|不让我出门"
    f"|被[锁关]在.{{0,4}}[屋家房]|[带拿提]着?刀|(?:皮带|棍子|烟头|衣架|刀).{{0,2}}[抽打烫砍捅划]|{_OURS}.{{0,4}}被.{{0,4}}打(?:了|伤|骨折|得)"
    f"|(?<!消息)(?<!有事)(?<!直接)(?:又|要|天天|总是|经常|动手)打{_OURS}{_NO_CALL}|{_WHO}.{{0,3}}[打揍掐踢]{_OURS}{_NO_CALL}"
    f"|打骂?{_OURS}(?:了|耳光)|打孩子(?!.{{0,4}}(?:针|疫苗))|把{_OURS}{_NO_CALL}.{{0,8}}(?:打|揍|踢|推下|扔下)"
    "|(?i:hitting (?:me|us|my)|beats? (?:me|us|my)|kill (?:me|us|my))"
)
_DEED = re.compile(
    "割腕|[割划]了?.{0,3}手腕|遗书|安眠药|服毒|喝农药|上吊|烧炭自|天台边|站在?.{0,3}(?:天台|楼顶|桥上)|跳[楼河江海井桥](?![价机])"
    "|煤气.{0,3}打开|打开.{0,3}煤气|最后一条消息|最后几句话"
)
_MINUTES = re.compile("误[吞食服]|抽搐|惊厥|没(?:有)?呼吸|喘不上气|昏迷|不省人事|噎住|呛住|窒息|血止不住|流血|大出血")


def in_danger(text: str) -> bool:
    """Does the text speak of violence or of a deed against oneself?"""
    return _VIOLENCE.search(text) is not None or _DEED.search(text) is not None


def in_need_of_an_ambulance(text: str) -> bool:
    """Does it speak of what may kill in minutes? So do bills of last month: only where no rule is asked about."""
    return _MINUTES.search(text) is not None
