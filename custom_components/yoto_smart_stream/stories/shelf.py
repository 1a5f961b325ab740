"""Where the stories live in Home Assistant: their store, and what their texts mean.

There are stories whatever accounts there are. A story is on the disk before an action is done.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..json import JsonObject
from ..library.catalog import Catalog, async_get_catalog
from ..library.item import User, UserKind
from ..library.sifting import Sifted
from ..listeners import Listeners
from ..loaded_once import async_loaded_once
from ..story.errors import StoryError
from ..story.model import Story
from ..story.script import Script
from ..sure_store import NotWrittenError, SureStore
from .audio import audio_ids_of
from .index import StoryIndex
from .reading import script_of
from .records import MAJOR, MINOR, Contents, read_contents, write_contents
from .stored import StoredStory

STORE_KEY: Final = f"{DOMAIN}.stories"


class _StoryStore(SureStore[JsonObject]):
    """The store of the stories."""

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: dict[str, Any]
    ) -> dict[str, Any]:
        """Take the data of another minor version as they are: fields are kept or missing."""
        return old_data


@dataclass(frozen=True, slots=True)
class KeptStory:
    """A story with what its text means."""

    stored: StoredStory
    script: Script

    @property
    def story(self) -> Story:
        """Return the story."""
        return self.script.story


class StoryShelf:
    """The stories of this Home Assistant."""

    def __init__(self, hass: HomeAssistant, catalog: Catalog) -> None:
        """Prepare; `async_load` reads the store."""
        self.index = StoryIndex()
        self.catalog: Final = catalog
        self._hass = hass
        self._contents: Contents = Sifted()
        self._store = _StoryStore(
            hass, MAJOR, STORE_KEY, private=True, atomic_writes=True, minor_version=MINOR
        )
        self._read: dict[str, tuple[int, Script | StoryError]] = {}
        self._listeners = Listeners[str]()
        self._changing = asyncio.Lock()

    @property
    def set_aside_count(self) -> int:
        """Return how many records could not be read."""
        return len(self._contents.set_aside)

    async def async_load(self) -> None:
        """Read the store."""
        self._contents = read_contents(await self._store.async_load())
        self.index = StoryIndex(self._contents.records)
        for stored in self.index.stories.values():
            await self._async_read(stored)
        self.catalog.async_name_users(UserKind.STORY, self._title_of)
        self._note_users()

    async def async_story(self, key: str) -> KeptStory:
        """Return a story by id, slug or title, with what its text means.

        Raises:
            UnknownStoryError, AmbiguousStoryError: There is none, or there are several.
            StoryError: Its text cannot be read by this version.
        """
        stored = self.index.get(key)
        script = await self._async_read(stored)
        if isinstance(script, StoryError):
            raise script
        return KeptStory(stored, script)

    @callback
    def known(self, story_id: str) -> KeptStory | None:
        """Return a story by its id, None where there is none or its text cannot be read."""
        stored = self.index.stories.get(story_id)
        if stored is None or (read_before := self._read.get(story_id)) is None:
            return None
        revision, script = read_before
        if revision != stored.revision or isinstance(script, StoryError):
            return None
        return KeptStory(stored, script)

    async def async_change[T](self, change: Callable[[], T]) -> T:
        """Change the index, and be back when that is on the disk.

        Raises:
            NotWrittenError: It could not be written, and is as it was before.
            What `change` raises; nothing was changed then.
        """
        async with self._changing:
            before = self.index.stories
            result = change()
            after = self.index.stories
            try:
                await self._store.async_write(self._present())
            except NotWrittenError:
                self.index.reset(before)
                raise
            changed = [key for key in {**before, **after} if before.get(key) is not after.get(key)]
            for key in changed:
                if (stored := after.get(key)) is not None:
                    await self._async_read(stored)
                else:
                    self._read.pop(key, None)
        self._note_users()
        for story_id in changed:
            self._listeners.tell(story_id)
        return result

    @callback
    def async_listen(self, changed: Callable[[str], None]) -> CALLBACK_TYPE:
        """Call `changed` with the id of each story that is made, changed or deleted."""
        return self._listeners.add(changed)

    async def async_note(
        self, story_id: str, change: Callable[[StoredStory], StoredStory]
    ) -> StoredStory | None:
        """Note something about a story beside its text; None where it has been deleted meanwhile.

        Raises:
            NotWrittenError: It could not be written.
        """

        def note() -> StoredStory | None:
            stored = self.index.stories.get(story_id)
            return None if stored is None else self.index.put(change(stored))

        return await self.async_change(note)

    async def async_forget_cards(self, owner: str) -> None:
        """Forget the cards of an account.

        Raises:
            NotWrittenError: It could not be written.
        """

        def forget() -> None:
            for stored in self.index.stories.values():
                if owner in stored.cards:
                    cards = {key: card for key, card in stored.cards.items() if key != owner}
                    self.index.put(replace(stored, cards=cards))

        await self.async_change(forget)

    async def _async_read(self, stored: StoredStory) -> Script | StoryError:
        """Return what the text of a story means, or what is wrong with it."""
        known = self._read.get(stored.story_id)
        if known is not None and known[0] == stored.revision:
            return known[1]
        result: Script | StoryError
        try:
            result = await self._hass.async_add_executor_job(script_of, stored.text, stored.format)
        except StoryError as err:
            result = err
        self._read[stored.story_id] = stored.revision, result
        return result

    def _present(self) -> JsonObject:
        """Return what is to be stored now."""
        stories = tuple(self.index.stories.values())
        return write_contents(replace(self._contents, records=stories))

    def _title_of(self, story_id: str) -> str | None:
        """Return what people call a story."""
        stored = self.index.stories.get(story_id)
        return None if stored is None else stored.title

    def _note_users(self) -> None:
        """Tell the library which audio each story uses, so that it is not deleted."""
        self.catalog.collection.index.use_only(
            UserKind.STORY,
            {story_id: self._used_by(story_id) for story_id in self.index.stories},
            # Stories that could not be read may use what is noted for them.
            is_all=not self._contents.set_aside,
        )

    def _used_by(self, story_id: str) -> Iterable[str]:
        """Return the audio that a story uses; of a text that cannot be read, what it used."""
        if (kept := self.known(story_id)) is not None:
            return audio_ids_of(kept.stored, kept.story, self.catalog)
        user = User(kind=UserKind.STORY, reference=story_id)
        return [item.audio_id for item in self.catalog.collection.index.used_by(user)]


STORIES: HassKey[StoryShelf] = HassKey(f"{DOMAIN}_stories")


async def async_get_shelf(hass: HomeAssistant) -> StoryShelf:
    """Return the stories of this Home Assistant, loaded.

    Raises:
        UnsupportedStorageVersionError: A later version has written them, or the library.
        OSError: The folder of the library cannot be used.
    """
    return await async_loaded_once(hass, STORIES, _async_loaded)


async def _async_loaded(hass: HomeAssistant) -> StoryShelf:
    """Load the stories."""
    shelf = StoryShelf(hass, await async_get_catalog(hass))
    await shelf.async_load()
    return shelf
