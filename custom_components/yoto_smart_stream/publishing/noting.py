"""Telling the library which audio a card uses, so that it is not deleted."""

from collections.abc import Iterable

from ..library.catalog import Catalog
from ..library.item import User, UserKind
from ..sources.refusals import async_save
from .served import Served, ServedAudio


async def async_note_audio(catalog: Catalog | None, card_id: str, served: Iterable[Served]) -> None:
    """Note what a card uses, as far as the library has it.

    Raises:
        HomeAssistantError: It could not be written.
    """
    if catalog is None:
        return
    used = {one.audio_id for one in served if isinstance(one, ServedAudio)}
    catalog.collection.index.use_present(User(kind=UserKind.CARD, reference=card_id), used)
    await async_save(catalog)
