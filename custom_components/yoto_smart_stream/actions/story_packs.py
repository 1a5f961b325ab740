"""Saving a story that comes as a pack of Lunii STUdio, with its audio."""

import asyncio
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError

from ..audio.stoppable import in_thread
from ..const import DOMAIN
from ..json import Json, JsonObject
from ..library.errors import LibraryError
from ..sources.archives import is_archive
from ..sources.refusals import refusal_of
from ..stories.pack_files import read_pack_file
from ..stories.pack_importing import PackImport, Unpacked
from ..stories.shelf import StoryShelf
from ..stories.sounds import ComingSounds
from ..stories.stored import StoredStory
from ..story.formats.studio.losses import PackLoss, PackLost
from .story_description import describe
from .story_fields import Meant, async_shelf, story_explained
from .story_findings import async_report
from .story_texts import story_text

_PACK_LOSSES: Final = {
    PackLoss.HOME: "story_pack_loss_home",
    PackLoss.PICTURES: "story_pack_loss_pictures",
    PackLoss.SILENCE: "story_pack_loss_silence",
}


async def async_is_pack(hass: HomeAssistant, path: Path) -> bool:
    """Return whether a file is one that packs come in; what cannot be read is none."""
    try:
        return await hass.async_add_executor_job(is_archive, path)
    except OSError:
        return False


async def async_save_pack(call: ServiceCall, path: Path) -> JsonObject:
    """Keep the story of a pack, and answer what came of it, or what would."""
    hass, media = call.hass, str(call.data["media"])
    shelf = await async_shelf(hass)
    with story_explained():
        named: str | None = call.data.get("story_id")
        before = None if named is None else shelf.index.get(named)
        # It goes on if whoever called gives up waiting.
        work = hass.async_create_task(
            _async_unpack(shelf, path, before, dry_run=call.data["dry_run"]),
            f"{DOMAIN} import of a story",
        )
        try:
            unpacked = await asyncio.shield(work)
        except LibraryError as err:
            raise refusal_of(err, media) from err
        except OSError as err:
            raise _unreadable(media, err.strerror or str(err)) from err
    meant = Meant(script=unpacked.script, stored=unpacked.stored)
    audio: list[Json] = [one.to_result() for one in unpacked.audio]
    lost: list[Json] = [_lost_text(one) for one in unpacked.lost]
    return {
        "outcome": _outcome(unpacked, before, dry_run=call.data["dry_run"]),
        **describe(hass, meant),
        **await async_report(hass, meant, ComingSounds() if call.data["dry_run"] else None),
        "audio": audio,
        "lost": lost,
    }


async def _async_unpack(
    shelf: StoryShelf, path: Path, before: StoredStory | None, *, dry_run: bool
) -> Unpacked:
    """Do the work, or only look what would come of it."""
    file = await in_thread(lambda watch: read_pack_file(path, watch))
    pack = PackImport(shelf, file, before)
    return await (pack.async_foreseen() if dry_run else pack.async_run())


def _outcome(unpacked: Unpacked, before: StoredStory | None, *, dry_run: bool) -> str:
    """Return in one word what became of the story."""
    if dry_run:
        return "not_saved"
    if before is None:
        return "created"
    return "unchanged" if unpacked.stored is before else "changed"


def _lost_text(lost: PackLost) -> str:
    """Return what a story could not keep of a pack."""
    return story_text(_PACK_LOSSES[lost.loss], {"count": str(lost.count)})


def _unreadable(media: str, reason: str) -> ServiceValidationError:
    """Return an error for a file that cannot be read."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="parcel_unreadable",
        translation_placeholders={"media": media, "reason": reason},
    )
