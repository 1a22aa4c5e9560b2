"""The audit log: who saw or changed what, and what was refused. Subjects are names and numbers, never content."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.storage import Database
from portal.clock import Clock
from portal.tables import PortalAuditRow

WORDS = {
    "login": "登录", "login_failed": "登录失败", "logout": "退出", "refused": "越权被拒", "password": "改密码",
    "case_seen": "看了会话", "case_accepted": "接了会话", "case_replied": "回复会话", "case_released": "放回会话",
    "case_closed": "结束会话", "call_ended": "结束通话", "figures_seen": "看了统计", "exported": "导出表格",
    "draft": "建了草稿", "audit_seen": "看了日志", "reloaded": "重新载入政策", "account_disabled": "停用账号",
    "account_enabled": "启用账号", "application_seen": "查了申请状态", "login_freed": "解开登录",
    "account_added": "新建账号", "account_reset": "重设密码",
    "sheet_made": "做了宣传单", "groups_imported": "导入班级群", "group_paused": "停了班级群",
    "group_resumed": "恢复班级群", "group_marked": "改了测试群",
    "campaign_made": "建了发送", "campaign_changed": "改了发送",
    "campaign_tested": "测试发送", "campaign_submitted": "提交发送审核",
    "campaign_approved": "批准发送", "campaign_returned": "退回发送", "campaign_held": "暂停、继续或停止发送",
    "delivery_settled": "核对一条发送", "counts_saved": "上传参保人数",
    "announced": "发布公告", "announcement_withdrawn": "撤下公告", "switched_off": "停用", "switched_on": "恢复",
    "case_forwarded": "转给别的部门", "application_started": "代起参保申请",
    "review_seen": "看了复核", "turn_reviewed": "复核一句话", "reviews_exported": "导出复核",
    "sample_seen": "看了抽样", "turn_judged": "判了一条抽样",
    "sample_left": "让出一周的抽样",
    "intake_taken": "收了一份文件", "intake_submitted": "交人签文件", "intake_returned": "退回或收回文件",
    "intake_live": "签字，文件上线", "intake_signed": "签字，等工程师合进去", "intake_discarded": "不要一份文件",
    "intake_not_live": "签字中断，没有上线",
    "call_back_taken": "接了回电", "number_opened": "打开回电号码", "call_back_tried": "回电没打通",
    "call_back_reached": "回电打通", "call_back_done": "回电办完",
}  # fmt: skip


@dataclass(frozen=True)
class AuditEntry:
    """One line of the log."""

    at: datetime
    who: str
    role: str
    what: str
    subject: str


class Audit:
    """The log of one database; lines are only ever added."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(self, who: str, role: str, what: str, subject: str = "") -> None:
        """Add one line. `what` is a key of `WORDS`."""
        assert what in WORDS, what

        async def work(session: AsyncSession) -> None:
            session.add(PortalAuditRow(at=self._clock(), who=who[:40], role=role, what=what, subject=subject[:200]))

        await self._database.write(work)

    async def latest(self, limit: int = 200, who: str | None = None) -> list[AuditEntry]:
        """The newest lines first."""
        found = select(PortalAuditRow).order_by(PortalAuditRow.id.desc()).limit(limit)
        if who:
            found = found.where(PortalAuditRow.who == who)
        async with self._database.reading() as session:
            return [AuditEntry(r.at, r.who, r.role, r.what, r.subject) for r in await session.scalars(found)]
