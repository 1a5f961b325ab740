"""Plays: which edition and which draw a request gets, so that nothing changes inside a play. Pure.

A player sends nothing but a URL, asks several times in a row, and asks for ranges when it resumes
(protocol §6.2). The rule, for the requests for one token, in this order:

1. A play is *going on* until everything that was asked of it can have been heard, and six hours
   more for pauses: until `moment of the request + time from its first byte to the end + 6 h` of
   the request for which that is latest.
2. A request that names a play that is going on, by its tag or its time (If-Range, If-Match,
   If-Unmodified-Since), is for that play.
3. A request *from the start* is one without a range, with a range that begins at byte 0, or with an
   If-Range that names no play that is going on, which is answered with everything. It is for the
   listener's newest play if that began less than 30 s ago and the stream has the same revision:
   players ask again within seconds. Otherwise a new play begins, of the present revision, with what
   is drawn anew.
4. A request *from further on* is for the listener's newest play that is going on, whatever has been
   edited since. A listener without one (its address changed) gets the newest of the token. Only if
   there is none either, a new play begins, in its middle.
5. A play cannot go on where the file that the first byte asked for comes from is not as planned any
   more: it is forgotten, and the request is treated as if it had never been.
6. HEAD, and a GET that is refused since its If-Match or If-Unmodified-Since names no play, begin
   nothing and keep nothing going. They are told of the play that a GET would get: what a new one
   draws is drawn once and kept for the play that begins next.

So an edit applies to the next play and never inside a running one, and so does a new day for a
stream that is drawn daily. Two players behind one address that send no tags share the newest play.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
import secrets
from threading import Lock
from typing import Final

from .pieces import Draw
from .ranges import Conditions, decide
from .virtual import Edition, VirtualFile

AGAIN: Final = timedelta(seconds=30)
SLACK: Final = timedelta(hours=6)
_TOKENS_KEPT: Final = 256
_PLAYS_PER_TOKEN: Final = 16
_DRAWN_BYTES: Final = 16
_LONGER_THAN_ANY: Final = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One play of a stream by a listener. `until` is when it is over if nobody asks again."""

    token: str
    listener: str
    file: VirtualFile
    began: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayRecord:
    """What has to be kept of a play so that it goes on after a restart."""

    token: str
    listener: str
    digest: str
    draw: Draw
    began: datetime
    until: datetime


class Plays:
    """Keep the plays that are going on. May be used from several threads."""

    def __init__(self, draw: Callable[[], str] = lambda: secrets.token_hex(_DRAWN_BYTES)) -> None:
        """Start without any play; `draw` returns another text each time."""
        self._draw = draw
        self._lock = Lock()
        # By token, that asked for last at the end; the plays of each, the newest at the end.
        self._plays: OrderedDict[str, list[Play]] = OrderedDict()
        self._drawn: OrderedDict[str, str] = OrderedDict()

    def serve(
        self,
        token: str,
        conditions: Conditions,
        *,
        listener: str,
        now: datetime,
        revision: str,
        edition: Callable[[], Edition],
    ) -> Play:
        """Return the play that a request is for, and keep it going (blocking: a few stats).

        Args:
            token: What the URL names.
            conditions: What the request asks for.
            listener: What is known of who asks, mostly an address.
            now: The moment, aware, in the zone of the family, which decides what a day is.
            revision: The present revision of the stream, as in its editions.
            edition: Makes the present edition; called only where a play may begin. What it raises
                is raised.
        """
        asked = _Asked(conditions, listener, _start_of(conditions.range))
        with self._lock:
            going_on = self._going_on(token, now)
            play = _found(going_on, asked, now, revision)
            while play is not None and not _can_go_on(play, asked.start):
                going_on.remove(play)
                play = _found(going_on, asked, now, revision)
            is_told_only = conditions.method != "GET" or (asked.is_bound and play is None)
            if play is None:
                play = self._new(token, listener, now, edition())
                if not is_told_only:
                    del self._drawn[token]
                    self._keep(play)
            elif not is_told_only:
                until = max(play.until, _until(play.file.edition, asked.start, now))
                going_on[going_on.index(play)] = play = replace(play, until=until)
            return play

    def of(self, token: str, now: datetime) -> tuple[Play, ...]:
        """Return the plays of a token that are going on, the newest last."""
        with self._lock:
            return tuple(self._going_on(token, now))

    def forget(self, token: str) -> None:
        """End all plays of a token, such as one that was revoked."""
        with self._lock:
            self._plays.pop(token, None)
            self._drawn.pop(token, None)

    def records(self, now: datetime) -> tuple[PlayRecord, ...]:
        """Return what has to be kept of all plays that are going on."""
        with self._lock:
            return tuple(
                PlayRecord(
                    token=play.token,
                    listener=play.listener,
                    digest=play.file.edition.digest,
                    draw=play.file.draw,
                    began=play.began,
                    until=play.until,
                )
                for token in list(self._plays)
                for play in self._going_on(token, now)
            )

    def restore(self, record: PlayRecord, edition: Edition) -> bool:
        """Go on with a play after a restart, if the edition still is the one that was played."""
        if record.digest != edition.digest:
            return False
        file = VirtualFile(edition, record.draw, _whole_second(record.began))
        play = Play(
            token=record.token,
            listener=record.listener,
            file=file,
            began=record.began,
            until=record.until,
        )
        with self._lock:
            self._keep(play)
        return True

    def _new(self, token: str, listener: str, now: datetime, edition: Edition) -> Play:
        """Return the play that would begin now."""
        if token not in self._drawn:
            self._drawn[token] = self._draw()
            if len(self._drawn) > _TOKENS_KEPT:
                self._drawn.popitem(last=False)
        draw = Draw(play=self._drawn[token], day=now.date().isoformat())
        return Play(
            token=token,
            listener=listener,
            file=VirtualFile(edition, draw, _whole_second(now)),
            began=now,
            until=_until(edition, 0, now),
        )

    def _keep(self, play: Play) -> None:
        """Remember a play, and forget the oldest where there are too many."""
        plays = self._plays.setdefault(play.token, [])
        plays.append(play)
        plays.sort(key=lambda one: one.began)
        del plays[:-_PLAYS_PER_TOKEN]
        self._plays.move_to_end(play.token)
        if len(self._plays) > _TOKENS_KEPT:
            self._plays.popitem(last=False)

    def _going_on(self, token: str, now: datetime) -> list[Play]:
        """Return the plays of a token that are going on, after forgetting the others."""
        plays = self._plays.get(token)
        if plays is None:
            return []
        plays[:] = [play for play in plays if now <= play.until]
        if not plays:
            del self._plays[token]
        return plays


