"""Starting a card on a player, wherever on the card that is."""

from dataclasses import replace

from homeassistant.exceptions import ServiceValidationError

from ..catalogue.media_ids import CardPlace
from ..cloud.cards import Card
from ..cloud.commands import start_card
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from .in_play import async_card


async def async_start(coordinator: YotoCoordinator, player_id: str, place: CardPlace) -> None:
    """Have a player play a card: from where it was left, unless a place on it is named.

    Raises:
        ServiceValidationError: there is no such card, or no such place on it.
        HomeAssistantError: the card could not be fetched, or the player did not obey.
    """
    whole = place.chapter_key is None and place.seconds is None
    if not whole:
        place = _complete(await async_card(coordinator, place.card_id), place)
    elif coordinator.account.shelf.known(place.card_id) is None:
        # Players refuse without a reason, so we find it first.
        await async_card(coordinator, place.card_id)
    await coordinator.async_command(
        player_id,
        start_card(
            place.card_id,
            chapter_key=place.chapter_key,
            track_key=place.track_key,
            seconds=place.seconds,
        ),
    )


def _complete(card: Card, place: CardPlace) -> CardPlace:
    """Return a place with chapter, track and seconds: the first ones where none is named.

    Without the seconds the player would go on at the second where it left the card.
    """
    keys = card.track_keys()
    chapter_key = place.chapter_key or (keys[0][0] if keys else "")
    return replace(
        place,
        chapter_key=chapter_key,
        track_key=_track_of(card, chapter_key, place.track_key),
        seconds=place.seconds or 0,
    )


def _track_of(card: Card, chapter_key: str, track_key: str | None) -> str:
    """Return the key of a chapter's track, the first one unless another is named.

    Keys must match to the letter; a player refuses all others without a reason (protocol §3.4).
    """
    keys = [track for chapter, track in card.track_keys() if chapter == chapter_key]
    if not keys:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_chapter",
            translation_placeholders={
                "chapter_key": chapter_key,
                "card": card.title,
                "known": ", ".join(chapter.key for chapter in card.chapters),
            },
        )
    if track_key is None:
        return keys[0]
    if track_key not in keys:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_track",
            translation_placeholders={
                "track_key": track_key,
                "chapter_key": chapter_key,
                "known": ", ".join(keys),
            },
        )
    return track_key
