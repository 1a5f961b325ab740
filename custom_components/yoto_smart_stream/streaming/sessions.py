"""Sessions: which player hears which item, as far as it can be known. Pure.

A request does not say which player it comes from (protocol §6.2), and an address proves nothing. So
what players say of themselves is put beside what was asked for: a player that says that it plays
the card of a stream hears one of the plays that were asked for since it began. Where more than one
is possible the item is told only if all of them have the same at the player's position.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import permutations
from typing import Final

from .live_play import LivePlace, LivePlay
from .pieces import Place
from .virtual import VirtualFile

NEAR: Final = timedelta(seconds=30)
"""How long before a player says that it has begun it may have asked."""
GRACE: Final = timedelta(seconds=10)
"""How long a request and a player's word may be apart before one is told without the other."""
_MOST_PLAYERS: Final = 6

type Played = VirtualFile | LivePlay
"""A play, of which it is known what is heard at a byte."""


@dataclass(slots=True, kw_only=True, eq=False)
class Listening:
    """Follow what was asked for of one play by one listener.

    `asked_at` and `start` (byte) are of the newest request; `reach` is the byte up to which
    anything was sent for it. It `is_over` once the player that heard it has ended: whoever hears
    the play after that has asked again.
    """

    file: Played
    listener: str
    asked_at: datetime
    start: int
    reach: int
    is_over: bool = False

    def position(self, moment: datetime) -> int | None:
        """Return the byte that is heard if it is heard as it comes; None once all of it was."""
        rate = self.file.bytes_per_second
        position = self.start + round((moment - self.asked_at).total_seconds() * rate)
        if isinstance(self.file, LivePlay) and self.file.ended_at is None:
            # It is heard as late as it comes.
            position = min(position, self.reach - 1)
        return position if self.start <= position < self.reach else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearer:
    """Say what a player tells of itself while it has the card of a stream in play.

    `since` is when it began with that by its own word, None if that was before we listened.
    `seconds` is its position, None where it does not say.
    """

    player_id: str
    since: datetime | None
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Say what is heard, and by whom; None for what is not known.

    `place` is in bytes of the play, as is `position`. `is_certain` says that player and item follow
    from what the player says and from what was asked for, and from nothing else.
    """

    player_id: str | None
    file: Played | None
    place: Place | LivePlace | None
    position: int | None
    is_certain: bool

    @property
    def key(self) -> Hashable:
        """Return what stays while the session goes on."""
        return self.player_id or self.file


def sessions(
    hearers: Sequence[Hearer], listenings: Iterable[Listening], moment: datetime
) -> tuple[Session, ...]:
    """Return the sessions of one token."""
    every = tuple(one for one in listenings if not one.is_over)
    possible = _possible(hearers, every)
    found = [
        _heard(hearer, fits)
        for hearer in hearers
        if (fits := possible[hearer.player_id]) or not _has_just_begun(hearer, moment)
    ]
    taken = {one.file for fits in possible.values() for one in fits}
    for one in every:
        position = one.position(moment)
        if one.file in taken or position is None or moment - one.asked_at < GRACE:
            continue
        found.append(
            Session(
                player_id=None,
                file=one.file,
                place=one.file.place_at(position),
                position=position,
                is_certain=False,
            )
        )
        taken.add(one.file)
    return tuple(found)


def _has_just_begun(hearer: Hearer, moment: datetime) -> bool:
    """Tell whether a player may be about to ask for what it has begun."""
    return hearer.since is not None and moment - hearer.since < GRACE


def _heard(hearer: Hearer, fits: Sequence[Listening]) -> Session:
    """Return what a player hears, given what it may have asked for."""
    files = list(dict.fromkeys(one.file for one in fits))
    place: Place | LivePlace | None = None
    position: int | None = None
    if files and hearer.seconds is not None:
        rates = {file.bytes_per_second for file in files}
        position = int(hearer.seconds * min(rates))
        places = [file.place_at(position) for file in files]
        items = {None if one is None else one.item for one in places}
        if len(items) == 1:
            place = places[0]
    return Session(
        player_id=hearer.player_id,
        file=files[0] if len(files) == 1 else None,
        place=place,
        position=position,
        is_certain=place is not None,
    )


def _possible(
    hearers: Sequence[Hearer], listenings: Sequence[Listening]
) -> Mapping[str, Sequence[Listening]]:
    """Return for each player what it may have asked for."""
    possible = {
        hearer.player_id: [
            one for one in listenings if hearer.since is None or one.asked_at >= hearer.since - NEAR
        ]
        for hearer in hearers
    }
    if len(hearers) == 1:
        [player_id] = possible
        return {player_id: _newest_of_each(possible[player_id])}
    return _matched(possible) or possible


def _newest_of_each(fits: Iterable[Listening]) -> list[Listening]:
    """Return what each listener has asked for last."""
    newest = {one.listener: one for one in sorted(fits, key=lambda one: one.asked_at)}
    return list(newest.values())


def _matched(
    possible: Mapping[str, Sequence[Listening]],
) -> Mapping[str, Sequence[Listening]] | None:
    """Return the only way to give each player a play of its own, None unless there is just one."""
    plays = {one.file: one for fits in possible.values() for one in fits}
    if not 1 < len(possible) == len(plays) <= _MOST_PLAYERS:
        return None
    may = {player: {one.file for one in fits} for player, fits in possible.items()}
    ways = [
        way
        for way in permutations(plays)
        if all(file in may[player] for player, file in zip(possible, way, strict=True))
    ]
    if len(ways) != 1:
        return None
    return {player: [plays[file]] for player, file in zip(possible, ways[0], strict=True)}
