"""Has the effects of sessions done at players, and sees to those that fail.

What is due is written down before it is done, and that it was done afterwards. Done twice, it does
no harm. A volume that could not be put back is tried again, as a child would be startled the next
time; everything else is of no use later.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from ..const import LOGGER
from ..program.item import Effect, SetVolume
from ..program.session import Session
from ..sure_store import NotWrittenError

type Obey = Callable[[str, Effect], Awaitable[None]]
"""Does an effect at a player, and raises HomeAssistantError where that cannot be done."""
type Settle = Callable[[Session, Callable[[Session], Session]], Awaitable[None]]
"""Writes down a change of a session; raises NotWrittenError where that fails."""

_AGAIN_AFTER: Final = 20.0
"""Seconds until a volume is put back at the earliest, if that has just failed."""
_ATTEMPTS: Final = 10


class Effects:
    """What is due, and who does it."""

    def __init__(
        self, hass: HomeAssistant, session: Callable[[str], Session | None], settle: Settle
    ) -> None:
        """Know nobody who obeys; `session` returns the one of a token as it is now."""
        self._hass = hass
        self._session = session
        self._settle = settle
        self._obey: dict[str, Obey] = {}
        self._doing: set[str] = set()
        self._not_before: dict[str, float] = {}
        self._failures: defaultdict[str, int] = defaultdict(int)

    @callback
    def async_connect(self, player_id: str, obey: Obey) -> CALLBACK_TYPE:
        """Have effects done at a player from now on; returns what ends that."""
        self._obey[player_id] = obey

        @callback
        def disconnect() -> None:
            if self._obey.get(player_id) is obey:
                del self._obey[player_id]

        return disconnect

    @callback
    def async_do(self, session: Session) -> None:
        """Begin to do what is due, unless that is being done or has just failed."""
        token = session.token
        if not session.due or token in self._doing or session.player_id not in self._obey:
            return
        if all(isinstance(effect, SetVolume) for effect in session.due) and (
            self._hass.loop.time() < self._not_before.get(token, 0.0)
        ):
            return
        self._doing.add(token)
        self._hass.async_create_background_task(
            self._async_do_all(token), f"effects of the live card of {session.player_id}"
        )

    async def _async_do_all(self, token: str) -> None:
        """Do what is due, and what becomes due meanwhile."""
        try:
            while (session := self._session(token)) is not None and session.due:
                if not await self._async_do(session):
                    return
        except NotWrittenError:
            LOGGER.error("What was done for a live card could not be written down")
        finally:
            self._doing.discard(token)

    async def _async_do(self, session: Session) -> bool:
        """Do what is due in a session; tells whether there is nothing to be tried again."""
        due = session.due
        failed: list[Effect] = []
        obey = self._obey.get(session.player_id)
        if obey is None:
            return False
        for effect in due:
            try:
                await obey(session.player_id, effect)
            except HomeAssistantError as err:
                LOGGER.warning("Player %s did not do what is due: %s", session.player_id, err)
                if isinstance(effect, SetVolume) and effect.was is not None:
                    failed.append(effect)
        again = self._again(session.token, failed)

        def settle(now: Session) -> Session:
            if now.due[: len(due)] != due:
                return now
            return replace(now, due=(*again, *now.due[len(due) :]))

        await self._settle(session, settle)
        return not again

    def _again(self, token: str, failed: list[Effect]) -> tuple[Effect, ...]:
        """Return what is to be tried again later."""
        if not failed:
            self._failures.pop(token, None)
            return ()
        self._failures[token] += 1
        self._not_before[token] = self._hass.loop.time() + _AGAIN_AFTER
        if self._failures[token] < _ATTEMPTS:
            # The last one is how loud it shall be.
            return tuple(failed[-1:])
        del self._failures[token]
        return ()
