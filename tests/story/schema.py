"""As much of JSON Schema as ours uses. What it does not know, it refuses."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from custom_components.yoto_smart_stream.json import Json

type Schema = Mapping[str, Any]

_TYPES: Final[Mapping[str, Callable[[Json], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "null": lambda value: value is None,
}
_LIMITS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "minimum": lambda value, limit: not isinstance(value, int) or value >= limit,
    "maximum": lambda value, limit: not isinstance(value, int) or value <= limit,
    "minLength": lambda value, limit: not isinstance(value, str) or len(value) >= limit,
    "maxLength": lambda value, limit: not isinstance(value, str) or len(value) <= limit,
    "minItems": lambda value, limit: not isinstance(value, list) or len(value) >= limit,
    "maxItems": lambda value, limit: not isinstance(value, list) or len(value) <= limit,
    "minProperties": lambda value, limit: not isinstance(value, dict) or len(value) >= limit,
    "maxProperties": lambda value, limit: not isinstance(value, dict) or len(value) <= limit,
    "required": lambda value, names: not isinstance(value, dict) or {*names} <= value.keys(),
}
_WORDS: Final = frozenset({"$schema", "$defs", "title", "description", "properties"})


def faults(value: Json, schema: Schema, whole: Schema, path: str = "") -> Iterator[str]:
    """Yield what of a value is not as a schema says."""
    for word, given in schema.items():
        if word in _LIMITS:
            if not _LIMITS[word](value, given):
                yield f"{path}: {word} {given}"
        elif word in _PARTS:
            yield from _PARTS[word](value, schema, whole, path)
        elif word not in _WORDS:
            yield f"the schema has {word}"


def _reference(value: Json, schema: Schema, whole: Schema, path: str) -> Iterator[str]:
    definition = whole["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    yield from faults(value, definition, whole, path)


def _type(value: Json, schema: Schema, _whole: Schema, path: str) -> Iterator[str]:
    given = schema["type"]
    if not any(_TYPES[name](value) for name in ([given] if isinstance(given, str) else given)):
        yield f"{path}: no {given}"


def _any_of(value: Json, schema: Schema, whole: Schema, path: str) -> Iterator[str]:
    if all(any(faults(value, each, whole)) for each in schema["anyOf"]):
        yield f"{path}: none of the forms"


def _items(value: Json, schema: Schema, whole: Schema, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from faults(each, schema["items"], whole, f"{path}/{number}")


def _properties(value: Json, schema: Schema, whole: Schema, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    known, others = schema.get("properties", {}), schema["additionalProperties"]
    for name, each in value.items():
        inner = known.get(name, others)
        if inner is False:
            yield f"{path}/{name}: unknown"
        else:
            yield from faults(each, inner, whole, f"{path}/{name}")


type Check = Callable[[Json, Schema, Schema, str], Iterator[str]]

_PARTS: Final[Mapping[str, Check]] = {
    "$ref": _reference,
    "type": _type,
    "anyOf": _any_of,
    "items": _items,
    "additionalProperties": _properties,
}
