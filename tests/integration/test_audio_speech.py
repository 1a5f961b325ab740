"""Importing a text that an engine of Home Assistant's speaks."""

import asyncio
from pathlib import Path
from typing import Any, override

from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType, Voice
from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from tests.audio.sound import make

from .shelf import Shelf


class Parrot(TextToSpeechEntity):
    """An engine that says everything with a tone, the longer the text."""

    _attr_name = "Parrot"
    _attr_unique_id = "parrot"
    _attr_default_language = "en"
    _attr_supported_languages = ["de", "en"]  # noqa: RUF012 - the way of Home Assistant
    _attr_supported_options = ["voice", "speed"]  # noqa: RUF012

    def __init__(self, folder: Path) -> None:
        """Start with nothing said."""
        self.said: list[tuple[str, str, dict[str, Any]]] = []
        self._folder = folder

    @override
    def async_get_supported_voices(self, language: str) -> list[Voice]:
        """Return the voices."""
        return [Voice("grey", "Grey")]

    @override
    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        """Speak."""
        self.said.append((message, language, options))
        if "mute" in message:
            return None, None
        if "sore" in message:
            raise HomeAssistantError("The throat is sore")
        seconds = len(message) / 10
        path = self._folder / "said.wav"
        await asyncio.to_thread(make, path, source=f"sine=f=440:d={seconds},volume=2")
        return "wav", await asyncio.to_thread(path.read_bytes)


@pytest.fixture
def more_components() -> tuple[str, ...]:
    """Ask for speech."""
    return ("tts",)


@pytest.fixture
async def parrot(shelf: Shelf, tmp_path: Path) -> Parrot:
    """Return an engine that Home Assistant has."""
    parrot = Parrot(tmp_path)
    await shelf.hass.data[DATA_COMPONENT].async_add_entities([parrot])
    return parrot


async def test_a_text_becomes_audio(shelf: Shelf, parrot: Parrot) -> None:
    """In the language and the voice that were asked for, with a title of its beginning."""
    came = await shelf.ask(
        "import_audio",
        text="Good night, little fox.",
        engine="tts.parrot",
        language="de",
        voice="grey",
        options={"speed": 2},
        tags="bedtime",
    )
    assert came["outcome"] == "added"
    assert came["title"] == "Good night, little fox."
    assert came["duration"] == pytest.approx(2.3, abs=0.2)
    ((message, language, options),) = parrot.said
    assert (message, language) == ("Good night, little fox.", "de")
    assert (options["voice"], options["speed"]) == ("grey", 2)
    (found,) = await shelf.found(tags=["bedtime"])
    assert (found["source"], found["source_reference"]) == ("speech", "tts.parrot")
    assert await shelf.leftovers() == []


async def test_the_first_engine_speaks_where_none_is_named(shelf: Shelf, parrot: Parrot) -> None:
    """In its own language, and a long text has a short title."""
    text = "Once upon a time there was a fox who could not find the way home to the den. " * 2
    came = await shelf.ask("import_audio", text=text)
    assert came["title"].startswith("Once upon a time")
    assert len(came["title"]) < 70
    assert parrot.said[0][1] == "en"


async def test_what_the_media_browser_offers_to_say_is_imported(
    shelf: Shelf, parrot: Parrot
) -> None:
    """A media-source id of speech works as any other."""
    await shelf.hass.config.async_update(internal_url=str(shelf.client.make_url("")).rstrip("/"))
    media_id = "media-source://tts/tts.parrot?message=Good+night+fox&tts_options=%7B%7D"
    came = await shelf.ask("import_audio", media=media_id, title="Night")
    assert came["duration"] == pytest.approx(1.4, abs=0.2)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"engine": "tts.nobody"}, "no text-to-speech engine tts.nobody", id="engine"),
        pytest.param({"language": "xx"}, "does not speak xx.*de, en", id="language"),
        pytest.param({"options": {"pitch": 1}}, "cannot do that.*pitch", id="option"),
    ],
)
async def test_what_an_engine_cannot_do_is_explained(
    shelf: Shelf, parrot: Parrot, fields: dict[str, Any], said: str
) -> None:
    """With what there is in its place, before anything is said."""
    with pytest.raises(ServiceValidationError, match=said):
        await shelf.ask("import_audio", text="Good night", **fields)
    assert parrot.said == []


@pytest.mark.parametrize("text", ["I am mute", "My throat is sore"])
async def test_an_engine_that_fails_is_explained(shelf: Shelf, parrot: Parrot, text: str) -> None:
    """And nothing is left."""
    with pytest.raises(ServiceValidationError, match=r"tts\.parrot could not speak"):
        await shelf.ask("import_audio", text=text)
    assert await shelf.found() == []
    assert await shelf.leftovers() == []


async def test_a_home_without_any_engine_is_told_so(shelf: Shelf) -> None:
    """Not with an error that nobody understands."""
    with pytest.raises(ServiceValidationError, match="no text-to-speech engine"):
        await shelf.ask("import_audio", text="Good night")
