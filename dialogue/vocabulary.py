"""The closed vocabulary of a reading: labels, roles, polarities, owners.

What each label means stands in labels.yml beside this file, what the rest means in docs/annotation.md. Importable on
Python 3.10, with the standard library alone.
"""

import re
from pathlib import Path

DATE_ROLES = (
    "birth",
    "due",
    "paid",
    "deducted",
    "registered",
    "changed",
    "visit",
    "discharge",
    "hukou",
    "asked",
    "other",
)
PLACE_ROLES = ("insured", "household", "school", "visited", "account", "former", "recognised", "elsewhere")
YEAR_ROLES = ("paid_years", "enrolled_years", "lapse_years", "zero_claim_years", "claimed_years", "used_bonus_years",
              "asked_year", "other_year")  # fmt: skip
PEOPLE_ROLES = ("payer", "proxy", "about", "stranger")
WORD_ROLES = ("stage", "category", "change", "permit")
ROLES = (*DATE_ROLES, *PLACE_ROLES, *YEAR_ROLES, *PEOPLE_ROLES, *WORD_ROLES, "age", "pregnant")
POLARITIES = ("asserted", "neg", "ask", "plan", "supp")
WORKS_THERE = re.compile(
    "[^，,。；;！!？?]{0,6}(?:干活|打工|上班|工作|做工|做事|务工|开店|做生意|跑车|当保姆|租房|厂子|厂里|工地)"
)
"""Behind a place: somebody works there, and need not be insured there."""
KIN_THERE = re.compile(
    "(?:那边|那头|老家)?的?(?:他|她|伊|我|俺|孩子|娃)?(?:阿爷|爷爷|阿?奶奶|外公|外婆|阿公|阿婆|姥姥|姥爷|公公|婆婆|亲戚|舅舅|姑姑|叔叔|伯伯|大伯|姨)(?!家|[^，。；,;]{0,2}[带养看照])"
)
"""Behind a place: relatives are there, “启东他爷爷也交了一份”; not “南通外婆家”, nor who looks after the child."""
OWNERS = ("大的", "小的", "老二", "老三", "他人", "家长")

_LABELS = Path(__file__).with_name("labels.yml").read_text("utf-8")


def _named(group: str) -> tuple[str, ...]:
    """The labels of one group of labels.yml, as far as its form goes: no YAML reader is needed for names."""
    found = re.search(rf"^{group}:\n((?:  .*\n)+)", _LABELS, re.M)
    return tuple(re.findall(r"^  (\w+):$", found[1], re.M)) if found else ()


QUESTIONS = _named("questions")
SERVICES = _named("services")
ACTS = _named("acts")
ON_AN_ANSWER = ("next_step",)
"""Acts that mean nothing where nothing was answered."""
LABELS = (*QUESTIONS, *SERVICES, *ACTS)
COURTESIES = ("thank", "apologise", "insult", "greet", "chitchat", "goodbye")
"""Labels that say nothing of what is asked when another stands beside them."""
