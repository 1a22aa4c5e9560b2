"""Types of values that both messengers read: words of their consoles, keys, seconds, a place."""

import re
from base64 import b64decode
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from common.settings.fields import written
from policies import places

_KEY = re.compile(r"[A-Za-z0-9+/]{43}")


def _keys(said: Any) -> Any:
    if not isinstance(said, str):
        return said
    given = [part.strip() for part in said.split(",") if part.strip()]
    if not 1 <= len(given) <= 2 or not all(_KEY.fullmatch(part) for part in given):
        raise ValueError("要是 43 个字母和数字；换密钥时写“新的,旧的”，最多两个")
    return tuple(b64decode(f"{part}=") for part in given)


def _known(adcode: str) -> str:
    if places.get(adcode) is None:
        raise ValueError("没有这个地区代码")
    return adcode


AesKeys = Annotated[tuple[bytes, ...], BeforeValidator(_keys)]
"""One or two EncodingAESKeys, the current first, as raw 32 bytes."""
Word = Annotated[str, Field(pattern=r"^[\x21-\x7e]{3,64}$"), written("要是 3 到 64 个可见的半角字符")]
Passive = Annotated[float, Field(ge=0.1, le=4.5), written("要是 0.1 到 4.5 之间的秒数")]
"""How long a callback waits for its answer; the platform cuts the connection after 5 seconds."""
Region = Annotated[str, AfterValidator(_known)]
"""The adcode an account's parents live in when they do not say otherwise."""