@dataclass(frozen=True, slots=True)
class _Asked:
    """Hold what matters of a request; `start` is the first byte that it asks for."""

    conditions: Conditions
    listener: str
    start: int

    @property
    def is_bound(self) -> bool:
        """Tell whether only what the request names may be the answer."""
        return (
            self.conditions.if_match or self.conditions.if_unmodified_since
        ) is not None and self.conditions.if_match != "*"

    @property
    def is_from_start(self) -> bool:
        """Tell whether a request that names no play is answered from byte 0."""
        return not self.start or self.conditions.if_range is not None

    def names(self, file: VirtualFile) -> bool:
        """Tell whether the request names a file, and not any."""
        asked = self.conditions
        if asked.range is not None and asked.if_range is not None:
            needed = Conditions(method="GET", range="bytes=0-0", if_range=asked.if_range)
            wanted = HTTPStatus.PARTIAL_CONTENT
        elif self.is_bound:
            needed = Conditions(
                method="GET",
                if_match=asked.if_match,
                if_unmodified_since=asked.if_unmodified_since,
            )
            wanted = HTTPStatus.OK
        else:
            return False
        found = decide(needed, total=1, etag=file.etag, modified=file.modified)
        return found.status is wanted


def _found(plays: list[Play], asked: _Asked, now: datetime, revision: str) -> Play | None:
    """Return which of the plays that are going on a request is for."""
    own = [play for play in plays if play.listener == asked.listener]
    named = (play for play in (*reversed(own), *reversed(plays)) if asked.names(play.file))
    if (found := next(named, None)) is not None or asked.is_bound:
        return found
    newest = next(reversed(own or plays), None)
    if not asked.is_from_start:
        return newest
    if not own or newest is None:
        return None
    is_again = now - newest.began < AGAIN and newest.file.edition.revision == revision
    return newest if is_again else None


def _can_go_on(play: Play, start: int) -> bool:
    """Tell whether the first byte asked for can still be sent (blocking: one stat)."""
    return play.file.is_current_at(min(start, play.file.edition.longest - 1))


def _until(edition: Edition, start: int, now: datetime) -> datetime:
    """Return until when a play goes on that was asked for from a byte on."""
    left = edition.profile.seconds_of(max(edition.longest - start, 0))
    return now + timedelta(seconds=left) + SLACK


def _start_of(field: str | None) -> int:
    """Return the first byte that a Range field asks for; that of a suffix is far from 0."""
    found = decide(
        Conditions(method="GET", range=field),
        total=_LONGER_THAN_ANY,
        etag="",
        modified=datetime.min.replace(tzinfo=UTC),
    )
    is_beyond = found.status is HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    return _LONGER_THAN_ANY if is_beyond else found.start


def _whole_second(moment: datetime) -> datetime:
    """Return a moment as HTTP tells it."""
    return moment.astimezone(UTC).replace(microsecond=0)
