"""From a card as we describe it to the JSON that Yoto is sent (protocol §4.2)."""

from typing import Final

from .model import StreamingCard, StreamTrack

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None

DEFAULT_ICON: Final = "yoto:#aUm9i3ex3qqAMYBv-i-O-pYMKuMJGICtR3Vhf289u2Q"
"""The icon that Yoto itself gives to a track without one (protocol §5.3)."""


def chapter_key(number: int) -> str:
    """Return the key of the n-th chapter, counted from 1: "01", "02", ..."""
    return f"{number:02}"


def build(card: StreamingCard) -> dict[str, Json]:
    """Return the payload for `POST /content`."""
    return {
        "title": card.title,
        "metadata": {
            "category": "none",
            "media": {
                "duration": round(sum(track.duration for track in card.tracks)),
                "fileSize": sum(track.size for track in card.tracks),
                "hasStreams": True,
            },
        },
        "content": {
            "activity": "yoto_Player",
            "version": "1",
            "playbackType": "linear",
            "restricted": True,
            "config": {"onlineOnly": True},
            "chapters": [_chapter(number, track) for number, track in enumerate(card.tracks, 1)],
        },
    }


def _chapter(number: int, track: StreamTrack) -> dict[str, Json]:
    """Return a chapter with its one track."""
    label = str(number)
    return {
        "key": chapter_key(number),
        "title": track.title,
        "overlayLabel": label,
        "duration": round(track.duration),
        "fileSize": track.size,
        "display": {"icon16x16": DEFAULT_ICON},
        "tracks": [
            {
                "key": "01",
                "title": track.title,
                "trackUrl": track.url,
                "type": "stream",
                "format": "mp3",
                # Without a label players skip through a card and play nothing (protocol §4.2).
                "overlayLabel": label,
                "duration": round(track.duration),
                "fileSize": track.size,
                "display": {"icon16x16": DEFAULT_ICON},
            }
        ],
    }
