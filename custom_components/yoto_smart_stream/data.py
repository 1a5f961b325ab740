"""What is known about a player at one moment."""

from dataclasses import dataclass
from datetime import datetime

from .cloud.account import Player
from .cloud.cards import Card
from .playback.messages import PlaybackStatus
from .playback.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerState:
    """A player with everything known about it at one moment."""

    player: Player
    snapshot: Snapshot
    card: Card | None = None
    """The card in play, with chapters once they have been fetched."""

    @property
    def online(self) -> bool:
        """Return whether the player is there: by its own word, or by the cloud's before that."""
        if self.snapshot.online is None:
            return self.player.believed_online
        return self.snapshot.online

    def seconds_left(self, moment: datetime) -> float | None:
        """Return the seconds until the track ends; None while it does not play.

        Also None where nobody knows how long the track is, as with most streams (protocol §3.8).
        """
        snapshot = self.snapshot
        if snapshot.status is not PlaybackStatus.PLAYING or snapshot.waiting:
            return None
        length = snapshot.track_length or self._length_on_card()
        position = snapshot.position_at_moment(moment)
        if length is None or position is None:
            return None
        return max(length - position, 0.0)

    def _length_on_card(self) -> float | None:
        """Return how long the track is by what the card says."""
        place = self.snapshot.chapter_key, self.snapshot.track_key
        for chapter in self.card.chapters if self.card else ():
            for track in chapter.tracks:
                if (chapter.key, track.key) == place:
                    return track.duration
        return None
