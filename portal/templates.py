"""Rendering: the Jinja environment and what every page may use. No routes here."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from common.web.channels import label_of
from leaflets import FORMS, STAGES
from policies import places
from policies.counting import chinese_date
from portal.audit import WORDS
from portal.calls import OUTCOMES
from portal.clock import beijing
from portal.roles import ROLES, may
from portal.school.campaigns import DELIVERIES, LOG_WORDS, STATES
from portal.school.campaigns import KINDS as SENT_AS
from portal.switches import SWITCHES

ROOM = Path(__file__).parent
STATIC = ROOM / "static"
CERTAINTY = {"explicit": "文件写明", "inferred": "由文件推出", "reported": "据官方发布", "principle": "原则性规定",
             "ambiguous": "文件有不同理解"}  # fmt: skip
STATUS = {"need_facts": "先说一般规定", "not_in_documents": "文件未写明", "conflict": "规定有冲突"}
CASE_STATES = {"waiting": "等待接手", "open": "处理中", "closed": "已结束"}
CALL_BACK_STATES = {"open": "等着打", "not_reached": "没打通", "called": "打通了，还在办", "done": "已办完"}
KINDS = {"unanswered": "没答上来", "unsure": "没听明白", "failed": "答复时出错", "thumb_down": "家长点了没解决",
         "complaint": "投诉", "not_found": "热线没找到"}  # fmt: skip


@cache
def templates() -> Environment:
    """The page templates, compiled once, autoescaped; a missing name is an error, not an empty string."""
    found = Environment(
        loader=FileSystemLoader(ROOM / "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    found.globals.update(
        certainty=CERTAINTY, status=STATUS, channel=label_of, case_states=CASE_STATES, kinds=KINDS, roles=ROLES,
        outcomes=OUTCOMES, audit_words=WORDS, forms=FORMS, stages=STAGES, campaign_states=STATES, kinds_sent=SENT_AS,
        delivery_states=DELIVERIES, log_words=LOG_WORDS, asset=_asset, may=may, place=place_name,
        switches=SWITCHES, call_back_states=CALL_BACK_STATES,
    )  # fmt: skip
    found.filters.update(day=day, clock=clock, moment=moment, spent=spent, waited=waited)
    return found


def place_name(adcode: str | None) -> str:
    """江苏省南京市 for people; nothing known is 全国."""
    return places.full_name(adcode or places.NATION)


def day(value: date | datetime | str) -> str:
    """A day as it is read."""
    if isinstance(value, datetime):
        value = beijing(value).date()
    return chinese_date(date.fromisoformat(value) if isinstance(value, str) else value)


def clock(value: datetime) -> str:
    """14:02 in Beijing."""
    return f"{beijing(value):%H:%M}"


def moment(value: datetime) -> str:
    """11-22 14:02 in Beijing."""
    return f"{beijing(value):%m-%d %H:%M}"


def waited(seconds: float) -> str:
    """How long somebody has waited: 7 分钟, 2 小时 5 分, 3 天."""
    minutes = int(seconds) // 60
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时 {minutes % 60} 分" if minutes < 48 * 60 else f"{minutes // 1440} 天"


def spent(seconds: float) -> str:
    """02:14 minutes and seconds."""
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


@cache
def _asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that no browser keeps an old one."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def render(template: str, context: Mapping[str, Any]) -> str:
    return templates().get_template(template).render(**context)
