"""From the fields of an action to the story that is meant."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.storage import UnsupportedStorageVersionError
import voluptuous as vol

from ..const import DOMAIN
from ..library.errors import LibraryError
from ..sources.media import Folder, async_find
from ..sources.origin import FileOrigin
from ..sources.refusals import async_library, refusal_of
from ..stories.errors import AmbiguousStoryError, TitleTakenError, UnknownStoryError
from ..stories.reading import script_of
from ..stories.shelf import KeptStory, StoryShelf, async_get_shelf
from ..stories.stored import StoredStory
from ..story.errors import StoryError
from ..story.formats.story_format import StoryFormat
from ..story.model import Story
from ..story.script import Script
from ..sure_store import NotWrittenError
from .story_texts import refused

LONGEST: Final = 5_000_000
"""Characters that a story may have."""
STORY: Final = {
    vol.Optional("story_id"): cv.string,
    vol.Optional("format"): vol.Coerce(StoryFormat),
    vol.Optional("text"): vol.All(cv.string, vol.Length(max=LONGEST)),
}
"""A story by id, slug or title, or as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The story that an action is about; `stored` is None for one that is given as text."""

    script: Script
    stored: StoredStory | None = None

    @property
    def story(self) -> Story:
        """Return the story."""
        return self.script.story

    @property
    def kept(self) -> KeptStory:
        """Return the story as it is kept.

        Raises:
            ServiceValidationError: It is not kept.
        """
        if self.stored is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="story_not_saved",
                translation_placeholders={"title": self.story.title},
            )
        return KeptStory(self.stored, self.script)


async def async_shelf(hass: HomeAssistant) -> StoryShelf:
    """Return the stories.

    Raises:
        HomeAssistantError: They, or the library, cannot be read.
    """
    await async_library(hass)
    try:
        return await async_get_shelf(hass)
    except UnsupportedStorageVersionError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="stories_unusable"
        ) from err


@contextmanager
def story_explained() -> Iterator[None]:
    """Translate what can be wrong with a story, with its name and with keeping it."""
    try:
        yield
    except StoryError as err:
        raise refused(err) from err
    except UnknownStoryError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="story_unknown",
            translation_placeholders={"story": err.key, "known": ", ".join(err.known) or "-"},
        ) from err
    except AmbiguousStoryError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="story_ambiguous",
            translation_placeholders={"story": err.title, "known": ", ".join(err.slugs)},
        ) from err
    except TitleTakenError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="story_title_taken",
            translation_placeholders={"title": err.title},
        ) from err
    except NotWrittenError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="story_not_written"
        ) from err


async def async_meant(call: ServiceCall) -> Meant:
    """Return the story that an action names or holds.

    Raises:
        ServiceValidationError: There is none, or it cannot be read.
    """
    with story_explained():
        return await async_read(call)


async def async_read(call: ServiceCall) -> Meant:
    """Return the story that an action names or holds.

    Raises:
        StoryError: It cannot be read.
        UnknownStoryError, AmbiguousStoryError: There is none, or there are several.
        ServiceValidationError: An action has to name one, or hold one.
    """
    named, text = call.data.get("story_id"), call.data.get("text")
    if (named is None) is (text is None):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="story_id_or_text")
    if text is not None:
        form = call.data.get("format")
        return Meant(script=await call.hass.async_add_executor_job(script_of, text, form))
    kept = await (await async_shelf(call.hass)).async_story(str(named))
    return Meant(script=kept.script, stored=kept.stored)


async def async_story_file(hass: HomeAssistant, media: str) -> Path:
    """Return the file that somebody names by a media id or a path.

    Raises:
        ServiceValidationError: There is no such file, or it must not be used.
    """
    try:
        origin = await async_find(hass, media.strip())
    except LibraryError as err:
        raise refusal_of(err, media) from err
    if isinstance(origin, Folder) or not isinstance(origin, FileOrigin):
        raise _no_text(media)
    return origin.path


async def async_text_of(hass: HomeAssistant, path: Path, media: str) -> str:
    """Return the text of a file; `media` is how it was named.

    Raises:
        ServiceValidationError: It cannot be read, or is no text.
    """
    try:
        return await hass.async_add_executor_job(_text_in, path)
    except (OSError, UnicodeDecodeError) as err:
        raise _no_text(media) from err


def _no_text(media: str) -> ServiceValidationError:
    """Return an error that names a file."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="story_no_text",
        translation_placeholders={"media": media, "most": str(LONGEST // 1_000_000)},
    )


def _text_in(path: Path) -> str:
    """Read a file of text (blocking).

    Raises:
        OSError, UnicodeDecodeError: It cannot be read, or is no text.
    """
    with path.open("rb") as file:
        content = file.read(4 * LONGEST + 1)
    text = content.decode("utf-8-sig")
    if len(text) > LONGEST:
        raise OSError("The file is too large")
    return text
