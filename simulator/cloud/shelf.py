"""Where players get the content of a card from."""

from simulator.world import JsonObject

from .cards import PUBLISHER, CardStore
from .media import Media


class Shelf:
    """See `simulator.world.CardShelf`: every card, own or bought, with addresses to fetch."""

    def __init__(self, cards: CardStore, media: Media) -> None:
        """Hand out `cards` with addresses of `media`."""
        self._cards = cards
        self._media = media

    async def playable(self, card_id: str) -> JsonObject | None:
        """Return a card as `GET /content/{id}?playable=true` shows it, or None."""
        card = self._cards.find(card_id)
        if card is None:
            return None
        return {**card.body(), "content": self._media.fetchable(card.content)}

    def delete(self, card_id: str) -> bool:
        """Delete an own card behind everybody's back; False if there is none with this id."""
        card = self._cards.find(card_id)
        if card is None or card.owner == PUBLISHER:
            return False
        self._cards.delete(card.owner, card_id)
        return True

    def titles(self) -> list[JsonObject]:
        """Return what `World.list_cards` says of every card that can be put into a player."""
        return [
            {
                "card_id": card.card_id,
                "title": card.title,
                "interactive": card.content.get("playbackType") == "interactive",
            }
            for card in self._cards.playable()
        ]
