"""A change: what is to be sent for a card, and what of it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..cards.builder import chapter_key
from ..cards.payload import JsonObject
from ..cards.writing import write
from ..streaming.addresses import read_stream_url, stream_path
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


def payload_of(layout: Layout, base_url: str, tokens: Sequence[str]) -> JsonObject:
    """Return what is sent."""
    return write(
        layout.addressed(
            lambda place: base_url + stream_path(tokens[place], chapter_key(place + 1))
        )
    )


def lasting(url: str) -> str:
    """Return what counts of an address: of ours, all but what it begins with."""
    address = read_stream_url(url)
    return url if address is None else address.path
