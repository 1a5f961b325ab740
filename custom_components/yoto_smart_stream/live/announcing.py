"""Announcements of a player: made ready first, so that nothing is interrupted for what fails."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..catalogue.media_ids import read_media_id
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..library.job import failure_of
from ..opening.describing import said
from ..opening.errors import OpeningError
from ..opening.opened import OpenedLive
from ..opening.opener import Opener, async_get_opener
from ..opening.references import SPEECH
from ..opening.refusals import refusal_of_opening
from ..playback.messages import PlaybackStatus
from ..program.announcement import Announcement, Message
from ..program.item import ReturnTo
from ..program.session import Session
from ..program.steering import is_expected, to_announcement, unannounced, with_announcement
from ..sources.errors import SourceError
from ..sources.refusals import refusal
from ..sources.speech import Speech, async_speech_media
from ..sure_store import NotWrittenError
from .manner import Manner
from .publishing import async_publish, known_card
from .queue import PlayerQueue
from .runner import LIVE_CARDS
from .shape import async_start_at


class Announcer:
    """Announces things on one player, one after the other."""

    def __init__(self, coordinator: YotoCoordinator, player_id: str) -> None:
        """Belong to a player."""
        self.coordinator: Final = coordinator
        self._player_id = player_id
        self._turn = asyncio.Lock()

    async def async_say(self, speech: Speech, manner: Manner, title: str | None = None) -> None:
        """Announce a text.

        Raises:
            HomeAssistantError: There is no engine for it, or as with `async_play`.
        """
        try:
            media_id = async_speech_media(self.coordinator.hass, speech)
        except SourceError as err:
            raise refusal(failure_of(err), speech.text) from err
        await self.async_play(media_id, manner, title)

    async def async_play(self, media_id: str, manner: Manner, title: str | None = None) -> None:
        """Announce any media of Home Assistant's that has an end, and give back what plays.

        Raises:
            HomeAssistantError: It cannot be played, or the player did not obey.
        """
        hass = self.coordinator.hass
        if read_media_id(media_id) is not None:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="announcement_of_card"
            )
        opener = await async_get_opener(hass)
        card = known_card(self.coordinator, self._player_id)
        if card is None:
            # Both go on to their ends, whatever becomes of the other.
            messages, published = await asyncio.gather(
                self._async_messages(opener, media_id, manner, title),
                async_publish(self.coordinator, self._player_id),
                return_exceptions=True,
            )
            if isinstance(messages, BaseException):
                raise messages
            if isinstance(published, BaseException):
                raise published
            card = published
        else:
            messages = await self._async_messages(opener, media_id, manner, title)
        async with self._turn:
            await self._async_interrupt(*card, messages)

    async def _async_messages(
        self, opener: Opener, media_id: str, manner: Manner, title: str | None
    ) -> tuple[Message, ...]:
        """Return what is to be announced, made ready."""
        messages: list[Message] = []
        try:
            for item in await opener.async_describe(media_id, None):
                wanted = replace(item, chime=manner.chime and not messages)
                opened = await opener.async_open(wanted)
                if isinstance(opened, OpenedLive) or opened.item.length is None:
                    raise ServiceValidationError(
                        translation_domain=DOMAIN,
                        translation_key="announcement_endless",
                        translation_placeholders={"media": item.title},
                    )
                named = replace(opened.item, title=title or item.title or opened.item.title)
                messages.append(Message(item=named, volume=manner.volume))
        except OpeningError as err:
            label = said(media_id) if media_id.startswith(SPEECH) else media_id
            raise refusal_of_opening(err, label) from err
        return tuple(messages)

    async def _async_interrupt(
        self, token: str, card_id: str, messages: tuple[Message, ...]
    ) -> None:
        """Have messages announced: after what is being announced, or in the middle of all else."""
        chapter = None

        def stage(now: Session) -> Session:
            nonlocal chapter
            announcement, moment = self._announcement(messages), dt_util.utcnow()
            if now.staged is not None and not is_expected(now.staged, moment):
                # The player has never come for it.
                now = unannounced(now)
            joined = with_announcement(now, announcement, moment)
            if joined is not None:
                return joined
            staged, chapter = to_announcement(now, announcement, moment)
            return staged

        await self._async_keep(token, stage)
        if chapter is None:
            return
        session = PlayerQueue(self.coordinator, self._player_id).session
        command = async_start_at(self.coordinator, self._player_id, card_id, chapter, session)
        try:
            await self.coordinator.async_command(self._player_id, command)
        except HomeAssistantError:
            await self._async_keep(token, unannounced)
            raise

    def _announcement(self, messages: tuple[Message, ...]) -> Announcement:
        """Return an announcement that gives back what the player does now."""
        snapshot = self.coordinator.data[self._player_id].snapshot
        is_paused = snapshot.status is PlaybackStatus.PAUSED
        is_busy = is_paused or snapshot.status is PlaybackStatus.PLAYING
        place = None
        is_ours = PlayerQueue(self.coordinator, self._player_id).is_in_play
        if is_busy and snapshot.card_id is not None and not is_ours:
            position = snapshot.position_at_moment(dt_util.utcnow())
            is_known = snapshot.chapter_key is not None and position is not None
            place = ReturnTo(
                card_id=snapshot.card_id,
                chapter_key=snapshot.chapter_key if is_known else None,
                track_key=snapshot.track_key if is_known else None,
                position=position if is_known else None,
                paused=is_paused,
            )
        if snapshot.volume is None:
            # What cannot be put back is left as it is.
            messages = tuple(replace(message, volume=None) for message in messages)
        return Announcement(
            messages=messages,
            place=place,
            paused=is_paused and place is None,
            volume=snapshot.volume,
        )

    async def _async_keep(self, token: str, change: Callable[[Session], Session]) -> None:
        """Change the session, and be back when that is written down."""
        live = self.coordinator.hass.data.get(LIVE_CARDS)
        if live is None:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="announcement_not_saved"
            )
        try:
            await live.async_change(token, self._player_id, change)
        except NotWrittenError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="announcement_not_saved"
            ) from err


_ANNOUNCERS: HassKey[dict[str, Announcer]] = HassKey(f"{DOMAIN}_announcers")


@callback
def async_announcer(coordinator: YotoCoordinator, player_id: str) -> Announcer:
    """Return the announcer of a player: all who announce things on it take turns."""
    every = coordinator.hass.data.setdefault(_ANNOUNCERS, {})
    announcer = every.get(player_id)
    if announcer is None or announcer.coordinator is not coordinator:
        announcer = every[player_id] = Announcer(coordinator, player_id)
    return announcer
