"""What the delivery itself says, when there is no answer to bring."""

from policies.library import default


def busy_pushing() -> str:
    """The turn failed; the answer will be sent by itself."""
    return f"系统有点忙，您的问题已经收到，一恢复就把回答发给您，不用再发。着急请拨 {default().hotline}。"


def busy_passive() -> str:
    """The turn failed, and we can only speak when spoken to."""
    return f"系统有点忙，您的问题已经收到。请过一两分钟随便回一个字，我把回答发给您。着急请拨 {default().hotline}。"


def slow_passive() -> str:
    """The turn is slow, and we can only speak when spoken to."""
    return "还在查，请过几秒随便回一个字，我把回答发给您。"


def not_taken() -> str:
    """Nothing could be stored."""
    return f"抱歉，系统这会儿有点忙，刚才这句话没能收下。请过一分钟再发一次；着急请拨 {default().hotline}。"


def too_many() -> str:
    """Too many messages of one user are waiting."""
    return "您发得太快了，前面的还在一条一条回答。请等一会儿再发这一条。"


def given_up() -> str:
    """The turn failed for too long."""
    return f"抱歉，系统刚才一直没恢复，有一条问题没能回答您。请再发一次；着急请拨 {default().hotline}。"


def lost() -> str:
    """Nobody knows whether a text arrived that stands nowhere else."""
    return "刚才的回答要是没收到，请把问题再发一次。"


def pointer(link: str) -> str:
    """Nobody knows whether the answer arrived."""
    return f"刚才的回答要是没收到，请点这里看：{link}"
