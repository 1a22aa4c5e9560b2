"""Load test through the gateway: parents who each hold a conversation, and what a turn costs them.

make load USERS=4 SECONDS=30
"""

import argparse
import platform
import statistics
import sys
import tempfile
import threading
import time
import uuid
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import psutil

from deploy.stack import Ports, Stack

STORY = (
    "你好", "我在江苏", "宝宝没上户口能办医保吗", "有等待期吗", "7月10号生的", "8月1号交的",
    "从哪天开始能报销", "用我医保卡里的钱给孩子交行不行", "那威海呢", "黑龙江呢",
    "什么时候交、最晚哪天", "依据是哪份文件", "今天天气怎么样",
    "大病保险封顶线是多少", "断保有什么影响", "谢谢",
    "崽崽的户口还卡在派出所，医保先上得了不", "娃儿9月3号落地的，昨天才缴，前头住院的钱报不报得到",
    "缴完当天就能刷不", "我妈的退休卡能不能给孙女扣这个钱", "手机上缴费那一步老是转圈圈",
    "俺在苏州打工，闺女在老家念小学，医保到底搁哪儿交", "老师催着填参保表，我家娃已经在村里交过了",
    "大概几块钱一年啊现在", "娃的医报卡刷不了咋整", "公积金能提出来给娃看病不", "行吧先这样",
    "您好，孩子爸爸在工地上，我一个人带两个娃，大的上二年级，小的才四个月，社区通知说今年缴费要截止了，我想问小的没赶上的话，"
    "过完年还能不能再补",
)  # fmt: skip
"""Plain questions, and then as people write: these go the long way through the reading (bot.nlu.intents)."""

UNLIMITED = {"RATE_PER_ADDRESS": "off", "RATE_PER_CONVERSATION": "off"}
"""All of the load comes from one address, faster than any parent types."""


def parent(address: str, until: float, times: list[float], failures: list[str]) -> None:
    """One parent after the other until time is up."""
    with httpx.Client(base_url=address, timeout=15) as client:
        while time.monotonic() < until:
            conversation = uuid.uuid4().hex
            for text in STORY:
                if time.monotonic() >= until:
                    return
                body = {"conversation": conversation, "message_id": uuid.uuid4().hex, "text": text}
                begun = time.perf_counter()
                answer = client.post("/api/chat", json=body)
                times.append(time.perf_counter() - begun)
                if answer.status_code != 200:
                    failures.append(f"{answer.status_code} {answer.text[:80]}")


def memory(stack: Stack) -> dict[str, float]:
    """Resident megabytes of each part with its children."""
    found = {}
    for name, part in stack.parts.items():
        if part.process is not None:
            whole = psutil.Process(part.process.pid)
            found[name] = sum(p.memory_info().rss for p in [whole, *whole.children(recursive=True)]) / 1e6
    found["launcher"] = psutil.Process().memory_info().rss / 1e6
    return found


def percentile(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.load")
    parser.add_argument("--users", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=30)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tongbao-load-") as folder:
        stack = Stack(folder=Path(folder), ports=Ports.free(), extra=UNLIMITED, say=lambda line: None)
        stack.start()
        try:
            ready = stack.wait_ready()
            warm: list[float] = []
            parent(stack.address, time.monotonic() + 3, warm, [])
            times: list[float] = []
            failures: list[str] = []
            until = time.monotonic() + args.seconds
            users = [
                threading.Thread(target=parent, args=(stack.address, until, times, failures)) for _ in range(args.users)
            ]
            for user in users:
                user.start()
            for user in users:
                user.join()
            used = memory(stack)
        finally:
            stack.stop()
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    print(f"{today}  {platform.machine()}  {psutil.cpu_count()} cores  Python {platform.python_version()}")
    print(f"ready after start              {ready:8.1f} s")
    print(f"users {args.users}, turns {len(times)}, failures {len(failures)}")
    print(f"turns per second               {len(times) / args.seconds:8.1f}")
    print(f"p50 / p95 / p99                {statistics.median(times) * 1000:6.0f} / {percentile(times, 0.95):.0f} / "
          f"{percentile(times, 0.99):.0f} ms")  # fmt: skip
    for name, megabytes in used.items():
        print(f"  {name:14s} {megabytes:8.0f} MB")
    print(f"all processes                  {sum(used.values()):8.0f} MB")
    for failure in failures[:3]:
        print(f"failure: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
