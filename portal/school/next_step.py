"""The one thing a school does next, as its start page says it first."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.school.campaigns import Campaign
from portal.school.groups import ClassGroup
from portal.school.papers import StoredLeaflet


@dataclass(frozen=True)
class NextStep:
    """What to do, why, and where."""

    title: str
    why: str
    path: str


def next_step(groups: Sequence[ClassGroup], papers: Sequence[StoredLeaflet], campaigns: Sequence[Campaign]) -> NextStep:
    """From the first class list to what parents did with the sheet; `campaigns` the newest first."""
    begun = next((one for one in campaigns if one.state in ("returned", "draft", "paused")), None)
    if begun is not None and begun.state == "returned":
        return NextStep(
            "改退回的发送", f"审核的人写的原因：{begun.reason or '没有写'}", f"/school/campaigns/{begun.id}/edit"
        )
    if begun is not None:
        title = {"draft": "把草稿测试、提交审核", "paused": "看看暂停的发送"}[begun.state]
        return NextStep(title, "已经建好，还没有发出去。", f"/school/campaigns/{begun.id}")
    waiting = next((one for one in campaigns if one.state == "submitted"), None)
    if waiting is not None:
        return NextStep("请另一个人审核", "提交的人不能批准；本校另一个账号或医保部门的人登录后能看到。",
                    f"/school/campaigns/{waiting.id}")  # fmt: skip
    if not papers:
        return NextStep("做一份宣传单", "选地区、学段和版式，答案已经写好，两分钟。", "/school/sheets/new")
    if not any(not one.for_tests for one in groups):
        return NextStep("导入班级群", "一个学期一次；不要学生和家长的名字。", "/school/groups")
    if not any(one.for_tests for one in groups):
        return NextStep("标一个只有老师的测试群", "没有审核过的只能发到那里看一眼。", "/school/groups")
    if not campaigns:
        return NextStep(
            "发到班级群", "选班级和时间，先测试，再请另一个人审核。", f"/school/campaigns/new?sheet={papers[0].id}"
        )
    return NextStep("看效果", "哪些班扫了码、问了什么。", "/school/results")
