"""Telling copies while a new connection takes over from an old one, and both bring everything.

The broker hands a topic's messages to every connection in the same order. So one connection is
ahead of the other at a time, and what the other brings is a copy until it has caught up. Time and
wording prove nothing: a knob that is turned there and back says the same words again, and a
connection that has just been made brings many of them at once.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from .link import Delivery

_UNMATCHED: Final = 64
"""Messages of one topic that are remembered."""
_MEMORY: Final = timedelta(seconds=30)
"""For how long. A new connection brings nothing before its players have answered, or have not."""
_ANSWERS: Final = "response"
"""Answers are told apart by what they answer, and two of them may say the same words."""


@dataclass(slots=True)
class _Lead:
    """What one connection has brought of a topic and the other has not yet, oldest first."""

    link: int
    said: deque[tuple[bytes, datetime]] = field(default_factory=lambda: deque(maxlen=_UNMATCHED))


class Overlap:
    """Compares what two connections bring. With one connection there is nothing to compare."""

    def __init__(self) -> None:
        """Begin with one connection."""
        self._links: set[int] = set()
        self._leads: dict[tuple[str, str], _Lead] = {}

    def begin(self, link: int) -> None:
        """Take note that a connection is being made."""
        self._links.add(link)

    def end(self, link: int) -> None:
        """Take note that a connection has ended. What it was ahead may still come by the other."""
        self._links.discard(link)

    def is_copy(self, link: int, delivery: Delivery) -> bool:
        """Return whether another connection has brought a message already."""
        if delivery.topic == _ANSWERS or not (self._leads or len(self._links) > 1):
            return False
        topic = delivery.player_id, delivery.topic
        lead = self._leads.get(topic)
        if lead is not None and lead.link != link:
            if _caught_up(lead, delivery):
                if not lead.said:
                    del self._leads[topic]
                return True
            # What is new to both puts this one ahead: all that the other brought came before.
            lead = None
        if len(self._links) > 1:
            lead = lead or _Lead(link)
            lead.said.append((delivery.payload, delivery.received_at))
            self._leads[topic] = lead
        else:
            self._leads.pop(topic, None)
        return False


def _caught_up(lead: _Lead, delivery: Delivery) -> bool:
    """Forget what a connection was ahead by, up to a message; False if it was never ahead of it."""
    for number, (payload, at) in enumerate(lead.said):
        if payload == delivery.payload and delivery.received_at - at <= _MEMORY:
            for _ in range(number + 1):
                lead.said.popleft()
            return True
    return False
