"""A change: what is to be sent for a card. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..json import JsonObject
from .draft import Layout
from .records import Kept
from .served import AtYoto, Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be sent for a card; without an id it is a new one."""

    card_id: str | None
    before: JsonObject | None
    layout: Layout
    kept: Kept
    delivery: Delivery | None = None
    at_yoto: Mapping[str, AtYoto] = field(default_factory=dict)
    overwrites: bool = False
