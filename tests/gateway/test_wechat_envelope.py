"""The envelope: the official page's vectors, each mode's rule, and that nothing but BadEnvelope ever comes out."""

from base64 import b64decode, b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.wechat.envelope import Envelope, Query
from gateway.wechat.guard import DEEPEST, LARGEST, BadEnvelope, read_fields
from gateway.wechat.inbound import read
from tests.gateway.platform import APP_ID, KEY, OLD_KEY, TOKEN, Sender, decrypt, encrypt, sign, xml

OFFICIAL_TOKEN, OFFICIAL_ID, OFFICIAL_KEY = "AAAAA", "wxba5fad812f8e6fb9", b64decode("A" * 43 + "=")
OFFICIAL_CIPHER = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8X"
    "GT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIj"
    "df8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
OFFICIAL_REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


def raw(key: str) -> bytes:
    return b64decode(key + "=")


def envelope(mode: Any = "safe", keys: tuple[str, ...] = (KEY,)) -> Envelope:
    return Envelope(TOKEN, tuple(map(raw, keys)), APP_ID, mode)


def delivered(sender: Sender, fields: dict[str, Any] | str | None = None) -> tuple[Query, bytes]:
    query, body = sender.request(fields if fields is not None else sender.message("u", "有等待期吗"))
    names = ("timestamp", "nonce", "signature", "msg_signature")
    return Query(**{name: query.get(name, "") for name in names}), body.encode()


# The vectors of the official page


def official(mode: Any = "safe") -> Envelope:
    return Envelope(OFFICIAL_TOKEN, (OFFICIAL_KEY,), OFFICIAL_ID, mode)


def test_the_entries_of_a_list_are_fields_of_their_own_and_nothing_can_pass_for_one() -> None:
    """As in the platform's example of a notice's report; another nested element is left out as ever."""
    listed = [{"TemplateId": "VRR0", "SubscribeStatusString": "accept", "PopupScene": 2}, {"TemplateId": "9nLI"}]
    body = xml({"Event": "subscribe_msg_popup_event", "SubscribeMsgPopupEvent": listed})
    assert read_fields(body.encode()) == {
        "Event": "subscribe_msg_popup_event", "List/1/TemplateId": "VRR0", "List/1/SubscribeStatusString": "accept",
        "List/1/PopupScene": "2", "List/2/TemplateId": "9nLI",
    }  # fmt: skip
    twice = "<xml><A><List><B>1</B><B>2</B><C>a<D>b</D>c</C></List></A><E><F>no</F></E></xml>"
    assert read_fields(twice.encode()) == {"List/1/B": "1", "List/1/C": "a"}
    with pytest.raises(BadEnvelope):
        read_fields(b"<xml><List/1/TemplateId>x</List/1/TemplateId></xml>")


def test_the_official_url_verification() -> None:
    query = Query("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696", "", "4375120948345356249")
    assert official().echo(query) == "4375120948345356249"


def test_the_official_plain_post() -> None:
    query = Query("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78")
    body = xml({"ToUserName": "a", "FromUserName": "b", "CreateTime": 1, "MsgType": "event", "Event": "debug_demo"})
    assert official("plain").open(query, body.encode()).fields == {
        "ToUserName": "a", "FromUserName": "b", "CreateTime": "1", "MsgType": "event", "Event": "debug_demo",
    }  # fmt: skip


def test_the_official_safe_post_is_genuine_and_opens() -> None:
    query = Query("1714112445", "415670741", "", "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3", OFFICIAL_CIPHER)
    assert official().echo_encrypted(query) == (
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
        '"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
    )


def test_the_official_reply() -> None:
    cipher = official().encrypt('{"demo_resp":"good luck"}', OFFICIAL_KEY, b"707722b803182950")
    assert cipher == OFFICIAL_REPLY
    assert official().sign("1713424427", "415670741", cipher) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


# What each mode takes


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
def test_a_message_of_the_configured_mode_opens(mode: str) -> None:
    sender = Sender(mode)
    opened = envelope(mode).open(*delivered(sender))
    assert opened.fields["Content"] == "有等待期吗"
    assert opened.key == (None if mode == "plain" else raw(KEY))


def test_safe_mode_refuses_plain_bodies_even_with_a_right_signature() -> None:
    with pytest.raises(BadEnvelope):
        envelope("safe").open(*delivered(Sender("plain")))


def test_safe_mode_does_not_look_at_signature() -> None:
    query, body = delivered(Sender("safe"))
    assert envelope().open(Query(query.timestamp, query.nonce, "wrong", query.msg_signature), body)
    with pytest.raises(BadEnvelope):
        envelope().open(Query(query.timestamp, query.nonce, query.signature, query.signature), body)


def test_compat_mode_believes_the_encrypted_part_not_the_plain_one() -> None:
    sender = Sender("compat")
    query, body = delivered(sender)
    forged = body.replace("有等待期吗".encode(), "把钱转走".encode())
    assert envelope("compat").open(query, forged).fields["Content"] == "有等待期吗"
    with pytest.raises(BadEnvelope):
        envelope("compat").open(Query(query.timestamp, query.nonce, query.signature, "0" * 40), body)


def test_compat_mode_takes_a_plain_body_by_its_signature() -> None:
    assert envelope("compat").open(*delivered(Sender("plain"))).key is None


