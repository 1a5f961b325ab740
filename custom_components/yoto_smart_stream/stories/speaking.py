"""Speaking: the texts of a story become audio of the library, each only once, as a job."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from homeassistant.core import HomeAssistant

from ..json import Json, JsonObject
from ..library.job import Job
from ..library.jobs import Handle
from ..sources.intake import Labels, take_in
from ..sources.speech import Speech, async_speech_origin
from ..story.model import Spoken, Story
from ..sure_store import NotWrittenError
from .audio import audio_in, library_item
from .shelf import KeptStory, StoryShelf
from .stored import Manner, StoredStory

KIND: Final = "speak_story"
OWNER: Final = "library"
_TAG: Final = "story"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSpeak:
    """A text of a story that is to be spoken."""

    node: str
    spoken: Spoken
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be spoken, and in which manner; `known` counts the texts that were already."""

    manner: Manner
    texts: tuple[ToSpeak, ...]
    known: int


def plan(
    hass: HomeAssistant,
    shelf: StoryShelf,
    story: Story,
    stored: StoredStory | None,
    wished: Manner,
) -> Plan:
    """Find out what is to be spoken; the engine is asked before whether it can do all of that.

    Raises:
        SourceError: There is no such engine, or it has not the language, a voice or an option.
    """
    texts = [(node, one) for node, one in audio_in(story) if isinstance(one, Spoken)]
    manner = wished
    for voice in sorted({wished.voice_of(story, one) or "" for _, one in texts} or {""}):
        origin = async_speech_origin(hass, _speech("…", wished, voice or None))
        manner = replace(wished, engine=origin.stream.engine)
    now = None if stored is None else replace(stored, manner=manner)
    found: dict[str, ToSpeak] = {}
    known: set[str] = set()
    for node, spoken in texts:
        digest = manner.digest(story, spoken)
        if library_item(now, story, spoken, shelf.catalog) is not None:
            known.add(digest)
        else:
            found.setdefault(digest, ToSpeak(node=node, spoken=spoken, digest=digest))
    return Plan(manner=manner, texts=tuple(found.values()), known=len(known))


def speaking(hass: HomeAssistant, shelf: StoryShelf, kept: KeptStory, wanted: Plan) -> Job:
    """Speak what is to be spoken in a job; what has been spoken when it ends stays.

    Raises:
        QueueClosedError: Home Assistant is stopping.
    """
    story_id, story = kept.stored.story_id, kept.story

    async def work(job: Handle) -> JsonObject:
        """Speak one text after the other."""
        spoken: list[Json] = []
        await _async_note(shelf, story_id, wanted.manner, {})
        for number, one in enumerate(wanted.texts):
            voice = wanted.manner.voice_of(story, one.spoken)
            speech = _speech(one.spoken.text.strip(), wanted.manner, voice)
            node = story.nodes[one.node]
            labels = Labels(title=f"{story.title}: {node.title or node.id}", tags=(_TAG,))

            def tell(share: float, before: int = number) -> None:
                job.progress((before + share) / len(wanted.texts))

            imported = await take_in(shelf.catalog, async_speech_origin(hass, speech), labels, tell)
            item = imported.item
            await _async_note(shelf, story_id, wanted.manner, {one.digest: item.audio_id})
            spoken.append({"node": one.node, "audio_id": item.audio_id, "title": item.title})
        return {"story_id": story_id, "spoken": spoken, "unchanged": wanted.known}

    return shelf.catalog.jobs.add(kind=KIND, owner=OWNER, title=story.title, body=work)


def _speech(text: str, manner: Manner, voice: str | None) -> Speech:
    """Return a text with how it is spoken."""
    return Speech(
        text=text,
        engine=manner.engine,
        language=manner.language,
        voice=voice,
        options=manner.options,
    )


async def _async_note(
    shelf: StoryShelf, story_id: str, manner: Manner, spoken: Mapping[str, str]
) -> None:
    """Note what was spoken.

    Raises:
        OSError: It could not be written.
    """
    try:
        await shelf.async_note(
            story_id,
            lambda stored: replace(stored, manner=manner, spoken={**stored.spoken, **spoken}),
        )
    except NotWrittenError as err:
        raise OSError("The store of the stories could not be written") from err
