"""The publisher: a card is read, changed, checked, sent and read again, and can always be undone.

Yoto takes whatever comes last (protocol §4.1), so what is there is compared with what we wrote, and
is kept before it is replaced. Changes of one card take turns, and are not given up halfway.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence, Set
from dataclasses import replace
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..cards.builder import new_card
from ..cards.differences import Difference, differences, fingerprint, lost
from ..cards.limits import faults_of
from ..cards.payload import sendable
from ..cards.reading import read
from ..cloud.errors import CloudError
from ..const import CONF_CARD_VERSIONS, DEFAULT_CARD_VERSIONS, LOGGER
from ..coordinator import YotoConfigEntry
from ..json import JsonObject
from ..library.catalog import Catalog, async_find_catalog
from ..playing.publishing import async_base_url
from ..streaming.addresses import read_stream_url
from ..streaming.registry import StreamRegistry, async_get_registry
from .addressing import NOT_YET, Addressing, lasting, payload_of, tokens_in
from .archive import CardArchive, async_get_archive
from .change import Change
from .delivering import delivered, laid_out_anew, to_stream, to_upload, uploaded_in
from .draft import Draft, Layout, lay_out
from .errors import CardChangedError, CardFaultsError, CardProblem, CardProblemError
from .noting import async_note_audio
from .own_cards import OwnCards
from .published import Published
from .records import Kept, Written, with_version
from .served import AtYoto, Delivery, Served
from .uploading import async_at_yoto, planned

_NAME: Final = "yoto_smart_stream publishing"
_NOTHING_COMES: Final[Mapping[str, AtYoto]] = {}
_NOWHERE: Final = "https://home.invalid"
"""Stands for the address of Home Assistant where only the rest of a card is looked at."""


class Publisher:
    """Makes and changes the cards of one account."""

    def __init__(
        self,
        entry: YotoConfigEntry,
        registry: StreamRegistry,
        archive: CardArchive,
        catalog: Catalog | None,
    ) -> None:
        """Belong to an account that is loaded."""
        self._entry = entry
        self._hass: HomeAssistant = entry.runtime_data.hass
        self._cards = OwnCards(entry, registry)
        self._registry = registry
        self._archive = archive
        self._catalog = catalog

    async def async_create(self, draft: Draft, title: str, *, dry_run: bool = False) -> Published:
        """Make a card; its tokens are gone again if that fails.

        Raises:
            PublishingError: Something is wrong with it; nothing was sent.
            HomeAssistantError: Yoto did not take it, or players would not reach us.
        """
        layout = lay_out(new_card(title=title), draft)
        return await self.async_make(layout, draft.delivery, dry_run=dry_run, coming=draft.coming)

    async def async_make(
        self,
        layout: Layout,
        delivery: Delivery | None,
        *,
        dry_run: bool = False,
        coming: Mapping[str, AtYoto] = _NOTHING_COMES,
    ) -> Published:
        """Make a card that has been laid out; raises as `async_create` does.

        `coming` says, by its id, what audio would be at Yoto that the library does not have yet.
        """
        at_yoto = await self._async_at_yoto(layout, delivery, {}, dry_run=dry_run, coming=coming)
        change = Change(
            card_id=None,
            before=None,
            layout=layout,
            kept=Kept(),
            delivery=delivery,
            at_yoto={**coming, **at_yoto},
        )
        return await self._async_finish(self._async_publish(change, dry_run=dry_run))

    async def async_update(
        self, card_id: str, draft: Draft, *, dry_run: bool = False, force: bool = False
    ) -> Published:
        """Change a card, which keeps its id.

        Raises:
            PublishingError: Something is wrong, or somebody else has changed it.
            HomeAssistantError: Yoto did not give or take it, or players would not reach us.
        """
        async with self._archive.lock(card_id):
            before, kept, overwrites = await self._async_read(card_id, force=force)
            layout = lay_out(read(before), draft)
            known = self._known(card_id, kept)
            at_yoto = await self._async_at_yoto(
                layout, draft.delivery, known, dry_run=dry_run, coming=draft.coming
            )
            if at_yoto and not dry_run:
                # That may have taken long enough for somebody to change the card.
                before, kept, overwrites = await self._async_read(card_id, force=force)
                layout = lay_out(read(before), draft)
            change = Change(
                card_id=card_id,
                before=before,
                layout=layout,
                kept=kept,
                delivery=draft.delivery,
                at_yoto=at_yoto,
                overwrites=overwrites,
            )
            return await self._async_finish(self._async_publish(change, dry_run=dry_run))

    async def async_copy(self, card_id: str, title: str | None) -> Published:
        """Make another card like one, with addresses of its own."""
        before = sendable(await self._cards.async_to_change(card_id))
        served = Addressing(self._registry, self._entry.entry_id, card_id).elsewhere
        layout = laid_out_anew(read(before), served, frozenset())
        card = replace(layout.card, card_id=None, title=title or layout.card.title)
        change = Change(card_id=None, before=None, layout=replace(layout, card=card), kept=Kept())
        return await self._async_finish(self._async_publish(change, dry_run=False))

    async def async_restore(
        self, card_id: str, number: int, *, dry_run: bool = False, force: bool = False
    ) -> Published:
        """Bring back a version of a card; one that was deleted gets another id (protocol §4.1)."""
        async with self._archive.lock(card_id):
            kept = await self._archive.async_of(card_id)
            version = next((one for one in kept.versions if one.number == number), None)
            if version is None:
                raise CardProblemError(CardProblem.NO_VERSION, str(number))
            before: JsonObject | None = None
            overwrites = False
            try:
                before, kept, overwrites = await self._async_read(card_id, force=force or dry_run)
            except CardProblemError as err:
                if err.problem is not CardProblem.NOT_OWN:
                    raise
            owner = self._entry.entry_id
            on_card = self._registry.of_card(card_id, owner=owner)
            valid = frozenset() if before is None else frozenset(one.token for one in on_card)
            layout = laid_out_anew(read(version.payload), kept.served, valid)
            is_there = before is not None
            card = replace(layout.card, card_id=card_id if is_there else None)
            change = Change(
                card_id=card_id if is_there else None,
                before=before,
                layout=replace(layout, card=card),
                kept=kept if is_there else Kept(),
                overwrites=overwrites,
            )
            return await self._async_finish(self._async_publish(change, dry_run=dry_run))

    async def async_delete(self, card_id: str) -> str:
        """Delete a card, revoke its addresses and release its audio; return its title."""
        async with self._archive.lock(card_id):
            card = await self._cards.async_to_change(card_id)
            kept = await self._archive.async_of(card_id)
            title = read(card).title or card_id
            await self._async_finish(self._async_delete(card_id, sendable(card), kept))
            return title

    async def async_adopt(self, card_id: str, tokens: Set[str]) -> frozenset[str]:
        """Note what is on a card as ours if it has any of some tokens, and return those.

        Raises:
            CardProblemError: It is none of the account's own.
            HomeAssistantError: It cannot be had.
        """
        async with self._archive.lock(card_id):
            card = sendable(await self._cards.async_to_change(card_id))
            addresses = [read_stream_url(track.url or "") for track in read(card).tracks]
            bases = {
                one.token: one.base for one in addresses if one is not None and one.token in tokens
            }
            if not bases:
                return frozenset()
            await self._async_note_tokens(card_id, card, [*bases], next(iter(bases.values())))
            kept = await self._archive.async_of(card_id)
            written = Written(at=dt_util.utcnow(), fingerprint=fingerprint(card, lasting))
            served = Addressing(self._registry, self._entry.entry_id, card_id).served
            kept = replace(kept, written=written, served={**kept.served, **served})
            await self._async_keep(card_id, kept)
            return frozenset(bases)

    async def async_current(self, card_id: str, *, is_only_shown: bool = True) -> JsonObject:
        """Return an own card as Yoto has it.

        Raises:
            CardProblemError: It is none of the account's own; or, unless it is only shown, live.
        """
        get = self._cards.async_get if is_only_shown else self._cards.async_to_change
        return dict(await get(card_id))

    async def _async_delete(self, card_id: str, before: JsonObject, kept: Kept) -> None:
        """Delete a card, of which a version is kept."""
        owner = self._entry.entry_id
        served = Addressing(self._registry, owner, card_id).served
        kept = with_version(kept, dt_util.utcnow(), before, (Difference(what="deleted"),), served)
        await self._async_keep(card_id, replace(kept, written=None))
        await self._cards.async_delete(card_id)
        await self._registry.async_revoke(
            [one.token for one in self._registry.of_card(card_id, owner=owner)]
        )
        await async_note_audio(self._catalog, card_id, ())

    async def _async_read(self, card_id: str, *, force: bool) -> tuple[JsonObject, Kept, bool]:
        """Return a card, what is kept of it, and whether somebody else has changed it.

        Raises:
            CardChangedError: Somebody has, and it is not to be forced.
            CardProblemError: It is none of the account's own.
        """
        card = await self._cards.async_to_change(card_id)
        kept = await self._archive.async_of(card_id)
        written = kept.written
        is_changed = written is not None and written.fingerprint != fingerprint(card, lasting)
        if written is not None and is_changed and not force:
            raise CardChangedError(
                str(card.get("title") or card_id),
                written=written.at,
                changed=str(card.get("updatedAt") or "?"),
            )
        return sendable(card), kept, is_changed

    async def _async_publish(self, change: Change, *, dry_run: bool) -> Published:
        """Check, keep, send and read again."""
        addressing = Addressing(self._registry, self._entry.entry_id, change.card_id)
        if change.delivery is not Delivery.STREAM:
            addressing.served.update(uploaded_in(change.at_yoto))
        known = {**change.kept.served, **addressing.served}
        layout, faults = delivered(change.layout, change.delivery, known, change.at_yoto)
        staying = [track.url or "" for track in layout.card.tracks]
        tokens = addressing.reused(layout.served, staying)
        base_url = await self._async_base_url(layout)
        wanted = payload_of(layout, base_url, [token or NOT_YET for token in tokens])
        faults.extend(faults_of(read(wanted)))
        if faults and not dry_run:
            raise CardFaultsError(faults)
        before = change.before
        changes = () if before is None else tuple(differences(read(before), read(wanted)))
        result = Published(
            card_id=change.card_id,
            payload=wanted,
            changes=changes,
            faults=tuple(faults),
            overwritten=change.overwrites,
        )
        if dry_run or (before is not None and wanted == before):
            return result
        kept = change.kept
        if before is not None and change.card_id is not None:
            kept = with_version(kept, dt_util.utcnow(), before, changes, addressing.served)
            await self._async_keep(change.card_id, kept)
        try:
            made, new = await addressing.async_made(layout.served, tokens)
            payload = payload_of(layout, base_url, made)
            card_id = await self._async_send(change.card_id, payload, new)
        except HomeAssistantError:
            if change.card_id is not None:
                await self._async_keep(change.card_id, change.kept)
            raise
        await self._async_note_tokens(card_id, payload, new, base_url)
        kept = replace(kept, served={**kept.served, **addressing.served})
        return await self._async_verify(replace(result, card_id=card_id, payload=payload), kept)

    def _known(self, card_id: str, kept: Kept) -> dict[str, Served]:
        """Return what the tokens of a card, and addresses of audio at Yoto, stand for."""
        addressing = Addressing(self._registry, self._entry.entry_id, card_id)
        return {**kept.served, **addressing.served}

    async def _async_at_yoto(
        self,
        layout: Layout,
        delivery: Delivery | None,
        known: Mapping[str, Served],
        *,
        dry_run: bool,
        coming: Mapping[str, AtYoto] = _NOTHING_COMES,
    ) -> dict[str, AtYoto]:
        """Have Yoto keep the audio that is to be uploaded, or tell what that would be."""
        if delivery is None or self._catalog is None:
            return {}
        if delivery is Delivery.STREAM:
            return planned(self._catalog, to_stream(layout, known))
        audio_ids = to_upload(layout, known)
        would_be = {**coming, **planned(self._catalog, audio_ids)}
        if dry_run:
            return would_be
        plan, faults = delivered(layout, delivery, known, would_be)
        payload = payload_of(plan, _NOWHERE, [NOT_YET] * len(plan.served))
        if faults := [*faults, *faults_of(read(payload))]:
            # Before anything is sent.
            raise CardFaultsError(faults)
        return await async_at_yoto(self._hass, self._catalog, self._entry, audio_ids)

    async def _async_base_url(self, layout: Layout) -> str:
        """Return what new addresses begin with, nothing where there are none."""
        return await async_base_url(self._hass, self._entry) if layout.served else ""

    async def _async_send(self, card_id: str | None, payload: JsonObject, new: list[str]) -> str:
        """Send a card and return its id; new tokens are revoked where Yoto does not take it."""
        try:
            return await self._cards.async_send(card_id, payload)
        except HomeAssistantError:
            await self._registry.async_revoke(new)
            raise

    async def _async_note_tokens(
        self, card_id: str, payload: JsonObject, new: Sequence[str], base_url: str
    ) -> None:
        """Note what is on the card now, and revoke what is not."""
        owner = self._entry.entry_id
        used = tokens_in(track.url or "" for track in read(payload).tracks)
        await self._registry.async_bind(new, card_id, base_url or None)
        on_card = self._registry.of_card(card_id, owner=owner)
        await self._registry.async_revoke([one.token for one in on_card if one.token not in used])
        served = Addressing(self._registry, owner, card_id).served
        await async_note_audio(self._catalog, card_id, served.values())

    async def _async_verify(self, result: Published, kept: Kept) -> Published:
        """Read a card again, note it as ours, and tell what is not as it should be."""
        card_id = result.card_id or ""
        try:
            card = await self._cards.async_again(card_id)
        except CloudError as err:
            LOGGER.warning("Card %s was written and could not be read again: %s", card_id, err)
            await self._async_keep(card_id, replace(kept, written=None))
            return replace(result, is_verified=False)
        written = Written(at=dt_util.utcnow(), fingerprint=fingerprint(card, lasting))
        await self._async_keep(card_id, replace(kept, written=written))
        return replace(
            result,
            not_kept=tuple(lost(result.payload, card)),
            unmeasured=tuple(
                track.title or track.key or ""
                for track in read(card).tracks
                if not track.is_stream and not (track.duration and track.size)
            ),
        )

    async def _async_keep(self, card_id: str, kept: Kept) -> None:
        """Keep something else of a card, and as many versions of it as the account wants."""
        most = int(self._entry.options.get(CONF_CARD_VERSIONS, DEFAULT_CARD_VERSIONS))
        await self._archive.async_keep(card_id, kept, most=most)

    async def _async_finish[T](self, work: Coroutine[None, None, T]) -> T:
        """Do all of it, even where whoever wanted it gives up waiting."""
        task = self._hass.async_create_task(work, _NAME)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            raise


async def async_publisher(entry: YotoConfigEntry) -> Publisher:
    """Return what makes and changes the cards of an account that is loaded."""
    hass = entry.runtime_data.hass
    registry = await async_get_registry(hass)
    return Publisher(entry, registry, async_get_archive(hass), async_find_catalog(hass))
