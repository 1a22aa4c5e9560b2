"""What the channel says of itself, in Chinese; nothing here answers a policy question."""

from gateway.web_chat import STARTERS

OPTIONS: tuple[tuple[str, str], ...] = STARTERS
"""What the welcome offers to tap: the same starters as on the chat page."""
WELCOME = (
    "您好，我是儿童医保小助手，自动答复，不是真人。\n"
    "孩子怎么参保、什么时候交、交多少、断了怎么办，都可以直接打字问。说一声在哪个省市、孩子哪天出生，我按当地文件算到天。\n"
    "比如点下面的问题："
)
HELP = "可以直接打字问孩子医保的事，或者点下面的问题："
SCANNED = "您好，我是儿童医保小助手，自动答复，不是真人。您扫的宣传单上问的是这个："
VOICE = "这条语音我没听出内容。请打字告诉我您想问什么，几个字就行，比如“什么时候交”。"
PLACE_UNKNOWN = "位置收到了，但看不出是哪个省市。请打字告诉我，比如“我在南京”。"


def heard(words: str) -> str:
    """Before the answer to a voice message, so that a mishearing is seen at once."""
    return f"我听到的是：“{words}”"


def media(name: str) -> str:
    """The answer to what is no words."""
    return f"{name}我看不懂，也没有保存。请打字告诉我您想问孩子医保的什么事。"
