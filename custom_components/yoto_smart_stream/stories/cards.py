"""Story cards: a story that Home Assistant tells to whoever has its card.

The card has the chapters of a live card, and every address on it carries one token that names the
story and no player. That streams play on interactive cards is not verified on a real player
(protocol §9): with plain cards, turns of the knob and commands take the place of the rules.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ..cards.linear import build_plain_story
from ..cards.live import LiveCard, build_live
from ..cards.model import INTERACTIVE, Card
from ..cards.reading import read
from ..cards.story_card import languages_of, merged, without_rules
from ..coordinator import YotoConfigEntry
from ..gallery.dressing import async_cover_url
from ..live.publishing import icon_address
from ..playing.publishing import async_base_url
from ..publishing.draft import Draft
from ..publishing.errors import CardProblem, CardProblemError
from ..publishing.published import Published
from ..publishing.publisher import async_publisher
from ..reachability.watch import async_watch_of
from ..story.model import Story
from ..streaming.addresses import stream_path
from ..streaming.registry import async_get_registry
from .shelf import KeptStory, StoryShelf

_NOWHERE: Final = "https://home.invalid"
"""Stands for the address of Home Assistant where a card is only looked at."""
_NOT_YET: Final = "new"
"""Stands for the token of a card that is only looked at."""


def planned_card(entry: YotoConfigEntry, story: Story, *, is_plain: bool) -> Card:
    """Return a story card as it would be, for a mere look: without address, token and cover."""
    return _card(entry, story, _NOWHERE, _NOT_YET, is_plain=is_plain)


async def async_publish_told(
    entry: YotoConfigEntry, shelf: StoryShelf, kept: KeptStory, *, is_plain: bool, force: bool
) -> Published:
    """Have Yoto keep a story card: the card that the story was published to before, or a new one.

    Args:
        entry: the account.
        shelf: where the story is.
        kept: the story.
        is_plain: whether it is to be a plain card, on every player.
        force: whether to overwrite what somebody else has changed on the card.

    Raises:
        PublishingError: Yoto would not take it, or somebody has changed the card.
        HomeAssistantError: Yoto did not take it, or players do not reach Home Assistant.
        NotWrittenError: Which card it is could not be noted.
    """
    hass, owner = entry.runtime_data.hass, entry.entry_id
    story, story_id = kept.story, kept.stored.story_id
    address = await async_base_url(hass, entry)
    registry = await async_get_registry(hass)
    found = registry.story_card(story_id, owner=owner)
    cover = await async_story_cover(entry, story)
    token = (found or await registry.async_add_story_card(story_id, owner=owner)).token
    made_of = _card(entry, story, address, token, is_plain=is_plain)
    draft = Draft(change=_laid_out(made_of, cover))
    card_id = kept.stored.cards.get(owner) or (None if found is None else found.card_id)
    published = await async_change_card(entry, card_id, draft, story.title, force=force)
    if (made := published.card_id) is not None:
        await registry.async_bind_story(token, made, address, is_plain=is_plain)
        await async_note_card(entry, shelf, kept, made)
    if (watch := async_watch_of(hass, owner)) is not None:
        entry.async_create_background_task(
            hass, watch.async_look_at_cards(), name="Yoto cards elsewhere"
        )
    return published


async def async_change_card(
    entry: YotoConfigEntry, card_id: str | None, draft: Draft, title: str, *, force: bool
) -> Published:
    """Change the card that a story is on, or make a new one where there is none any more.

    Raises:
        PublishingError: Yoto would not take it, or somebody has changed the card.
        HomeAssistantError: Yoto did not take it.
    """
    publisher = await async_publisher(entry)
    if card_id is not None:
        try:
            return await publisher.async_update(card_id, draft, force=force)
        except CardProblemError as err:
            if err.problem is not CardProblem.NOT_OWN:
                raise
    return await publisher.async_create(draft, title)


async def async_note_card(
    entry: YotoConfigEntry, shelf: StoryShelf, kept: KeptStory, card_id: str
) -> None:
    """Note which card a story is on in an account.

    Raises:
        NotWrittenError: It could not be written.
    """
    owner = entry.entry_id
    if kept.stored.cards.get(owner) != card_id:
        await shelf.async_note(
            kept.stored.story_id,
            lambda stored: replace(stored, cards={**stored.cards, owner: card_id}),
        )


async def async_story_cover(entry: YotoConfigEntry, story: Story) -> str | None:
    """Return the address of a cover at Yoto, None for none.

    Raises:
        HomeAssistantError: There is no such picture, or Yoto did not take it.
    """
    if story.cover is None:
        return None
    return await async_cover_url(
        entry.runtime_data.hass, entry, story.cover, title=story.title, author=story.author or ""
    )


def _card(
    entry: YotoConfigEntry, story: Story, address: str, token: str, *, is_plain: bool
) -> Card:
    """Return the card of a story."""
    live = LiveCard(
        title=story.title,
        address=lambda chapter: address + stream_path(token, chapter.value),
        icon_address=icon_address(entry, address, token),
    )
    return replace(
        read(build_plain_story(live) if is_plain else build_live(live)),
        author=story.author,
        description=story.description,
        languages=languages_of(story),
    )


def _laid_out(made: Card, cover: str | None) -> Callable[[Card], Card]:
    """Return what makes a story card of any card; what is on that besides stays."""

    def lay_out(card: Card) -> Card:
        before = card.rest if made.playback == INTERACTIVE else without_rules(card.rest)
        rest = merged(before, made.rest)
        return replace(made, card_id=card.card_id, cover=cover or card.cover, rest=rest)

    return lay_out
