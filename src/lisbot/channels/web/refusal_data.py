"""Refusals as JSON and back, with all that fills their words."""

from datetime import date, datetime, time
from enum import Enum
from typing import Any

from lisbot.council import enums
from lisbot.council.core import errors
from lisbot.council.core.errors import ChangedMeanwhile, NeedsConfirming, Refusal, WrongInput
from lisbot.texts import Days, Phrase

KINDS: dict[str, type[Refusal]] = {kind.__name__: kind for kind in (errors.Conflict, errors.Invalid)}


def write_refusal(refusal: Refusal | None) -> Any:
    """Returns a refusal after which a form is shown again. None for one after which it is not."""
    match refusal:
        case WrongInput():
            return {"kind": "WrongInput", "fields": to_json(refusal.fields)}
        case ChangedMeanwhile():
            return {"kind": "ChangedMeanwhile", "fields": to_json(refusal.fields), "merged": to_json(refusal.merged)}
        case NeedsConfirming():
            return {"kind": "NeedsConfirming", "details": to_json(refusal.details)}
    kind = type(refusal).__name__
    if refusal is None or kind not in KINDS:
        return None
    about = {"key": refusal.key, "field": refusal.field}
    return {"kind": kind, **about, "details": to_json(refusal.details), "values": to_json(refusal.values)}


def read_refusal(written: Any) -> Refusal | None:
    """Returns the refusal that was written."""
    if written is None:
        return None
    match written["kind"]:
        case "WrongInput":
            return WrongInput(from_json(written["fields"]))
        case "ChangedMeanwhile":
            return ChangedMeanwhile(from_json(written["fields"]), from_json(written["merged"]))
        case "NeedsConfirming":
            return NeedsConfirming(from_json(written["details"]))
    about = {"field": written["field"], "details": from_json(written["details"])}
    return KINDS[written["kind"]](written["key"], **about, **from_json(written["values"]))


def to_json(value: Any) -> Any:
    """Returns a value that fills words as JSON: what JSON has no form for is an object that names its kind."""
    match value:
        case Enum():
            return {"is": "enum", "kind": type(value).__name__, "value": value.value}
        case datetime() | date() | time():
            return {"is": type(value).__name__, "value": value.isoformat()}
        case Days():
            return {"is": "days", "value": [to_json(value.first), to_json(value.last), to_json(value.hour)]}
        case Phrase():
            return {"is": "phrase", "key": value.key, "values": to_json(value.values)}
        case dict():
            return {"is": "mapping", "value": [[key, to_json(each)] for key, each in value.items()]}
        case list() | set() | frozenset():
            return [to_json(each) for each in value]
        case tuple():
            return {"is": "tuple", "value": [to_json(each) for each in value]}
        case str() | int() | float() | None:
            return value
    return str(value)


def from_json(value: Any) -> Any:
    """Returns the value that was written."""
    match value:
        case {"is": "enum", "kind": kind, "value": plain}:
            return getattr(enums, kind)(plain)
        case {"is": "datetime", "value": plain}:
            return datetime.fromisoformat(plain)
        case {"is": "date", "value": plain}:
            return date.fromisoformat(plain)
        case {"is": "time", "value": plain}:
            return time.fromisoformat(plain)
        case {"is": "days", "value": parts}:
            return Days(*map(from_json, parts))
        case {"is": "phrase", "key": key, "values": values}:
            return Phrase(key, from_json(values))
        case {"is": "mapping", "value": pairs}:
            return {key: from_json(each) for key, each in pairs}
        case {"is": "tuple", "value": parts}:
            return tuple(map(from_json, parts))
        case list():
            return [from_json(each) for each in value]
    return value
