"""An order: what somebody wants of a card, looked at as a whole before any of it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError

from ..cards.reading import read
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..json import JsonObject
from ..publishing.draft import Draft
from ..publishing.published import Published
from ..publishing.records import write_difference
from ..publishing.served import Delivery
from .card_artwork import Chapters, Dressed, Undressed, async_dressed, cover_of
from .card_fields import change_of
from .card_folder import FoundAlbum, async_album, async_taken_in, names_of
from .card_sources import async_chapters
from .card_texts import card_explained, limits_of, refused, told, warnings_of


class Publish(Protocol):
    """Publishes a draft, or only shows what that would be."""

    async def __call__(self, draft: Draft, *, dry_run: bool) -> Published:
        """Return what has become of the card, or would."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The fields of an action, and what they mean."""

    entry: YotoConfigEntry
    fields: Mapping[str, Any]
    undressed: Undressed
    album: FoundAlbum | None = None

    async def async_publish(self, publish: Publish, *, dry_run: bool) -> JsonObject:
        """Do what is wanted, or show it.

        Pictures and files are looked at and limits are checked before anything is imported or sent,
        so that everything that is wrong is told at once.

        Raises:
            ServiceValidationError: All that is wrong; nothing was sent.
            HomeAssistantError: Yoto did not take it, or players would not reach us.
        """
        is_coming = self.album is not None and bool(self.album.coming)
        if dry_run or is_coming or self.undressed.has_pictures:
            dressed = await async_dressed(self.entry, self.undressed, dry_run=True)
            with card_explained():
                shown = await publish(self._draft(dressed, is_plan=True), dry_run=True)
            problems = [*(told(fault) for fault in shown.faults), *dressed.problems]
            if dry_run:
                return {
                    **answer_of(shown, dry_run=True),
                    "problems": [*problems],
                    "cover_preview": dressed.preview,
                    "imports": names_of(self.album.coming.values()) if self.album else [],
                }
            if problems:
                raise refused(problems)
        undressed = self.undressed
        if self.album is not None:
            hass = self.entry.runtime_data.hass
            undressed = replace(undressed, chapters=await async_taken_in(hass, self.album))
        dressed = await async_dressed(self.entry, undressed)
        if dressed.problems:
            raise refused(dressed.problems)
        with card_explained():
            return answer_of(await publish(self._draft(dressed), dry_run=False))

    def _draft(self, dressed: Dressed, *, is_plan: bool = False) -> Draft:
        """Return what is wanted of the card."""
        coming = self.album.coming if is_plan and self.album is not None else {}
        return Draft(
            change=change_of(self.fields, dressed.cover),
            chapters=dressed.chapters,
            delivery=self.fields.get("delivery"),
            coming={key: one.audio for key, one in coming.items()},
        )


async def async_order(
    call: ServiceCall, entry: YotoConfigEntry, *, known_title: str | None = None
) -> Order:
    """Return what an action wants of a card.

    Args:
        call: the action.
        entry: the account.
        known_title: of a card that is there; None for a new one.

    Raises:
        ServiceValidationError: All that is wrong with what it names.
    """
    given, folder = call.data.get("chapters"), call.data.get("folder")
    if given is not None and folder is not None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="card_chapters_or_folder"
        )
    chapters: Chapters | None = None
    album: FoundAlbum | None = None
    if folder is not None:
        is_uploaded = call.data.get("delivery") in {Delivery.UPLOAD, Delivery.MIXED}
        album = await async_album(call.hass, folder.strip(), imports_all=is_uploaded)
        chapters = album.chapters
    elif given is not None:
        chapters = await async_chapters(call.hass, given)
    is_new = known_title is None
    found_title = album.title if is_new and album is not None else known_title or ""
    title = call.data.get("title", found_title).strip()
    beside = album.cover if album is not None and is_new else None
    return Order(
        entry=entry,
        fields={**call.data, "title": title} if is_new else call.data,
        undressed=Undressed(
            chapters=chapters,
            cover=cover_of(call.data.get("cover"), beside),
            title=title,
            author=call.data.get("author") or "",
        ),
        album=album,
    )


def answer_of(published: Published, *, dry_run: bool = False) -> JsonObject:
    """Return what has become of a card, or would."""
    answer: JsonObject = {
        "card_id": published.card_id,
        "title": read(published.payload).title,
        "urls": [*published.urls],
        "changes": [write_difference(one) for one in published.changes],
        "warnings": warnings_of(published),
    }
    if not dry_run:
        return answer
    return {
        **answer,
        "payload": published.payload,
        "limits": limits_of(read(published.payload)),
        "problems": [told(fault) for fault in published.faults],
    }
