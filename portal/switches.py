"""Everything the supervisor can switch off, as staff read it."""

from common.casebook.board import ENROLLMENT, HANDOVER, REMINDING, SCHOOL_SENDING
from common.web.channels import CHANNELS

SWITCHES = {
    **{channel.name: f"{channel.label}问答" for channel in CHANNELS},
    ENROLLMENT: "起参保申请", HANDOVER: "转人工", SCHOOL_SENDING: "发到班级群",
    REMINDING: "到时提醒",
}  # fmt: skip
