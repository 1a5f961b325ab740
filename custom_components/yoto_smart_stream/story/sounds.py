"""What is known of the audio that a story plays, and how long speaking a text takes."""

from typing import Final, Protocol

from .model import Audio, Spoken

WORDS_A_MINUTE: Final = 150
"""How fast a text is spoken. An estimate, for as long as it has not been spoken."""
CHARACTERS_A_SECOND: Final = 15
"""The same for languages that put no spaces between words; the longer of the two counts."""


class Sounds(Protocol):
    """Says what is there to be played."""

    def has(self, audio: Audio) -> bool:
        """Return whether an audio is there; of a text, whether it has been spoken."""
        ...

    def seconds(self, audio: Audio) -> float | None:
        """Return how long an audio is; None if nobody knows or it has no end."""
        ...


def spoken_seconds(text: str) -> float:
    """Return about how long speaking a text takes."""
    return max(len(text.split()) * 60 / WORDS_A_MINUTE, len(text) / CHARACTERS_A_SECOND)


def seconds_of(audio: Audio, sounds: Sounds | None) -> float | None:
    """Return how long an audio is, or about how long it will be; None if nobody knows."""
    known = None if sounds is None else sounds.seconds(audio)
    if known is None and isinstance(audio, Spoken):
        return spoken_seconds(audio.text)
    return known
