"""Ages and pregnancies that only sound like today's, who speaks, and schools that no child of the family attends."""

from __future__ import annotations

import re

from bot.nlu.barred_roles.engine import RoleRule
from bot.nlu.role_names import NONE

_SO_MANY_DAYS = re.compile("(?:出生|生下来)?[0-9零〇一二两三四五六七八九十百]{1,4}天了?")
_SO_OLD_TODAY = frozenset({"age", "birth"})
_NOTHING = frozenset({NONE})

A_LIMIT = (
    RoleRule(
        "“娃拉肚子五天了”: for so many days something has gone on, and nobody is so old",
        bars=_SO_OLD_TODAY,
        before=re.compile(
            "(?:拉肚子|拉稀|腹泻|发烧|高烧|低烧|烧|咳嗽?|吐|生病|病|住院|住|哭|闹|便秘|疼|痛|黄疸|过敏|没拉|没吃|断奶|出院|打针|吃药|流鼻涕)"
            "(?:了|着|都|已经|有|快|第|整整){0,2}$"
        ),
        itself=_SO_MANY_DAYS,
    ),
    RoleRule(
        "“元旦后两三天呢”: so many days later, more or less, and no age",
        bars=_SO_OLD_TODAY,
        itself=re.compile("(?:一两|两三|三四|三五|四五|五六|六七|七八|八九)天"),
        after=re.compile("(?![大了前出])"),
    ),
    RoleRule(
        "“90天过了还没交”: a limit; nobody says that the child is so old today",
        bars=_SO_OLD_TODAY,
        itself=_SO_MANY_DAYS,
        after=re.compile("(?:已经?|都|早)?过了|(?:以|之)后|的话"),
    ),
    RoleRule(
        "“满180天了呢”: so is what is asked about",
        bars=_SO_OLD_TODAY,
        itself=_SO_MANY_DAYS,
        before=re.compile("(?:满|超|超过|过了?)$"),
        after=re.compile("呢|怎么|咋"),
    ),
)
"""Of days counted from a birth, found as an age or as a day."""
OF_AGES = (
    *A_LIMIT,
    RoleRule(
        "“满百天再弄也不迟”: something is put off until then, and the child is not that old",
        bars=frozenset({"age"}),
        before=re.compile("(?:等到?|到|过了?)?(?:他|她|娃|孩子|宝宝)?满?$"),
        after=re.compile(
            "(?:了)?(?:再(?!次)|[以之]?后再|[以之]?前|也不迟|也来得及|来不来得及|还?来得及|赶得上|赶不赶得上)"
        ),
    ),
)
OF_PREGNANCIES = (
    RoleRule(
        "“怀孕35周早产的”, “怀孕28周以后就可以登记”: of a child that is born, or of a rule",
        bars=frozenset({"pregnant"}),
        after=re.compile(
            "(?:[加+零]?[0-9一二三四五六]?天?)?(?:算|就|是|时|的时候)?(?:个)?(?:早产|生[的了]|剖|出来|破水)"
            "|(?:以后|以上|之后|后|起)(?:就)?(?:可以|才|能)(?:先|去)?(?:登|参|办|报)"
        ),
    ),
)
OF_STAGES = (
    RoleRule(
        "“我教三年级”, “楼下是个幼儿园”: a school somebody teaches at or lives beside is no child's",
        only=_NOTHING,
        before=re.compile("(?:教|(?:楼下|对面|隔壁|旁边)(?:就)?(?:是|有)(?:个|所)?)了?$"),
    ),
    RoleRule(
        "“幼儿园老师说…”, “初中毕业就…”: nor is one that is named for somebody else, or is long over",
        only=_NOTHING,
        after=re.compile("(?:的|当)?(?:老师|教师|校长|班主任|门口|对面|旁边|那会儿?|那时候?)|毕业(?:就|后就|了就)"),
    ),
)
OF_PEOPLE = (
    RoleRule(
        "“我自己家的9月5号生”: who speaks is nobody else",
        bars=frozenset({"stranger"}),
        itself=re.compile("[我俺咱]们?(?:自己)?家?|本人"),
    ),
)
"""In each of these the first counts."""
