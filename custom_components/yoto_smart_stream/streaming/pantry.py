"""The pantry: makes editions of streams out of the library's audio, and keeps those last made.

Used from several executor threads at once: each step is one operation on a dictionary, and at worst
something is made twice. Whatever the library changes empties it.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..audio.errors import AudioError
from ..audio.plan import plan_of_files
from ..audio.profile import CONTENT_TYPE, Profile
from ..audio.silence import Silence
from .choosing import Circumstances, chosen_rule
from .index import StreamIndex
from .live_sequence import LiveSequence
from .nesting import Resolver
from .pieces import AudioPiece, Draw
from .pinning import Pinned, pin
from .stream import StreamError, StreamErrorCode
from .virtual import Edition, edition_of

_EDITIONS_KEPT: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Describe an audio of the library: where it is, and what is in it."""

    path: Path
    sha256: str
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Hold an edition, and what it was made of."""

    edition: Edition
    pinned: Pinned


class Pantry:
    """Make editions."""

    def __init__(self, folder: Path, stock: Callable[[str], Stock | None]) -> None:
        """Keep silence in a folder; `stock` looks up an audio by its id, in any thread."""
        self._folder = folder
        self._stock = stock
        self._silences: dict[Profile, Silence] = {}
        self._pieces: dict[str, tuple[AudioPiece, Profile] | None] = {}
        self._editions: OrderedDict[object, Made] = OrderedDict()

    def empty(self) -> None:
        """Forget everything, since the library has changed."""
        self._pieces = {}
        self._editions = OrderedDict()

    def edition(self, name: str, index: StreamIndex, circumstances: Circumstances) -> Made:
        """Make the present edition of a stream (blocking).

        Raises:
            StreamError: It cannot be played as a file.
            KeyError: There is no such stream, or a template was not evaluated.
        """
        facts = index.facts(name)
        chosen = tuple(chosen_rule(stream, circumstances) for stream in facts.within)
        key = (name, facts.revision, chosen)
        editions = self._editions
        if (made := editions.get(key)) is None:
            pinned = self._pinned(name, index, circumstances)
            made = editions[key] = Made(edition=self.again(pinned), pinned=pinned)
            if len(editions) > _EDITIONS_KEPT:
                editions.popitem(last=False)
        return made

    def sequence(
        self, name: str, index: StreamIndex, circumstances: Circumstances, draw: Draw
    ) -> LiveSequence:
        """Make the present sequence of a stream that has live items (blocking).

        Raises:
            StreamError: There is nothing in it.
            KeyError: As for `edition`.
        """
        pinned = self._pinned(name, index, circumstances)
        if not pinned.streams[name].items:
            raise StreamError(StreamErrorCode.EMPTY, (name,))
        return LiveSequence(pinned, self._piece, self._silence(pinned.profile), draw)

    def _pinned(self, name: str, index: StreamIndex, circumstances: Circumstances) -> Pinned:
        """Choose what a stream plays (blocking)."""
        facts = index.facts(name)
        streams = {stream.name: stream for stream in facts.within}
        return pin(name, streams, circumstances, self._profile, revision=facts.revision)

    def again(self, pinned: Pinned) -> Edition:
        """Make the edition of something pinned (blocking).

        Raises:
            StreamError: It cannot be played as a file (any more).
        """
        silence = self._silence(pinned.profile)
        # Everything has been chosen: no rule asks for the time any more.
        unasked = Circumstances.unasked()
        resolver = Resolver(pinned.streams, self._piece, silence, unasked)
        try:
            return edition_of(
                pinned.streams[pinned.name],
                resolver,
                profile=pinned.profile,
                revision=pinned.revision,
            )
        except AudioError as err:
            raise StreamError(StreamErrorCode.EMPTY, (pinned.name,)) from err

    def _found(self, audio_id: str) -> tuple[AudioPiece, Profile] | None:
        """Look up an audio and its file (blocking), None where either is gone."""
        pieces = self._pieces
        if audio_id not in pieces:
            pieces[audio_id] = self._looked_up(audio_id)
        return pieces[audio_id]

    def _looked_up(self, audio_id: str) -> tuple[AudioPiece, Profile] | None:
        """Look up an audio for the first time."""
        if (stock := self._stock(audio_id)) is None:
            return None
        try:
            [part] = plan_of_files([stock.path], CONTENT_TYPE).parts
        except AudioError:
            return None
        return AudioPiece(identity=stock.sha256, part=part, kind=audio_id), stock.profile

    def _piece(self, audio_id: str) -> AudioPiece | None:
        """Return an audio as a piece."""
        return None if (found := self._found(audio_id)) is None else found[0]

    def _profile(self, audio_id: str) -> Profile | None:
        """Return the profile of an audio that can be played."""
        return None if (found := self._found(audio_id)) is None else found[1]

    def _silence(self, profile: Profile) -> Silence:
        """Return silence of a profile, made when it is first needed."""
        if (silence := self._silences.get(profile)) is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            silence = Silence(self._folder, profile)
            silence.prepare()
            self._silences[profile] = silence
        return silence
