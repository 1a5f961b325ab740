"""Reports in plain words. The player is the subject, and its name comes first."""

from collections.abc import Callable, Mapping
from typing import Final

from ..playback.occurrences import Cause, Choice, Gesture, Kind, OfflineReason
from .report import TRACK_ABOUT_TO_END, Report

_SOURCES: Final = {
    Cause.HOME_ASSISTANT: " from Home Assistant",
    Cause.OTHER_APP: " from another app",
}
_KNOBS: Final[Mapping[str, str]] = {
    Gesture.PRESS: "pressed",
    Gesture.NEXT: "turned forwards",
    Gesture.PREVIOUS: "turned back",
}


def sentence(report: Report) -> str:
    """Return what has happened, to be read after the name of the player."""
    return _SENTENCES[report["type"]](report)


def _from(report: Report) -> str:
    """Return where it was done, unless by a hand at the player or by itself."""
    return _SOURCES.get(Cause(report["cause"]), "")


def _card(report: Report) -> str:
    """Name the card."""
    return report["card_title"] or report["card_id"] or "a card"


def _the_card(report: Report) -> str:
    """Name the card as such."""
    title = report["card_title"] or report["card_id"]
    return f"the card {title}" if title else "a card"


def _the_track(report: Report) -> str:
    """Name the track as such."""
    title = report["track_title"]
    return f"the track {title}" if title else "another track"


def _the_chapter(report: Report) -> str:
    """Name the chapter as such."""
    title = report["chapter_title"]
    return f"the chapter {title}" if title else "another chapter"


def _paused(report: Report) -> str:
    """Tell of a pause."""
    if report["cause"] == Cause.AUTOMATIC:
        return "paused by itself"
    return f"was paused{_from(report)}"


def _volume(report: Report) -> str:
    """Tell of a change of the volume, in percent."""
    volume, before = report["volume"], report["volume_before"]
    if volume is None:
        return f"changed its volume{_from(report)}"
    if volume == 0:
        return f"was turned down to silence{_from(report)}"
    way = "" if before is None else " up" if volume > before else " down"
    return f"was turned{way} to {volume:.0%} volume{_from(report)}"


def _button(report: Report) -> str:
    """Tell of a knob."""
    done = _KNOBS.get(report["gesture"] or "", "used")
    knob = f"the {report['side']} knob" if report["side"] else "a knob"
    return f"had {knob} {done}"


def _choice(report: Report) -> str:
    """Tell of a choice on an interactive card."""
    if report["choice"] == Choice.NONE:
        return f"was given no answer on {_card(report)}"
    knob = f" with the {report['choice']} knob" if report["choice"] else ""
    return f"was answered{knob} on {_card(report)}"


def _sleep_timer_ended(report: Report) -> str:
    """Tell of the end of a sleep timer, by itself or not."""
    if report["cause"] == Cause.AUTOMATIC:
        return "came to the end of its sleep timer"
    return f"had its sleep timer switched off{_from(report)}"


def _offline(report: Report) -> str:
    """Tell why a player is gone."""
    match report["reason"]:
        case OfflineReason.SWITCHED_OFF:
            return "was switched off"
        case OfflineReason.LOST:
            return "lost its connection"
        case _:
            return "went offline"


_SENTENCES: Final[Mapping[str, Callable[[Report], str]]] = {
    Kind.CARD_INSERTED: lambda report: f"was given {_the_card(report)}",
    Kind.CARD_REMOVED: lambda report: f"had {_the_card(report)} taken out",
    Kind.PLAYBACK_STARTED: lambda report: f"began to play {_card(report)}{_from(report)}",
    Kind.PLAYBACK_PAUSED: _paused,
    Kind.PLAYBACK_RESUMED: lambda report: f"went on playing {_card(report)}{_from(report)}",
    Kind.PLAYBACK_STOPPED: lambda report: f"stopped playing {_card(report)}{_from(report)}",
    Kind.PLAYBACK_ENDED: lambda report: f"came to the end of {_card(report)}",
    Kind.TRACK_CHANGED: lambda report: f"went to {_the_track(report)}{_from(report)}",
    Kind.CHAPTER_CHANGED: lambda report: f"went to {_the_chapter(report)}{_from(report)}",
    Kind.VOLUME_CHANGED: _volume,
    Kind.BUTTON_PRESSED: _button,
    Kind.CHOICE_MADE: _choice,
    Kind.SLEEP_TIMER_STARTED: lambda report: f"had its sleep timer started{_from(report)}",
    Kind.SLEEP_TIMER_ENDED: _sleep_timer_ended,
    Kind.ONLINE: lambda _: "came online",
    Kind.OFFLINE: _offline,
    Kind.HEADPHONES: lambda report: (
        "had headphones plugged in" if report["on"] else "had its headphones unplugged"
    ),
    Kind.CHARGING: lambda report: "began to charge" if report["on"] else "stopped charging",
    TRACK_ABOUT_TO_END: lambda report: f"is near the end of {_the_track(report)}",
}
