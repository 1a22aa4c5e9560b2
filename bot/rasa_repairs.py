"""Repairs of Rasa 3.6.21, each where it repeats constant work on every turn. Nothing it checks is checked less.

`RemoteAction._validate_action_result` hands the constant schema to `jsonschema.validate`, which re-checks the schema
itself each time (35-55 ms of CPU). `Event.resolve_by_type` walks all subclasses of `Event` for every event it reads.
`EndpointConfig.request` opens a client and a connection for every call of an action. `DaskGraphRunner.run` prunes,
orders and schedules the same few nodes of the same graph for every message.
`Domain.is_empty` builds an empty domain for every message to compare with, and `RemoteAction` sends the message twice: beside
the tracker and in its events.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any, Dict, List, Optional, Tuple, Type
from weakref import WeakKeyDictionary

import aiohttp
import fastjsonschema
import rasa
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)
_accepts = fastjsonschema.compile(_SCHEMA)
_walk_subclasses = Event.resolve_by_type
_EMPTY_DOMAIN = Domain.empty().as_dict()
call_with_history = RemoteAction._action_call_format
"""Rasa's own request; a test holds ours against it."""


def _validate_once_built(self: RemoteAction, result: Dict[str, Any]) -> bool:
    """Raises jsonschema.ValidationError when the action server's answer has not the documented shape."""
    try:
        _accepts(result)
    except fastjsonschema.JsonSchemaException:
        _VALIDATOR.validate(result)  # says what is wrong, as Rasa does
        raise
    return True


@cache
def _resolve_once(type_name: str, default: Optional[Type[Event]] = None) -> Optional[Type[Event]]:
    return _walk_subclasses(type_name, default)


class _KeptOpen:
    """A client session as `async with` sees it, that does not close at its end."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, *_: Any) -> None:
        return None


run_by_dask = DaskGraphRunner.run
"""Rasa's own way through a graph; a test holds ours against it."""
_open_session = EndpointConfig.session
_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, Dict[int, Tuple[EndpointConfig, aiohttp.ClientSession]]] = (
    WeakKeyDictionary()
)


def _session_once(self: EndpointConfig) -> _KeptOpen:
    """One session for an endpoint and event loop; it keeps its connections."""
    kept = _sessions.setdefault(asyncio.get_running_loop(), {})
    known = kept.get(id(self))
    if known is None or known[0] is not self or known[1].closed:
        known = kept[id(self)] = (self, _open_session(self))
    return _KeptOpen(known[1])


def _order(schema: GraphSchema, targets: List[str]) -> List[str]:
    """The nodes the targets need, each after what it needs. Raises KeyError for a target the graph does not have."""
    found: Dict[str, None] = {}

    def visit(name: str) -> None:
        if name in found or name not in schema.nodes:
            return
        for need in schema.nodes[name].needs.values():
            visit(need)
        found[name] = None

    for target in targets:
        schema.nodes[target]
        visit(target)
    return list(found)


def _run_in_order(
    self: DaskGraphRunner, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None
) -> Dict[str, Any]:
    """The graph's nodes one after the other: what Dask's single-threaded scheduler does with them, without the scheduler."""
    wanted = targets or self._graph_schema.target_names
    orders = self.__dict__.setdefault("_orders", {})
    order = orders.get(tuple(wanted))
    if order is None:
        order = orders[tuple(wanted)] = _order(self._graph_schema, wanted)
    done: Dict[str, Tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
    try:
        for name in order:
            if name not in done:
                needs = self._graph_schema.nodes[name].needs.values()
                done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(done[name] for name in wanted)


def _call_without_history(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[str, Any]:
    """What the action server is asked with: as Rasa writes it, with no event but those it reads, which are none."""
    state = tracker.current_state(EventVerbosity.NONE)
    return {
        "next_action": self._name, "sender_id": tracker.sender_id, "tracker": {**state, "events": []},
        "version": rasa.__version__,
    }  # fmt: skip


def _is_empty(self: Domain) -> bool:
    """Check whether the domain is empty."""
    return bool(self.as_dict() == _EMPTY_DOMAIN)


def install() -> None:
    """Put what is written above in the place of Rasa's own."""
    Domain.is_empty = _is_empty  # type: ignore[method-assign]
    RemoteAction._action_call_format = _call_without_history  # type: ignore[method-assign]
    EndpointConfig.session = _session_once  # type: ignore[method-assign,assignment]
    DaskGraphRunner.run = _run_in_order  # type: ignore[method-assign]
    RemoteAction._validate_action_result = _validate_once_built  # type: ignore[method-assign]
    Event.resolve_by_type = staticmethod(_resolve_once)  # type: ignore[method-assign,assignment]
