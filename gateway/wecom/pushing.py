"""The WeCom application as a channel of the delivery."""

from gateway.wechat.pushing import PushingChannel


class WecomChannel(PushingChannel):
    """The application's side: numbers instead of links to tap, pushes that may be repeated and are not counted."""

    repeatable, counted, taps = True, False, False
