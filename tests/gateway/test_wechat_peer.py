"""Both ways with the npm package `@wecom/crypto`, an implementation nobody here wrote (tests/gateway/peers)."""

import hashlib
import json
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest

from gateway.wechat.envelope import Envelope, Query

PEER = Path(__file__).parent / "peers" / "wecom-crypto"
SHA256 = "54318aac90e02597dd9e8489ca7ea1beb3e3951fad302e2973df3e3bbb01cd01"
NODE = shutil.which("node")
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
RECEIVER = "wx5823bf96d3bd56c7"
TEXTS = ["", "a", "有等待期吗", "👨‍👩‍👧 🇨🇳 é", *("x" * n for n in range(1, 70)), "中" * 1400]
SCRIPT = """
const peer = require(process.argv[1]); const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const out = {opened: given.ciphers.map(c => peer.decrypt(given.key, c)),
  closed: given.texts.map(t => peer.encrypt(given.key, t, given.id)),
  signed: given.ciphers.map(c => peer.getSignature('token', '1409659589', '263014780', c))};
process.stdout.write(JSON.stringify(out));
"""


def test_the_peer_is_the_published_one() -> None:
    assert hashlib.sha256((PEER / "index.js").read_bytes()).hexdigest() == SHA256
    assert json.loads((PEER / "package.json").read_text("utf-8"))["version"] == "1.0.1"


@pytest.mark.skipif(NODE is None, reason="no node: the peer @wecom/crypto cannot run")
def test_both_read_and_sign_what_the_other_wrote() -> None:
    assert NODE is not None
    raw = b64decode(KEY + "=")
    ours = Envelope("token", (raw,), RECEIVER, "safe")
    ciphers = [ours.encrypt(text, raw) for text in TEXTS]
    given = {"key": KEY, "id": RECEIVER, "texts": TEXTS, "ciphers": ciphers}
    done = subprocess.run(
        [NODE, "-e", SCRIPT, str(PEER / "index.js")], input=json.dumps(given), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    assert [found["message"] for found in theirs["opened"]] == TEXTS
    assert {found["id"] for found in theirs["opened"]} == {RECEIVER}
    assert theirs["signed"] == [ours.sign("1409659589", "263014780", cipher) for cipher in ciphers]
    for text, cipher in zip(TEXTS, theirs["closed"], strict=True):
        if text:
            query = Query("1", "2", "", ours.sign("1", "2", cipher), cipher)
            assert ours.echo_encrypted(query) == text
