"""The registry: which token serves what. Its private store outlives restarts.

A URL on a card works for years, so a record is on the disk before its URL is handed out, and a
record that cannot be read is set aside and never takes the others with it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypedDict, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.json import JsonObjectType, JsonValueType

from ..const import DOMAIN, LOGGER
from ..listeners import Listeners
from ..loaded_once import async_loaded_once
from ..sure_store import NotWrittenError, SureStore
from .resources import (
    LiveCardResource,
    Resource,
    StoryCardResource,
    StreamedAudio,
    StreamedFile,
    StreamedList,
    resource_of,
    stored,
)

_VERSION: Final = 1
_MINOR_VERSION: Final = 8
"""Since 2 there are tokens of streams beside those of files, since 3 those of live cards, since 4
records say what the URLs on cards begin with, since 5 there are tokens of audio of the library,
since 6 records say whether a token outlives its card, since 7 there are tokens of story cards,
since 8 their records say whether the card is a plain one."""
_KINDS: Final = ("files", "audio", "streams", "live_cards", "story_cards")
STORE_KEY: Final = f"{DOMAIN}.streams"


class RegistryNotSavedError(HomeAssistantError):
    """Report that the store could not be written, so that a new URL would not last."""


class _Stored(TypedDict):
    """Shape of the store. `rejected` holds, verbatim, what could not be read."""

    files: list[JsonObjectType]
    audio: list[JsonObjectType]
    streams: list[JsonObjectType]
    live_cards: list[JsonObjectType]
    story_cards: list[JsonObjectType]
    rejected: list[JsonValueType]


class _RegistryStore(SureStore[_Stored]):
    """The store of the registry."""

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: dict[str, Any]
    ) -> dict[str, Any]:
        """Take the data of another minor version as they are: lists and fields are only added."""
        return old_data


class StreamRegistry:
    """Find, make and revoke tokens."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare an empty registry; `async_load` fills it."""
        self._store = _RegistryStore(
            hass,
            _VERSION,
            STORE_KEY,
            private=True,
            atomic_writes=True,
            minor_version=_MINOR_VERSION,
        )
        self._resources: dict[str, Resource] = {}
        self._rejected: list[JsonValueType] = []
        self._made: set[str] = set()
        """The tokens that were made since the registry was loaded."""
        self._listeners: defaultdict[str, Listeners[str]] = defaultdict(Listeners)
        self._on_revoked = Listeners[str]()

    @property
    def rejected_count(self) -> int:
        """Return how many records were set aside because they could not be read."""
        return len(self._rejected)

    async def async_load(self) -> None:
        """Read the store."""
        # What is on the disk may have been written by anyone: it is checked, not believed.
        stored: JsonObjectType | None = await self._store.async_load()  # type: ignore[assignment]
        if stored is None:
            return
        self._rejected = _listed(stored.get("rejected"))
        faults = []
        for record in (one for kind in _KINDS for one in _listed(stored.get(kind))):
            try:
                resource = resource_of(record)
            except (KeyError, TypeError, ValueError) as err:
                faults.append(err)
                self._rejected.append(record)
            else:
                self._resources[resource.token] = resource
        if faults:
            LOGGER.warning(
                "%s stream records cannot be read and were set aside, one because of %r",
                len(faults),
                faults[0],
            )

    def find(self, token: str) -> Resource | None:
        """Return what a token serves, None where it is unknown or revoked."""
        return self._resources.get(token)

    def of_owner(self, owner: str) -> tuple[Resource, ...]:
        """Return everything that is served for a config entry."""
        return tuple(one for one in self._resources.values() if one.owner == owner)

    def of_card(self, card_id: str, *, owner: str) -> tuple[Resource, ...]:
        """Return everything that is served for a card of a config entry."""
        return tuple(one for one in self.of_owner(owner) if one.card_id == card_id)

    def left_over(self, owner: str) -> tuple[Resource, ...]:
        """Return what was made for cards of a config entry that nobody knows to have come about.

        Home Assistant was ended between making the tokens and noting the card that they are on.
        """
        return tuple(
            one
            for one in self.of_owner(owner)
            if one.card_id is None
            and not one.outlives_card
            and one.token not in self._made
            and (
                isinstance(one, StreamedFile | StreamedAudio | StoryCardResource)
                or (isinstance(one, StreamedList) and not one.is_link)
            )
        )

    def lists(self) -> tuple[StreamedList, ...]:
        """Return everything that serves a stream."""
        return tuple(one for one in self._resources.values() if isinstance(one, StreamedList))

    def of_stream(self, stream_id: str) -> tuple[StreamedList, ...]:
        """Return everything that serves one stream."""
        return tuple(one for one in self.lists() if one.stream_id == stream_id)

    def live_cards(self, owner: str) -> tuple[LiveCardResource, ...]:
        """Return the live cards of a config entry."""
        return tuple(one for one in self.of_owner(owner) if isinstance(one, LiveCardResource))

    def live_card(self, player_id: str, *, owner: str) -> LiveCardResource | None:
        """Return the live card of a player of a config entry, None where it has none yet."""
        cards = (one for one in self.live_cards(owner) if one.player_id == player_id)
        return next(cards, None)

    def story_cards(self) -> tuple[StoryCardResource, ...]:
        """Return the story cards of all config entries."""
        every = self._resources.values()
        return tuple(one for one in every if isinstance(one, StoryCardResource))

    def story_card(self, story_id: str, *, owner: str) -> StoryCardResource | None:
        """Return the card of a config entry that tells a story, None where it has none yet."""
        cards = (one for one in self.story_cards() if one.owner == owner)
        return next((one for one in cards if one.story_id == story_id), None)

    def on_story_card(self, card_id: str | None) -> StoryCardResource | None:
        """Return what a story card tells; None for all other cards."""
        if card_id is None:
            return None
        return next((one for one in self.story_cards() if one.card_id == card_id), None)

    @callback
    def async_listen(self, owner: str, fetched: Callable[[str], None]) -> CALLBACK_TYPE:
        """Call `fetched` with the id of a card each time a player fetches audio of it.

        Args:
            owner: the config entry that the audio is served for.
            fetched: what to call.

        Returns:
            What ends that.
        """
        return self._listeners[owner].add(fetched)

    @callback
    def async_on_revoked(self, revoked: Callable[[str], None]) -> None:
        """Call `revoked` with each token that is revoked from now on."""
        self._on_revoked.add(revoked)

    @callback
    def async_fetched(self, resource: Resource) -> None:
        """Take note that a player fetches a file or a stream."""
        if resource.card_id is not None:
            self._listeners[resource.owner].tell(resource.card_id)

    async def async_add(
        self, files: Iterable[tuple[Path, str]], *, owner: str
    ) -> list[StreamedFile]:
        """Make a token for each file and write them down before they can be handed out.

        The same file gets a new token each time: revoking one card leaves the others alone.

        Args:
            files: path and content type of each.
            owner: the config entry that they are served for.

        Raises:
            ValueError: A path is not absolute.
            RegistryNotSavedError: The store could not be written; there are no tokens then.
        """
        added = [
            StreamedFile(path=path, content_type=content_type, owner=owner)
            for path, content_type in files
        ]
        if not all(file.path.is_absolute() for file in added):
            raise ValueError("A streamed file needs an absolute path")
        await self._async_keep(added)
        return added

    async def async_add_audio(self, audio_ids: Iterable[str], *, owner: str) -> list[StreamedAudio]:
        """Make a token for each audio of the library, like `async_add`."""
        added = [StreamedAudio(audio_id=audio_id, owner=owner) for audio_id in audio_ids]
        await self._async_keep(added)
        return added

    async def async_add_list(self, stream_id: str, *, owner: str, is_link: bool) -> StreamedList:
        """Make a token for a stream and write it down before it can be handed out.

        Args:
            stream_id: the stream.
            owner: the config entry that it is served for.
            is_link: whether it is the stream's own address, and not a card's.

        Raises:
            RegistryNotSavedError: The store could not be written; there is no token then.
        """
        added = StreamedList(stream_id=stream_id, owner=owner, is_link=is_link)
        await self._async_keep([added])
        return added

    async def async_add_live_card(self, player_id: str, *, owner: str) -> LiveCardResource:
        """Make a token for a live card and write it down before it can be handed out.

        Args:
            player_id: whose live card it is.
            owner: the config entry of the player.

        Raises:
            RegistryNotSavedError: The store could not be written; there is no token then.
        """
        added = LiveCardResource(player_id=player_id, owner=owner)
        await self._async_keep([added])
        return added

    async def async_add_story_card(self, story_id: str, *, owner: str) -> StoryCardResource:
        """Make a token for a story card of a config entry, like `async_add_live_card`."""
        added = StoryCardResource(story_id=story_id, owner=owner)
        await self._async_keep([added])
        return added

    def cards(self, owner: str) -> dict[str, str | None]:
        """Return the ids of the cards of a config entry, and what the URLs on each begin with."""
        return {
            one.card_id: one.base_url for one in self.of_owner(owner) if one.card_id is not None
        }

    async def async_note_published(
        self, token: str, *, card_id: str, published: str, base_url: str | None = None
    ) -> LiveCardResource | None:
        """Note what Yoto was sent for a live card; None where it was revoked meanwhile."""
        card = self._resources.get(token)
        if not isinstance(card, LiveCardResource):
            return None
        noted = self._resources[token] = replace(
            card, card_id=card_id, published=published, base_url=base_url
        )
        await self._async_save()
        return noted

    async def async_bind(
        self, tokens: Iterable[str], card_id: str, base_url: str | None = None
    ) -> None:
        """Note on which card the URLs of these tokens are, and what they begin with."""
        for token in tokens:
            if (resource := self._resources.get(token)) is not None:
                self._resources[token] = replace(resource, card_id=card_id, base_url=base_url)
        await self._async_save()

    async def async_bind_story(
        self, token: str, card_id: str, base_url: str, *, is_plain: bool
    ) -> None:
        """Note on which card a story is told, and whether that is a plain one."""
        if isinstance(resource := self._resources.get(token), StoryCardResource):
            self._resources[token] = replace(resource, is_plain=is_plain)
        await self.async_bind([token], card_id, base_url)

    async def async_rebase(self, card_id: str, base_url: str, *, owner: str) -> None:
        """Note what the URLs on a card of a config entry begin with now."""
        on_card = (one for one in self.of_owner(owner) if one.card_id == card_id)
        changed = [one for one in on_card if one.base_url != base_url]
        for resource in changed:
            self._resources[resource.token] = replace(resource, base_url=base_url)
        if changed:
            await self._async_save()

    async def async_unbind(self, card_id: str, *, owner: str) -> None:
        """Note that a card of a config entry is no more. Its tokens stay, for copies of it."""
        for resource in self.of_owner(owner):
            if resource.card_id == card_id:
                self._resources[resource.token] = replace(
                    resource, card_id=None, base_url=None, outlives_card=True
                )
        await self._async_save()

    async def async_revoke(self, tokens: Iterable[str]) -> None:
        """Forget tokens; their URLs are answered with 404 from now on."""
        known = [token for token in tokens if self._resources.pop(token, None) is not None]
        for token in known:
            self._on_revoked.tell(token)
        if known:
            await self._async_save()

    async def async_revoke_owner(self, owner: str) -> None:
        """Forget everything that was served for a config entry."""
        await self.async_revoke([resource.token for resource in self.of_owner(owner)])

    async def _async_keep(self, added: Sequence[Resource]) -> None:
        """Keep new records, or none of them where they cannot be written."""
        self._resources.update({resource.token: resource for resource in added})
        self._made.update(resource.token for resource in added)
        try:
            await self._async_save()
        except RegistryNotSavedError, asyncio.CancelledError:
            for resource in added:
                del self._resources[resource.token]
            raise

    async def _async_save(self) -> None:
        """Write the store now."""
        every = self._resources.values()
        contents = _Stored(
            files=[stored(one) for one in every if isinstance(one, StreamedFile)],
            audio=[stored(one) for one in every if isinstance(one, StreamedAudio)],
            streams=[stored(one) for one in every if isinstance(one, StreamedList)],
            live_cards=[stored(one) for one in every if isinstance(one, LiveCardResource)],
            story_cards=[stored(one) for one in every if isinstance(one, StoryCardResource)],
            rejected=self._rejected,
        )
        try:
            await self._store.async_write(contents)
        except NotWrittenError as err:
            raise RegistryNotSavedError(
                translation_domain=DOMAIN, translation_key="streams_not_saved"
            ) from err


STREAM_REGISTRY: HassKey[StreamRegistry] = HassKey(f"{DOMAIN}_stream_registry")


async def async_get_registry(hass: HomeAssistant) -> StreamRegistry:
    """Return the one registry of this Home Assistant, loaded."""
    return await async_loaded_once(hass, STREAM_REGISTRY, _async_loaded)


async def _async_loaded(hass: HomeAssistant) -> StreamRegistry:
    """Load the registry."""
    registry = StreamRegistry(hass)
    await registry.async_load()
    return registry


def _listed(value: JsonValueType) -> list[JsonValueType]:
    """Return the records of a list; what is no list is one bad record."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
