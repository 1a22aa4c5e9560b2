"""What a leaflet's QR code carries: region, stage of life, question and leaflet, in at most 64 plain characters.

The school desk writes it, the WeChat channel reads it. `t1.320583.xx.ask_payment_period.a7f3`; an empty field is left
empty. WeChat: scene_str has 1 to 64 characters; letters, digits, dot and underscore survive every channel.
"""

import re
from dataclasses import dataclass

from policies import places
from policies.library import default

LONGEST = 64
_VERSION = "t1"
_LEAFLET = re.compile(r"[A-Za-z0-9]{0,16}")
STAGES = {
    "xs": "新生儿", "xq": "学龄前", "yr": "幼儿园", "xx": "小学", "cz": "初中", "gz": "高中", "zz": "中职",
    "gx": "高职", "dx": "大学",
}  # fmt: skip
"""Code in the scene → the value of the fact `stage` (docs/contracts.md)."""
_CODES = {stage: code for code, stage in STAGES.items()}


class SceneError(ValueError):
    """A scene that cannot be written, or a text that is none."""


@dataclass(frozen=True)
class Scene:
    """`region` is an adcode, `stage` a value of the fact, `question` an intent with a title, `leaflet` a short id."""

    region: str | None = None
    stage: str | None = None
    question: str | None = None
    leaflet: str = ""


def write(scene: Scene) -> str:
    """The scene as text for a QR code.

    Raises:
        SceneError: an unknown region, stage or question, or a text that would be too long.
    """
    if scene.stage is not None and scene.stage not in _CODES:
        raise SceneError(f"没有这个学段：{scene.stage}")
    stage = _CODES[scene.stage] if scene.stage else ""
    text = ".".join((_VERSION, scene.region or "", stage, scene.question or "", scene.leaflet))
    if len(text) > LONGEST:
        raise SceneError(f"场景值最长 {LONGEST} 个字符，现在 {len(text)} 个")
    read(text)
    return text


def read(text: str) -> Scene:
    """The scene a text carries.

    Raises:
        SceneError: it is not a scene of this version, or names what does not exist.
    """
    parts = text.split(".")
    if len(text) > LONGEST or len(parts) != 5 or parts[0] != _VERSION:
        raise SceneError("不是童保的场景值")
    _, region, stage, question, leaflet = parts
    if region and places.get(region) is None:
        raise SceneError("场景值里的地区代码不存在")
    if stage and stage not in STAGES:
        raise SceneError("场景值里的学段不存在")
    if question and question not in default().questions:
        raise SceneError("场景值里的问题不存在")
    if not _LEAFLET.fullmatch(leaflet):
        raise SceneError("场景值里的宣传单编号只能是 16 位以内的字母和数字")
    return Scene(region or None, STAGES.get(stage), question or None, leaflet)
