"""What a free sentence means, asked of the chat's own language model: question, region and facts.

Short words never go there, a slow or absent model is not waited for, and search works without it.
"""

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx

from policies import places
from policies.decisions import reject_far_days
from policies.errors import FactError
from policies.facts import read_facts
from portal.fields import NAMES
from portal.settings import Settings
from telemetry.metrics import PARSES

log = logging.getLogger("portal")
_DATE = re.compile(r"\d{1,4}\s*[-年./月]\s*\d{1,2}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_SENTENCE = 5
"""Chinese characters from which on a query may be a sentence."""


@dataclass(frozen=True)
class Heard:
    """A sentence understood. `region` only when one place is meant; `unclear` says what could not be used, in words."""

    intent: str | None
    ranking: tuple[str, ...] = ()
    region: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()


def is_sentence(text: str) -> bool:
    """Is this more than a search word?"""
    return len(_CHINESE.findall(text)) >= _SENTENCE or (bool(_DATE.search(text)) and bool(_CHINESE.search(text)))


class Ear:
    """The client of Rasa's parse route; connections are kept."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._addresses = settings.rasa_urls
        self._first = 0
        self._client = httpx.AsyncClient(
            transport=transport, headers={"X-Tongbao-Secret": settings.rasa_secret},
            timeout=httpx.Timeout(settings.parse_patience, connect=0.3), trust_env=False,
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=8),
        )  # fmt: skip

    async def hear(self, text: str, today: date, questions: Mapping[str, Any]) -> Heard | None:
        """Ask what a (masked) sentence means; None when the model is away, slow or answers nonsense."""
        try:
            answer = await self._ask({"text": text, "as_of": today.isoformat()})
            if answer.status_code != 200:
                PARSES.labels("away").inc()
                return None
            heard = read(answer.json(), text, questions)
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("parse not available: %s", type(error).__name__)
            PARSES.labels("away").inc()
            return None
        PARSES.labels("ok").inc()
        return heard

    async def _ask(self, body: Mapping[str, Any]) -> httpx.Response:
        """Asked of the processes in turn, as they all know the same; one that cannot be reached is passed over."""
        self._first = (self._first + 1) % len(self._addresses)
        order = self._addresses[self._first :] + self._addresses[: self._first]
        for address in order[:-1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._client.post(f"{address}/webhooks/gateway/parse", json=body)
        return await self._client.post(f"{order[-1]}/webhooks/gateway/parse", json=body)

    async def close(self) -> None:
        await self._client.aclose()


def read(parsed: Mapping[str, Any], text: str, questions: Mapping[str, Any]) -> Heard:
    """The parse of the channel as question, region and facts; what contradicts another fact is left out and said."""
    ranking = tuple(one["name"] for one in parsed.get("ranking") or () if one["name"] in questions)
    name = (parsed.get("intent") or {}).get("name")
    intent = name if name in questions else None
    facts: dict[str, Any] = {}
    unclear: list[str] = []
    region: str | None = None
    for entity in parsed.get("entities") or ():
        kind, value = entity["entity"], entity["value"]
        if kind == "date":
            kind = "birth_date" if "birth_date" not in facts else "paid_date"
        if kind == "region":
            region = value[0] if len(value) == 1 and places.get(value[0]) else region
            if len(value) > 1:
                names = "、".join(places.full_name(code) for code in value[:4])
                unclear.append(f"地名有重名（{names}），请在地区里选")
        elif kind in ("household_region", "school_region"):
            facts |= {kind: value[0]} if len(value) == 1 else {}
        elif kind in NAMES:
            facts[kind] = value
        elif kind == "doubt":
            unclear.append(str(value["reason"]))
    facts |= _relative_years(parsed.get("entities") or (), facts)
    while True:
        try:
            reject_far_days(read_facts(facts))
            break
        except FactError as error:
            if error.field not in facts:
                break
            facts.pop(error.field)
            unclear.append(error.message)
    return Heard(intent, ranking, region, facts, tuple(unclear))


def _relative_years(entities: Any, facts: Mapping[str, Any]) -> dict[str, Any]:
    """“两年都交了”, “只交了明年的”: years relative to the birth."""
    named = {entity["entity"] for entity in entities}
    birth = facts.get("birth_date")
    if birth is None or not named & {"both_years", "next_year_only"}:
        return {}
    year = int(birth[:4])
    return {"paid_years": [year, year + 1] if "both_years" in named else [year + 1]}
