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

from common.second_reader.reader import SecondReader
from common.second_reader.settings import from_environment as second_reader_settings
from common.telemetry.metrics import PARSES
from dialogue.children import with_usual_stage, years_of_pupil
from dialogue.questions.of_one_message import meant_alone
from dialogue.reading import Reading
from dialogue.state import DialogueState
from dialogue.update import hear
from policies import places
from policies.decisions import reject_far_days
from policies.errors import FactError
from policies.facts import LABELS, read_facts
from policies.library import default
from portal.fields import NAMES
from portal.settings import PortalSettings

log = logging.getLogger("portal")
_DATE = re.compile(r"\d{1,4}\s*[-年./月]\s*\d{1,2}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_SENTENCE = 5
"""Chinese characters from which on a query may be a sentence."""


@dataclass(frozen=True)
class ParsedCall:
    """A sentence understood. `region` only when one place is meant; `unclear` says what could not be used, in words."""

    intent: str | None
    ranking: tuple[str, ...] = ()
    region: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()
    child: str = ""
    """The label of the child these facts are of, when the sentence told several apart."""


def is_sentence(text: str) -> bool:
    """Is this more than a search word?"""
    return len(_CHINESE.findall(text)) >= _SENTENCE or (bool(_DATE.search(text)) and bool(_CHINESE.search(text)))


class NluClient:
    """The client of Rasa's parse route; connections are kept."""

    def __init__(
        self,
        settings: PortalSettings,
        transport: httpx.AsyncBaseTransport | None = None,
        second: SecondReader | None = None,
    ) -> None:
        self._second = second or SecondReader(second_reader_settings())
        self._addresses = settings.rasa_urls
        self._first = 0
        self._client = httpx.AsyncClient(
            transport=transport, headers={"X-Tongbao-Secret": settings.rasa_secret},
            timeout=httpx.Timeout(settings.parse_patience, connect=0.3), trust_env=False,
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=8),
        )  # fmt: skip

    async def hear(self, text: str, today: date, questions: Mapping[str, Any]) -> ParsedCall | None:
        """Ask what a (masked) sentence means; None when the model is away, slow or answers nonsense."""
        try:
            answer = await self._ask({"text": text, "as_of": today.isoformat()})
            if answer.status_code != 200:
                PARSES.labels("away").inc()
                return None
            reading = Reading.from_json(answer.json()["reading"])
            heard = read(await self._second.again(reading, {}, today), questions, today)
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
        await self._second.close()


def read(reading: Reading, questions: Mapping[str, Any], today: date) -> ParsedCall:
    """The reading of the channel as question, region and facts, taken in as the chat takes them in (`dialogue.update`).

    What the message only supposes is told here as well: the agent sees it in the fields and can change it.
    """
    several, reading = reading.parts, reading.parts[0] if reading.parts else reading
    heard = hear(DialogueState(), reading, today)
    intent = next((label for label in reading.labels if label in questions), None)
    if intent is not None and intent in default().questions:
        intent = meant_alone(intent, reading, heard, today)
    ranking = tuple(dict.fromkeys([*([intent] if intent else []), *(n for n, _ in reading.ranking if n in questions)]))
    state = heard.state
    unclear = [reason for _, reason in heard.doubts]
    if several:
        unclear.append(f"一次问了{len(several)}位，这里是第一位；其余的另外查")
    if heard.ambiguous:
        names = "、".join(places.full_name(code) for code in heard.ambiguous[:4])
        unclear.append(f"地名有重名（{names}），请在地区里选")
    if heard.unsure is not None:
        unclear.append(f"“{heard.unsure.text}”是不是孩子参保的地方，请问一下")
    if heard.month is not None:
        unclear.append(f"{LABELS[heard.month[0]]}只说了{heard.month[1].replace('-', '年')}月，问一下哪天")
    others = [label for label in state.children if label and label != state.child]
    if others:
        unclear.append(f"说的是{state.child}；{'、'.join(others)}另外查")
    told = {**state.facts, **{k: v for k, v in heard.supposed.items() if k in NAMES}}
    facts = with_usual_stage(
        told, state.ages.get(state.child) or years_of_pupil(state.child, intent or "", state.of_a_class)
    )
    while True:
        try:
            reject_far_days(read_facts(facts))
            break
        except FactError as error:
            if error.field not in facts:
                break
            facts.pop(error.field)
            unclear.append(error.message)
    return ParsedCall(intent, ranking, heard.place or state.region, facts, tuple(unclear), state.child)
