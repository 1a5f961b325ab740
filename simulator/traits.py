"""What nobody has seen real players do, one way or the other (protocol §9): each can be chosen."""

from dataclasses import dataclass
from enum import StrEnum


class InteractiveStreams(StrEnum):
    """What a player makes of a stream on an interactive card."""

    PLAYED = "played"
    REFUSED = "refused"
    """It is an error, and the player stops."""
    LINEAR = "linear"
    """It is played, and the rules of the card are ignored."""


class IconFetches(StrEnum):
    """When a player fetches the icons that a card names by their addresses."""

    AT_START = "at_start"
    """That of a track each time that the track begins."""
    AT_INSERT = "at_insert"
    """All of a card, once, when it is put in or started."""
    NEVER = "never"


class StreamLength(StrEnum):
    """What a player says of the length of a stream that declares none."""

    NEVER = "never"
    """0, always."""
    LATE = "late"
    """0 until the last byte has come."""
    EARLY = "early"
    """Worked out from the first bytes and the length of the body, where the server gives it."""


@dataclass(slots=True, kw_only=True)
class Traits:
    """How a player behaves where the protocol file is silent."""

    interactive_streams: InteractiveStreams = InteractiveStreams.PLAYED
    repeats: int = 0
    """How many times more the beginning of every track is asked for."""
    ranges: bool = True
    """Whether it asks for ranges where a server offers them."""
    probes: bool = True
    """Whether a `HEAD` comes before the first `GET` of a track."""
    probes_ahead: bool = False
    """Whether a `HEAD` is sent to every track to which a knob or the end may lead, too."""
    prefetches: bool = False
    """Whether what follows by itself is asked for as soon as a track has come completely."""
    plain_http: bool = True
    """Whether addresses without TLS are fetched."""
    redirects: bool = True
    """Whether redirects are followed."""
    tells_presses: bool = True
    """Whether the track that a press on an interactive card leads to is told over MQTT."""
    tells_turns: bool = True
    """Whether the track that a turn of the right knob leads to is."""
    stream_length: StreamLength = StreamLength.LATE
    icon_fetches: IconFetches = IconFetches.AT_START
    shows_answers: bool = True
    """Whether an answer to a command reaches all applications, or only the one that gave it."""
