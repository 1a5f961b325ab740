"""What has passed over a connection."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """How often what has happened since the connection was opened."""

    messages: int = 0
    """From players."""
    reconnects: int = 0
    """After the connection had been lost."""
    renewals: int = 0
    """Fresh connections that took over from one that was still up."""
    commands: int = 0
    """That were sent; requests for the state of a player are not counted."""
    acknowledged: int = 0
    refused: int = 0
    unanswered: int = 0