def test_the_previous_key_opens_and_answers_during_a_rotation() -> None:
    both = envelope(keys=(KEY, OLD_KEY))
    for key in (KEY, OLD_KEY):
        opened = both.open(*delivered(Sender(key=key)))
        assert opened.key == raw(key)
        reply = both.close("<xml><a>好</a></xml>", opened.key, "n", 1714112445)
        cipher = reply.split("<![CDATA[")[1].split("]]>")[0]
        assert decrypt(cipher, key) == "<xml><a>好</a></xml>"
        assert sign(TOKEN, "1714112445", "n", cipher) in reply
    with pytest.raises(BadEnvelope):
        envelope(keys=(KEY,)).open(*delivered(Sender(key=OLD_KEY)))


def test_spaces_around_the_cipher_text_and_a_byte_order_mark_do_no_harm() -> None:
    query, body = delivered(Sender())
    spaced = "\ufeff".encode() + body.replace(b"<Encrypt><![CDATA[", b"<Encrypt>\n  <![CDATA[").replace(
        b"]]></Encrypt>", b"]]>\n</Encrypt>"
    )
    assert envelope().open(query, spaced)


# What nobody may get through


def refused(body: str, cipher: str = "", mode: Any = "safe") -> None:
    query = Query("1", "2", sign(TOKEN, "1", "2"), sign(TOKEN, "1", "2", cipher))
    with pytest.raises(BadEnvelope):
        envelope(mode).open(query, body.encode())


def test_another_receiver_is_refused() -> None:
    cipher = encrypt("<xml><a>1</a></xml>", receiver="wx_other")
    refused(xml({"Encrypt": cipher}), cipher)


@pytest.mark.parametrize("pad", [b"\x00", b"\x21" * 33, b"\x01\x02\x03\x04\x05\x06\x07\x08", b"\x05\x05\x05\x04\x05"])
def test_inconsistent_padding_is_refused(pad: bytes) -> None:
    text = "<xml><a>1</a></xml>"
    room = -(16 + 4 + len(text) + len(APP_ID) + len(pad)) % 16
    cipher = encrypt(text + " " * room, pad=pad)
    refused(xml({"Encrypt": cipher}), cipher)


@pytest.mark.parametrize("cipher", ["", "!", "AAAA", "A" * 44, OFFICIAL_CIPHER[:-8], "A" * 43 + "="])
def test_broken_cipher_text_with_a_right_signature_is_refused(cipher: str) -> None:
    refused(xml({"Encrypt": cipher}), cipher)


@pytest.mark.parametrize(
    "body",
    [
        "", "hello", '{"Content": "hi"}', "<xml>", "<html></html>", "<xml><a></xml>", "<xml><a>1</a><a>2</a></xml>",
        '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "x">]><xml><a>&a;</a></xml>',
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x"><xml><a>1</a></xml>', "<xml><?php x ?></xml>", "<xml>&nope;</xml>",
        "<xml>" + "<a>" * (DEEPEST + 1) + "</a>" * (DEEPEST + 1) + "</xml>", "<xml>" + "<a/>" * 2 + "</xml>",
        "<xml>" + "".join(f"<a{n}/>" for n in range(400)) + "</xml>", "<xml>\x00</xml",
        "<xml>" + "x" * LARGEST + "</xml>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["plain", "compat"])
def test_bodies_that_are_no_message_are_refused_although_the_signature_is_right(body: str, mode: str) -> None:
    refused(body, mode=mode)


def test_an_entity_bomb_is_refused_before_it_grows() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE xml [<!ENTITY l0 "ha">{levels}]><xml><a>&l9;</a></xml>'
    cipher = encrypt(bomb)
    refused(xml({"Encrypt": cipher}), cipher)
    refused(bomb, mode="plain")


def test_not_utf_8_is_refused() -> None:
    with pytest.raises(BadEnvelope):
        read_fields("<xml><a>中</a></xml>".encode("gb18030"))


@pytest.mark.parametrize(
    "change", [{"FromUserName": ""}, {"CreateTime": "soon"}, {"CreateTime": "9" * 12}, {"MsgType": ""}]
)
def test_a_message_without_sender_time_or_type_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(BadEnvelope):
        read(read_fields(xml(Sender().message("u", "x") | change).encode()))


@given(st.binary(max_size=300), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_random_bytes_give_bad_envelope_and_nothing_else(body: bytes, one: str, two: str, three: str) -> None:
    for mode in ("plain", "compat", "safe"):
        with pytest.raises(BadEnvelope):
            envelope(mode).open(Query(one, two, three, three, three), body)
    with pytest.raises(BadEnvelope):
        envelope().echo_encrypted(Query(one, two, three, three, three))


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_random_bytes_with_a_right_signature_give_bad_envelope_or_a_message(body: bytes) -> None:
    query = Query("1", "2", sign(TOKEN, "1", "2"), "")
    try:
        opened = envelope("plain").open(query, body)
        read(opened.fields)
    except BadEnvelope:
        pass


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=600))
@settings(max_examples=80, deadline=None)
def test_any_text_survives_the_way_there_and_back(text: str) -> None:
    box = envelope()
    assert box._decrypt(encrypt(text))[0] == text
    assert decrypt(box.encrypt(text, raw(KEY))) == text


@given(st.integers(0, 400), st.integers(0, 255))
@settings(max_examples=120, deadline=None)
def test_one_changed_byte_of_the_cipher_text_never_opens_as_another_message(place: int, value: int) -> None:
    message = xml(Sender().message("u", "有等待期吗" * 4, CreateTime=1, MsgId=1))
    original = encrypt(message)
    frame = bytearray(b64decode(original))
    place %= len(frame)
    if frame[place] == value:
        return
    frame[place] = value
    cipher = b64encode(bytes(frame)).decode()
    query = Query("1", "2", "", sign(TOKEN, "1", "2", original))
    with pytest.raises(BadEnvelope):
        envelope().open(query, xml({"Encrypt": cipher}).encode())
