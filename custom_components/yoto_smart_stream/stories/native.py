"""Native cards: a story is compiled, its audio uploaded, and the card made or changed at Yoto."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from homeassistant.core import HomeAssistant

from ..cards.model import AUDIO, Card, Track
from ..cards.story_card import merged, story_card
from ..coordinator import YotoConfigEntry
from ..gallery.dressing import async_icon_reference
from ..library.catalog import Catalog
from ..library.item import AudioItem
from ..publishing.draft import Draft, NewChapter, Piece
from ..publishing.published import Published
from ..publishing.served import Delivery, ServedAudio
from ..story.model import Audio, Story
from ..story.native.card import CompiledStory
from ..story.situation import Silence
from .audio import library_item
from .cards import async_change_card, async_note_card, async_story_cover
from .shelf import KeptStory, StoryShelf
from .silences import async_silences, seconds_of
from .stored import StoredStory

_NOT_YET: Final = "yoto:#new"
"""Stands for the address of audio that has not been uploaded."""


def planned_card(
    stored: StoredStory | None, story: Story, compiled: CompiledStory, catalog: Catalog
) -> Card:
    """Return a card as it would be, for a mere look: nothing of it is at Yoto."""
    tracks: dict[Audio | Silence, Track] = {}
    for audio in compiled.audios:
        track = Track(url=_NOT_YET, kind=AUDIO, format="mp3", duration=0, size=0, channels="mono")
        if isinstance(audio, Silence):
            seconds = seconds_of(audio)
            size = round(catalog.settings.profile.bytes_per_second * seconds)
            track = replace(track, duration=seconds, size=size)
        elif (item := library_item(stored, story, audio, catalog)) is not None:
            track = replace(track, duration=round(item.duration), size=item.file.size_bytes)
        tracks[audio] = track
    return story_card(story, compiled, tracks)


async def async_publish(
    entry: YotoConfigEntry,
    shelf: StoryShelf,
    kept: KeptStory,
    compiled: CompiledStory,
    *,
    force: bool,
) -> Published:
    """Have Yoto keep a story as a card: the one that it was published to before, or a new one.

    Args:
        entry: the account.
        shelf: where the story is.
        kept: the story; all its audio is in the library.
        compiled: what it is as a card.
        force: whether to overwrite what somebody else has changed on the card.

    Raises:
        PublishingError: Yoto would not take it, or somebody has changed the card.
        HomeAssistantError: Yoto did not take it.
        NotWrittenError: Which card it is could not be noted.
    """
    hass, story = entry.runtime_data.hass, kept.story
    items = await _async_items(hass, shelf, kept, compiled)
    draft = Draft(
        chapters=tuple(_chapter(items[audio]) for audio in compiled.audios),
        change=_laid_out(
            story,
            compiled,
            await _async_icons(entry, compiled),
            await async_story_cover(entry, story),
        ),
        delivery=Delivery.UPLOAD,
    )
    card_id = kept.stored.cards.get(entry.entry_id)
    published = await async_change_card(entry, card_id, draft, story.title, force=force)
    if published.card_id is not None:
        await async_note_card(entry, shelf, kept, published.card_id)
    return published


async def _async_items(
    hass: HomeAssistant, shelf: StoryShelf, kept: KeptStory, compiled: CompiledStory
) -> Mapping[Audio | Silence, AudioItem]:
    """Return the item of the library for everything that is to be heard."""
    silent = [audio for audio in compiled.audios if isinstance(audio, Silence)]
    found: dict[Audio | Silence, AudioItem] = {**await async_silences(hass, shelf.catalog, silent)}
    for audio in compiled.audios:
        if isinstance(audio, Silence):
            continue
        heard = library_item(kept.stored, kept.story, audio, shelf.catalog)
        if heard is not None:
            found[audio] = heard
    return found


def _chapter(item: AudioItem) -> NewChapter:
    """Return a chapter that carries an audio until the card has its own chapters."""
    piece = Piece(
        title=item.title,
        source=ServedAudio(audio_id=item.audio_id),
        duration=item.duration,
        size=item.file.size_bytes,
    )
    return NewChapter(title=item.title, pieces=(piece,))


def _laid_out(
    story: Story, compiled: CompiledStory, icons: Mapping[str, str], cover: str | None
) -> Callable[[Card], Card]:
    """Return what lays out the chapters of a story over those that carry its audio."""

    def lay_out(card: Card) -> Card:
        carried = zip(compiled.audios, card.chapters, strict=True)
        tracks = {audio: replace(chapter.tracks[0], icon=None) for audio, chapter in carried}
        made = story_card(story, compiled, tracks, icons=icons, cover=cover or card.cover)
        return replace(made, card_id=card.card_id, rest=merged(card.rest, made.rest))

    return lay_out


async def _async_icons(entry: YotoConfigEntry, compiled: CompiledStory) -> dict[str, str]:
    """Return what Yoto calls each icon of a story.

    Raises:
        HomeAssistantError: There is no such icon, or Yoto did not take it.
    """
    named = {one.icon: one.title for one in compiled.chapters if one.icon is not None}
    found = {
        icon: await async_icon_reference(entry.runtime_data.hass, entry, icon, title=title)
        for icon, title in named.items()
    }
    return {icon: reference for icon, reference in found.items() if reference is not None}
