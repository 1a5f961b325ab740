"""Virtual files: a stream as one file of exact length, of which any range can be asked for.

A finite stream is its lead-in, its pieces, and the gaps between them. An endless one is its
lead-in and pass after pass, cut off at the last border of a frame within a chosen time: players ask
for ranges of a file and want its length, which nothing endless has.

Each pass of a stream has the same number of bytes, since it is the same pieces and gaps in another
order. So the pass that a byte lies in is a division, and its order is a function of the seed and
the number of the pass: nothing is precomputed for all passes, and seeking, resuming and
reconnecting land on the same bytes. The prefix sums of the few passes in use are kept (`Passes`),
so that any byte is found in O(log n), and memory does not grow with the number of passes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Final

from ..audio.borders import border_before
from ..audio.plan import Part, Plan
from ..audio.profile import CONTENT_TYPE, Profile
from .nesting import Resolver
from .pieces import AudioPiece, Draw, Passes, Place, StreamPiece
from .stream import Stream

_HOUR: Final = 3600.0
_ETAG_DIGITS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Describe everything that a play of a stream needs but for what is drawn.

    `revision` tells editions of a stream apart as the caller counts them. `endless_bytes` is the
    most that an endless stream has, None for a finite one. `digest` changes with every byte.
    """

    root: StreamPiece
    lead_in: Plan
    profile: Profile
    revision: str
    endless_bytes: int | None
    digest: str = field(init=False)
    streams: tuple[StreamPiece, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work out the digest and the streams that are in it, once."""
        object.__setattr__(self, "streams", tuple(_streams_in(self.root)))
        facts = (self.revision, self.lead_in.total, self.profile, self.endless_bytes)
        digest = sha256(f"{facts!r} {self.root.digest}".encode()).hexdigest()
        object.__setattr__(self, "digest", digest)

    @property
    def longest(self) -> int:
        """Return the bytes of a play, to within the last frame of an endless one."""
        if self.endless_bytes is not None:
            return self.endless_bytes
        return self.lead_in.total + self.root.total


def edition_of(
    stream: Stream,
    resolver: Resolver,
    *,
    profile: Profile,
    revision: str,
    endless_seconds: float | None = None,
) -> Edition:
    """Make the edition of a stream that plays under the resolver's circumstances (blocking).

    `endless_seconds` is how long an endless stream is, None for what the stream itself says.

    Raises:
        StreamError: Something in it cannot be played as a file.
        AudioError: The file of silence is missing.
    """
    if endless_seconds is None:
        endless_seconds = stream.endless_hours * _HOUR
    endless = profile.bytes_of(max(profile.frames_in(endless_seconds), 1))
    return Edition(
        root=resolver.piece(stream.name),
        lead_in=resolver.silent(stream.lead_in),
        profile=profile,
        revision=revision,
        endless_bytes=endless if stream.play_mode.is_endless else None,
    )


class VirtualFile:
    """One play of a stream as a file: a `Source` for the response.

    `modified` is when the play began, since another play may have other bytes of the same length.
    """

    content_type: Final = CONTENT_TYPE

    def __init__(self, edition: Edition, draw: Draw, modified: datetime) -> None:
        """Describe a play; nothing is worked out before it is asked for."""
        self.edition = edition
        self.draw = draw
        self.modified = modified
        self._passes = Passes(draw)

    @property
    def bytes_per_second(self) -> int:
        """Return how many bytes are heard in a second."""
        return self.edition.profile.bytes_per_second

    @cached_property
    def etag(self) -> str:
        """Return a strong validator: all plays with the same bytes share it, and no others."""
        digest = sha256(self.edition.digest.encode())
        for key in sorted({self.draw.key(piece) for piece in self.edition.streams}):
            digest.update(b"%d " % len(key) + key)
        return digest.hexdigest()[:_ETAG_DIGITS]

    @cached_property
    def total(self) -> int:
        """Return the exact length in bytes (an endless one reads a frame's header: blocking).

        Raises:
            AudioError: The file in which an endless stream ends is missing or not canonical.
        """
        edition = self.edition
        if (limit := edition.endless_bytes) is None:
            return edition.longest
        part = next(self._parts(limit, limit + 1))
        return limit - (part.offset - border_before(part, edition.profile))

    def slices(self, start: int, stop: int) -> Iterator[Part]:
        """Yield the parts that make up the bytes [start, stop), cut to fit, none of them empty."""
        if not 0 <= start <= stop <= self.total:
            raise ValueError("A slice must lie inside the file")
        return self._parts(start, stop)

    def is_current(self) -> bool:
        """Tell whether every file is still as planned (blocking: one stat per file)."""
        parts = {
            piece.part.path: piece.part
            for stream in self.edition.streams
            for piece in stream.pieces
            if isinstance(piece, AudioPiece)
        }
        pauses = (self.edition.lead_in, *(piece.gap for piece in self.edition.streams))
        return all(map(_is_there, parts.values())) and all(plan.is_current() for plan in pauses)

    def is_current_at(self, position: int) -> bool:
        """Tell whether the file that a byte comes from is still as planned (blocking: one stat)."""
        return all(map(_is_there, self._parts(position, position + 1)))

    def place_at(self, position: int) -> Place | None:
        """Return which audio is heard at a byte, None beyond the end.

        The lead-in belongs to the first audio, and each gap to what comes before it.
        """
        edition = self.edition
        if not 0 <= position < edition.longest:
            return None
        lead_in, root = edition.lead_in.total, edition.root
        number, inside = divmod(max(position - lead_in, 0), root.period)
        found = self._passes.place(root, number, inside).moved(number * root.period + lead_in)
        if position < lead_in:
            return Place(audio=found.audio, start=0, stop=found.stop)
        return found

    def _parts(self, start: int, stop: int) -> Iterator[Part]:
        """Yield the parts of a range, wherever the end is."""
        edition = self.edition
        lead_in = edition.lead_in.total
        if start < lead_in:
            yield from edition.lead_in.slices(start, min(stop, lead_in))
        start, stop = max(start - lead_in, 0), max(stop - lead_in, 0)
        if edition.endless_bytes is None:
            yield from self._passes.parts(edition.root, 0, start, stop)
        else:
            yield from self._passes.endless(edition.root, start, stop)


def _is_there(part: Part) -> bool:
    """Tell whether the file of a part is as planned (blocking)."""
    try:
        return part.matches(part.path.stat())
    except OSError:
        return False


def _streams_in(root: StreamPiece) -> Iterator[StreamPiece]:
    """Yield a piece and all streams within it, each once."""
    seen = {id(root)}
    left = [root]
    while left:
        piece = left.pop()
        yield piece
        for inner in piece.pieces:
            if isinstance(inner, StreamPiece) and id(inner) not in seen:
                seen.add(id(inner))
                left.append(inner)
