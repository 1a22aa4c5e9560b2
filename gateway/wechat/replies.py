"""Passive replies as XML: safe in CDATA whatever the text holds. Source: the page "被动回复用户消息"."""

import time

SUCCESS = "success"
"""Says that nothing is to be said; never an empty Content, which the user reads as a fault."""


def text_reply(to: str, sender: str, content: str, now: int | None = None) -> str:
    """One text message as the answer to a callback; `content` must not be empty."""
    assert content, "an empty Content is shown to the user as a fault"
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName><FromUserName>{_cdata(sender)}</FromUserName>"
        f"<CreateTime>{int(time.time()) if now is None else now}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content>{_cdata(content)}</Content></xml>"
    )


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
