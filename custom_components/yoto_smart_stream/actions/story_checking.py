"""Audio of a story that is not there, in words: with it missing, the story is not told."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN
from ..sources.speech import beginning_of
from ..stories.audio import Missing, missing_in
from ..story.model import LibraryAudio, Spoken, StreamAudio
from .story_fields import Meant
from .story_findings import async_sounds
from .story_texts import story_text

_NAMED: Final = 10


async def async_check_audio(hass: HomeAssistant, meant: Meant) -> None:
    """Refuse a story of which audio is missing.

    Raises:
        ServiceValidationError: Some is; it is named.
        HomeAssistantError: The library or the streams cannot be read.
    """
    missing = missing_in(meant.story, await async_sounds(hass, meant))
    if not missing:
        return
    lines = [f"- {one.node}: {_said(one)}" for one in missing[:_NAMED]]
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="story_incomplete",
        translation_placeholders={
            "title": meant.story.title,
            "missing": "\n".join([*lines, *(["- …"] if len(missing) > _NAMED else [])]),
        },
    )


def _said(missing: Missing) -> str:
    """Say which audio is not there, and what can be done."""
    match missing.audio:
        case LibraryAudio(audio_id=named):
            return story_text("story_missing_audio", {"named": named})
        case StreamAudio(name=named):
            return story_text("story_missing_stream", {"named": named})
        case Spoken(text=spoken):
            return story_text("story_missing_speech", {"named": beginning_of(spoken)})
