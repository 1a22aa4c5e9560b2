"""What a user did, as frozen values, from the checked fields of a callback."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.wechat.guard import LIST, BadEnvelope
from gateway.words import words

_LONGEST_ID = 128
_LATEST = 2**33
"""Seconds since 1970; a CreateTime beyond is no time."""
_MEDIA = frozenset({"image", "video", "shortvideo", "link", "miniprogrampage"})
"""Kinds of messages that are called by their name in the answer that they cannot be read."""
_OF_A_PRODUCT = ("scanbarcode|", "scanimage|")
"""Scenes of the shopping service “一物一码”; nothing of ours is meant."""
_STAND_IN = re.compile(r"[【\[]收到不支持的消息类型[^】\]]{0,40}[】\]]")
"""What a platform writes as a text in place of something it does not pass on, a shared video or a sticker."""


@dataclass(frozen=True)
class TextMessage:
    """Typed words, or a tap on a msgmenu link (`menu` is its id then)."""

    content: str = field(repr=False)
    menu: str = ""


@dataclass(frozen=True)
class VoiceMessage:
    """Spoken words; `heard` is empty since the platform retires recognition."""

    heard: str = field(repr=False)


@dataclass(frozen=True)
class Media:
    """Something that is no words; `name` is what it is called in an answer."""

    name: str


@dataclass(frozen=True)
class Location:
    """A place sent on purpose. The coordinates are not kept: nothing here uses them."""

    label: str = field(repr=False)


@dataclass(frozen=True)
class Subscribed:
    """Began to follow, perhaps by scanning a code with a `scene`."""

    scene: str = ""


@dataclass(frozen=True)
class Unsubscribed:
    """Stopped following; nothing may be sent any more."""


@dataclass(frozen=True)
class Clicked:
    """A tap on a menu button with a key."""

    key: str


@dataclass(frozen=True)
class Scanned:
    """A follower scanned a code with a scene."""

    scene: str


@dataclass(frozen=True)
class NoticesAnswered:
    """The user was asked whether notices may be sent, or changed that: the templates allowed once more, and those
    refused."""

    allowed: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NoticesReported:
    """What became of notices that were sent: the templates of those that arrived, and of those that did not."""

    arrived: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ignored:
    """An event that wants no answer: VIEW, reports of the platform, events of tomorrow."""

    kind: str


What = (
    TextMessage | VoiceMessage | Media | Location | Subscribed | Unsubscribed | Clicked | Scanned
    | NoticesAnswered | NoticesReported | Ignored
)  # fmt: skip


@dataclass(frozen=True)
class Inbound:
    """One message or event. `key` is the same for each of its deliveries and for no other message."""

    user: str = field(repr=False)
    to: str
    created: int
    key: str = field(repr=False)
    what: What
    agent: str = ""


def read(fields: Mapping[str, str]) -> Inbound:
    """The message in the fields of a callback.

    Raises:
        BadEnvelope: it has no sender, receiver, time or type, or they are not what they must be.
    """
    user, to, kind = (fields.get(name, "") for name in ("FromUserName", "ToUserName", "MsgType"))
    created = fields.get("CreateTime", "")
    if not (0 < len(user) <= _LONGEST_ID and 0 < len(to) <= _LONGEST_ID and kind):
        raise BadEnvelope
    if not (created.isascii() and created.isdigit() and len(created) <= 12 and int(created) < _LATEST):
        raise BadEnvelope
    what = _event(fields) if kind.lower() == "event" else _message(kind.lower(), fields)
    return Inbound(user, to, int(created), _key(fields), what, fields.get("AgentID", ""))


def _key(fields: Mapping[str, str]) -> str:
    """FromUserName + MsgId + CreateTime; events have no MsgId: Event + EventKey (+ AgentID) and their list instead.

    MsgId alone has repeated over users, FromUserName + CreateTime loses the second of two events in one second.
    """
    said = fields.get("MsgId", "").strip()
    event = tuple(fields.get(name, "") for name in ("Event", "EventKey", "AgentID"))
    listed = (f"{name}={text}" for name, text in fields.items() if name.startswith(f"{LIST}/"))
    own = ("m", said) if said else ("e", *event, *listed)
    return "\x1f".join((fields["FromUserName"], fields["CreateTime"], *own))


def _message(kind: str, fields: Mapping[str, str]) -> What:
    """Every message gets an answer; a kind nobody knows yet is told like a picture that it cannot be read."""
    if kind == "text" and not _STAND_IN.fullmatch(fields.get("Content", "").strip()):
        return TextMessage(fields.get("Content", ""), fields.get("bizmsgmenuid", ""))
    if kind == "voice":
        return VoiceMessage(fields.get("Recognition", "").strip())
    if kind == "location":
        return Location(fields.get("Label", "").strip())
    return Media(words(f"media_{kind}") if kind in _MEDIA else words("media_other"))


def _event(fields: Mapping[str, str]) -> What:
    """Events come in many spellings of upper and lower case."""
    event, key = fields.get("Event", "").lower(), fields.get("EventKey", "")
    if event == "subscribe" and not key.startswith(_OF_A_PRODUCT):
        return Subscribed(key.removeprefix("qrscene_"))
    if event == "unsubscribe":
        return Unsubscribed()
    if event == "click":
        return Clicked(key)
    if event == "scan":
        return Scanned(key)
    if event in ("subscribe_msg_popup_event", "subscribe_msg_change_event"):
        answered = list(_listed(fields, "SubscribeStatusString"))
        allowed = _templates(answered, "accept") if event == "subscribe_msg_popup_event" else frozenset()
        return NoticesAnswered(allowed, _templates(answered, "reject"))
    if event == "subscribe_msg_sent_event":
        reported = list(_listed(fields, "ErrorCode"))
        arrived = _templates(reported, "0")
        return NoticesReported(arrived, frozenset(template for template, _ in reported) - arrived)
    return Ignored(event)


def _listed(fields: Mapping[str, str], what: str) -> Iterator[tuple[str, str]]:
    """The template of each entry of the event's list, with what is said of it."""
    for name, said in fields.items():
        entry, _, last = name.rpartition("/")
        template = fields.get(f"{entry}/TemplateId", "")
        if entry.startswith(LIST) and last == what and 0 < len(template) <= _LONGEST_ID:
            yield template, said


def _templates(listed: list[tuple[str, str]], said: str) -> frozenset[str]:
    return frozenset(template for template, one in listed if one.lower() == said)
