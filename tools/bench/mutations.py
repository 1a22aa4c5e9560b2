"""Thousands of mutated messages on days from 2020 to 2097: nothing may fail, no conversation may stay broken.

    python -m tools.bench.mutations [--messages 7000] [--seed 1] [--url http://127.0.0.1:8080]

Sentences of data/nlu are cut, doubled, mixed, respelled and filled with odd days, numbers and characters, or a few of
their characters are repeated until a message is full. They are said one after the other in conversations of twenty,
each on its own day (demo clock). A good question is asked after every twentieth.
Exit 1 when a reply is a 5xx, a good question is not answered, or a message takes over a second two times over: the
first time may be the machine's.
"""

import argparse
import json
import random
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from deploy.stack import ROOT, Ports, Stack

ODD = ("31号", "2月30日", "9999-12-31", "农历闰十三月三十", "后年中秋", "去年腊月三十", "0天", "99999999999元", "九月",
"13月1号",
       "2025-02-29", "大大大大前天", "第九十一天", "25、26、27", "1e999", "出生-5天", "100岁", "怀孕99周", "㊗️",
       "\u200b", "١٢٣", "𝟚𝟘𝟚𝟝",
       "/restart", "{{7*7}}", "'; drop table", "‮反过来", "是是是是是是", "？？？？？？", "[南京](insured)")  # fmt: skip
BROKEN = "我这边没处理好"
"""What is said when a message could not be answered at all (dialogue/words/talk.yml, broken)."""
LONGEST = 2000
"""Characters a message may have."""
HELD = 1.0
"""Seconds after which a message has held whoever answers it."""
GOOD = "我在南京，新生儿参保有等待期吗"


def sentences() -> list[str]:
    """Every plain sentence of data/nlu."""
    found = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        found += [line[6:].strip() for line in path.read_text("utf-8").splitlines() if line.startswith("    - ")]
    return found


def mutated(chance: random.Random, known: list[str]) -> str:
    """A sentence changed in one to three ways; never empty, never over 480 characters."""
    text = chance.choice(known)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text) + 1)
        kind = chance.randrange(7)
        if kind == 0:
            text = text[:place] + chance.choice(ODD) + text[place:]
        elif kind == 1:
            text = text[:place]
        elif kind == 2:
            text = text[place:] + text[:place]
        elif kind == 3:
            text = text + "，" + chance.choice(known)
        elif kind == 4:
            text = "".join(c * chance.choice((1, 1, 1, 2, 3)) for c in text)
        elif kind == 5:
            text = " ".join(text)
        else:
            text = "".join(chance.sample(text, len(text)))
    return text.strip()[:480] or chance.choice(ODD)


def endless(chance: random.Random, known: list[str]) -> str:
    """A few characters of a sentence, again and again, as long as a message may be."""
    text = chance.choice(known)
    place = chance.randrange(len(text))
    return (text[place : place + chance.randint(1, 4)] * LONGEST)[:LONGEST]


def say(address: str, conversation: str, number: int, text: str, day: date) -> tuple[int, str, float]:
    """Status, text of the replies, and the seconds until they were there."""
    body = {
        "conversation": conversation,
        "message_id": f"{conversation}-{number}",
        "text": text,
        "as_of": day.isoformat(),
    }
    request = urllib.request.Request(
        f"{address}/api/chat", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    began = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            status, told = answer.status, "\n".join(reply["text"] for reply in json.load(answer)["replies"])
    except urllib.error.HTTPError as error:
        status, told = error.code, error.read().decode("utf-8", "replace")
    return status, told, time.monotonic() - began


def attack(address: str, messages: int, seed: int) -> list[str]:
    """Every failure in words."""
    chance, known, wrong, seen = random.Random(seed), sentences(), list[str](), Counter[int]()
    took: list[float] = []
    for number in range(messages):
        talk = number // 20
        day = _day(seed, talk)
        text = endless(chance, known) if number % 10 == 4 else mutated(chance, known)
        status, told, seconds = say(address, f"mutated-{seed}-{talk}", number, text, day)
        seen[status] += 1
        took.append(seconds)
        if seconds > HELD and say(address, f"again-{seed}-{number}", number, text, day)[2] > HELD:
            wrong.append(f"{day} {seconds:.1f} s: {text[:40]!r}…")
        if status >= 500 or not told or BROKEN in told:
            wrong.append(f"{day} {status}: {text!r}")
        if number % 20 == 19:
            status, told, _ = say(address, f"mutated-{seed}-{talk}", number + 1_000_000, GOOD, day)
            if status != 200 or BROKEN in told or not any(word in told for word in ("等待期", "文件", "参保")):
                wrong.append(f"{day} {status}: the question after them was not answered: {told[:80]!r}")
    print(
        f"{messages} messages, by status {dict(seen)}, {len(wrong)} failures; "
        f"half within {median(took):.2f} s, the slowest {max(took):.2f} s"
    )
    return wrong


def _day(seed: int, talk: int) -> date:
    """A day of its own for every talk; half of them between 2020 and 2035."""
    chance = random.Random(f"{seed}-{talk}")
    return date(2020, 1, 1) + timedelta(days=chance.randrange(5_800 if talk % 2 else 28_400))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.mutations")
    parser.add_argument("--messages", type=int, default=7000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url", default="")
    args = parser.parse_args()
    if args.url:
        wrong = attack(args.url, args.messages, args.seed)
    else:
        clock = {"TONGBAO_DEMO_CLOCK": "1", "RATE_PER_ADDRESS": "off", "RATE_PER_CONVERSATION": "off"}
        with tempfile.TemporaryDirectory(prefix="tongbao-mutations-") as folder:
            stack = Stack(folder=Path(folder), ports=Ports.free(), extra=clock, say=lambda line: None)
            stack.start()
            try:
                stack.wait_ready(180)
                wrong = attack(stack.address, args.messages, args.seed)
            finally:
                stack.stop()
    print("\n".join(wrong[:40]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
