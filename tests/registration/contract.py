"""The contract as a judge: is this answer one the document allows? Checks the part of JSON Schema it uses."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML

from registration.service import CONTRACT

METHODS = ("get", "post", "put", "patch", "delete")
_TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "null": type(None),
}  # fmt: skip
_KNOWN = {
    "$ref", "type", "required", "properties", "additionalProperties", "enum", "const", "pattern", "minLength",
    "maxLength", "maxItems", "items", "format", "oneOf", "description", "default",
}  # fmt: skip


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(CONTRACT.read_text("utf-8"))
    return loaded


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """(METHOD, path) → operation."""
    paths = document()["paths"].items()
    return {(method.upper(), path): item[method] for path, item in paths for method in METHODS if method in item}


def follow(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def operation_of(method: str, path: str) -> tuple[str, str] | None:
    """The documented operation a request path belongs to."""
    for known_method, template in operations():
        shape = re.sub(r"\\{[a-z]+\\}", "[^/]+", re.escape(template))
        if known_method == method and re.fullmatch(shape, path):
            return known_method, template
    return None


def check_answer(method: str, path: str, status: int, media_type: str, content: Any) -> None:
    """Fails when the answer is not documented, or not in the documented shape."""
    operation = operation_of(method, path)
    if operation is None:
        assert status in (404, 405), f"{method} {path} is not in the contract but answers {status}"
        check(content, document()["components"]["schemas"]["Problem"])
        return
    responses = operations()[operation]["responses"]
    documented = responses.get(str(status)) or (responses.get("default") if status >= 400 else None)
    assert documented, f"{operation} answers {status}, which is not documented"
    media = follow(documented)["content"]
    kind = media_type.partition(";")[0]
    assert kind in media, f"{operation} {status} answers {kind}"
    check(content, media[kind]["schema"])


def check(value: Any, schema: dict[str, Any], where: str = "$") -> None:
    """Fails with the place where `value` is not what `schema` says."""
    schema = follow(schema)
    assert set(schema) <= _KNOWN, f"this checker does not know {set(schema) - _KNOWN}"
    if "type" in schema:
        allowed = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        right = any(isinstance(value, _TYPES[name]) and (name != "integer" or value is not True) for name in allowed)
        assert right, f"{where}: {type(value).__name__} is none of {allowed}"
    if "enum" in schema:
        assert value in schema["enum"], f"{where}: {value!r} is none of {schema['enum']}"
    if "const" in schema:
        assert value == schema["const"], f"{where}: {value!r} is not {schema['const']!r}"
    if "oneOf" in schema:
        assert sum(_fits(value, one) for one in schema["oneOf"]) == 1, f"{where}: not exactly one of the alternatives"
    if isinstance(value, str):
        _check_text(value, schema, where)
    if isinstance(value, list):
        assert len(value) <= schema.get("maxItems", len(value)), f"{where}: too many"
        for index, item in enumerate(value):
            check(item, schema.get("items", {}), f"{where}[{index}]")
    if isinstance(value, dict):
        _check_object(value, schema, where)


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    try:
        check(value, schema)
    except AssertionError:
        return False
    return True


def _check_text(value: str, schema: dict[str, Any], where: str) -> None:
    assert schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)), f"{where}: length"
    if "pattern" in schema:
        assert re.search(schema["pattern"], value), f"{where}: {value!r} does not match {schema['pattern']}"
    if schema.get("format") == "date":
        date.fromisoformat(value)
    if schema.get("format") == "date-time":
        assert datetime.fromisoformat(value).tzinfo is not None, f"{where}: no offset"


def _check_object(value: dict[str, Any], schema: dict[str, Any], where: str) -> None:
    missing = set(schema.get("required", ())) - set(value)
    assert not missing, f"{where}: {missing} missing"
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") is False:
        assert set(value) <= set(properties), f"{where}: {set(value) - set(properties)} not documented"
    for name, inner in properties.items():
        if name in value:
            check(value[name], inner, f"{where}.{name}")
